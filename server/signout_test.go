package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"strings"
	"testing"

	"jumun/server/internal/redistest"
	"jumun/shared/wire"
)

// newCode makes a code that pairs a device of mart 42.
func newCode(t *testing.T, redis string) string {
	t.Helper()
	_, out, stderr := do(t, nothing, "pair", "--mart", "42", "--redis", redis, "--json")
	var made wire.PairingCode
	if err := json.Unmarshal([]byte(out), &made); err != nil {
		t.Fatal(stderr)
	}
	return made.Code
}

// exchange sends a request, with a header if its name is not empty, and returns the answer and its body.
func exchange(t *testing.T, client *http.Client, method, url, body, header, value string) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if header != "" {
		req.Header.Set(header, value)
	}
	res, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	return res, read(t, res)
}

func TestABrowserSignsOut(t *testing.T) {
	redis := redistest.Start(t)
	server := serve(t, "--redis", redis.URL())
	jar, _ := cookiejar.New(nil)
	through := &http.Transport{}
	defer through.CloseIdleConnections()
	browser := &http.Client{Jar: jar, Transport: secured{through}}
	url := strings.Replace(server.url, "http://", "https://", 1) // its cookie is for https only
	polls := func(want int) {
		t.Helper()
		if res, body := exchange(t, browser, "GET", url+wire.OrdersPath("42"), "", "", ""); res.StatusCode != want {
			t.Fatalf("%s: %s", res.Status, body)
		}
	}
	pair := fmt.Sprintf(`{"martId":"42","code":%q,"device":"x","cookie":true}`, newCode(t, redis.URL()))
	if res, body := exchange(t, browser, "POST", url+wire.PairPath, pair, "", ""); res.StatusCode != http.StatusOK {
		t.Fatal(body)
	}
	polls(http.StatusOK)
	if res, _ := exchange(t, browser, "DELETE", url+wire.TokenPath, "", "Sec-Fetch-Site", "cross-site"); res.StatusCode != http.StatusForbidden {
		t.Errorf("a page of another site signs it out: %s", res.Status)
	}
	polls(http.StatusOK)
	if res, body := exchange(t, browser, "DELETE", url+wire.TokenPath, "", "", ""); res.StatusCode != http.StatusNoContent {
		t.Errorf("%s: %s", res.Status, body)
	}
	polls(http.StatusUnauthorized)
}

// secured sends by http what a browser asks for by https, as a proxy in front of the server does.
type secured struct{ *http.Transport }

func (s secured) RoundTrip(r *http.Request) (*http.Response, error) {
	plain := r.Clone(r.Context())
	plain.URL.Scheme = "http"
	return s.Transport.RoundTrip(plain)
}

func TestADeviceThatChangesItsNameLeavesATrail(t *testing.T) {
	redis := redistest.Start(t)
	server := serve(t, "--redis", redis.URL())
	pair := fmt.Sprintf(`{"martId":"42","code":%q,"device":"counter"}`, newCode(t, redis.URL()))
	var paired wire.Paired
	client := &http.Client{Transport: http.DefaultTransport.(bearer).Transport}
	renew := func(method, url, body string) {
		t.Helper()
		res, answer := exchange(t, client, method, url, body, "Authorization", "Bearer "+paired.Token)
		if err := json.Unmarshal([]byte(answer), &paired); err != nil || res.StatusCode != http.StatusOK {
			t.Fatal(res.Status, answer)
		}
	}
	renew("POST", server.url+wire.PairPath, pair)
	for _, name := range []string{"owner", "counter"} {
		renew("POST", server.url+wire.TokenPath, `{"device":"`+name+`"}`)
	}
	log := server.err.String()
	for _, trail := range []string{"name=owner oldName=counter", "name=counter oldName=owner"} {
		if !strings.Contains(log, trail) || !strings.Contains(log, "device="+paired.Device) {
			t.Errorf("no %q in the log: %s", trail, log)
		}
	}
	refused := 0
	for range 30 {
		if res, _ := exchange(t, client, "POST", server.url+wire.TokenPath, `{"device":"x"}`, "Authorization", "Bearer "+paired.Token); res.StatusCode == http.StatusTooManyRequests {
			refused++
		}
	}
	if refused == 0 {
		t.Error("it changes its name without end")
	}
}
