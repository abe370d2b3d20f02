package main

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"jumun/server/internal/redistest"
	"jumun/shared/wire"
)

// hear opens a stream with a token, and takes its connect event.
func hear(t *testing.T, url, text string) *device {
	t.Helper()
	res := ask(t, as(t, text, "GET", url+wire.EventsPath("42"), ""))
	if res.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s", res.Status, read(t, res))
	}
	d := &device{res: res, events: make(chan event, 10_000)}
	go d.read()
	t.Cleanup(d.close)
	d.connected = d.next(t)
	return d
}

// wantRevoked waits for the bye of a revoked device, and returns the time.
func (d *device) wantRevoked(t *testing.T) time.Time {
	t.Helper()
	e := d.next(t)
	if e["event"] != wire.ByeEvent || !strings.Contains(e["data"], wire.ByeRevoked) {
		t.Fatalf("got %v", e)
	}
	return time.Now()
}

func TestTheStreamsOfARevokedDeviceEndOnEveryServer(t *testing.T) {
	redis := redistest.Start(t)
	one, two := serve(t, "--redis", redis.URL()), serve(t, "--redis", redis.URL())
	stolen, kept := claims(wire.RoleDevice, "42"), claims(wire.RoleDevice, "42")
	theirs := []*device{hear(t, one.url, signed(t, stolen)), hear(t, two.url, signed(t, stolen))}
	ours := []*device{hear(t, one.url, signed(t, kept)), hear(t, two.url, signed(t, kept))}
	began := time.Now()
	revoke(t, redis.URL(), "--device", stolen.Subject)
	for _, d := range theirs {
		// Usually it takes milliseconds; a busy machine needs more.
		if took := d.wantRevoked(t).Sub(began); took > 5*time.Second {
			t.Errorf("it took %v", took)
		}
	}
	t.Logf("both streams ended %v after the command began", time.Since(began).Round(time.Millisecond))
	publish(t, redis.URL(), "order", publication("42", "1"))
	for _, d := range ours {
		d.wants(t, "42", "1")
	}
	wantProblem(t, two.url, signed(t, stolen), http.StatusUnauthorized, wire.ProblemRevoked)
	three := serve(t, "--redis", redis.URL()) // like after a restart
	wantProblem(t, three.url, signed(t, stolen), http.StatusUnauthorized, wire.ProblemRevoked)
}

func wantProblem(t *testing.T, url, text string, status int, problem string) {
	t.Helper()
	res := ask(t, as(t, text, "GET", url+wire.OrdersPath("42"), ""))
	if body := read(t, res); res.StatusCode != status || !strings.Contains(body, problem) {
		t.Errorf("%s: %s", res.Status, body)
	}
}

func TestADeviceOfARevokedMartCanBePairedAgain(t *testing.T) {
	redis := redistest.Start(t)
	server := serve(t, "--redis", redis.URL())
	before := pairDevice(t, server.url, redis.URL(), "카운터")
	d := hear(t, server.url, before.Token)
	revoke(t, redis.URL(), "--mart", "42")
	d.wantRevoked(t)
	after := pairDevice(t, server.url, redis.URL(), "카운터")
	publish(t, redis.URL(), "order", publication("42", "1"))
	hear(t, server.url, after.Token).wants(t, "42", "1")
	wantProblem(t, server.url, before.Token, http.StatusUnauthorized, wire.ProblemRevoked)
}

func TestServersGiveLostRevocationsBackToRedis(t *testing.T) {
	redis := redistest.Start(t)
	server := serve(t, "--redis", redis.URL())
	revoked := claims(wire.RoleDevice, "42")
	d := hear(t, server.url, signed(t, revoked))
	revoke(t, redis.URL(), "--device", revoked.Subject)
	d.wantRevoked(t)
	redis.Kill()
	redis.Restart() // it keeps nothing on disk
	eventually(t, "not ready", func() bool { return status(t, server.url+wire.ReadyPath) != http.StatusOK })
	eventually(t, "ready", func() bool { return status(t, server.url+wire.ReadyPath) == http.StatusOK })
	wantProblem(t, server.url, signed(t, revoked), http.StatusUnauthorized, wire.ProblemRevoked)
	another := serve(t, "--redis", redis.URL())
	wantProblem(t, another.url, signed(t, revoked), http.StatusUnauthorized, wire.ProblemRevoked)
}

// pairDevice makes a code for mart 42 and pairs a device with it.
func pairDevice(t *testing.T, url, redis, name string) (paired wire.Paired) {
	t.Helper()
	code, out, stderr := do(t, nothing, "pair", "--mart", "42", "--name", "강남점", "--redis", redis, "--json")
	var made wire.PairingCode
	if err := json.Unmarshal([]byte(out), &made); code != exitDone || err != nil {
		t.Fatal(out, stderr, err)
	}
	body, _ := json.Marshal(wire.PairRequest{MartID: "42", Code: strings.ToLower(made.Code), Device: name})
	req := as(t, "", "POST", url+wire.PairPath, string(body))
	req.Header.Del("Authorization")
	res := ask(t, req)
	if answer := read(t, res); res.StatusCode != http.StatusOK || json.Unmarshal([]byte(answer), &paired) != nil {
		t.Fatalf("%s: %s", res.Status, answer)
	}
	return paired
}

func TestADeviceIsPairedListedRenewedAndRevokedThroughTheServer(t *testing.T) {
	redis := redistest.Start(t)
	server := serve(t, "--redis", redis.URL())
	admin := signed(t, claims(wire.RoleAdmin, "42"))
	env := func(name string) string {
		if name == "JUMUN_TOKEN" {
			return admin
		}
		return ""
	}
	paired := pairDevice(t, server.url, redis.URL(), "카운터")
	if paired.MartName != "강남점" || time.Until(paired.Expires) < 80*24*time.Hour {
		t.Errorf("paired %+v", paired)
	}
	d := hear(t, server.url, paired.Token)
	list := func() string {
		code, out, said := do(t, env, "devices", "--mart", "42", "--server", server.url)
		if code != exitDone {
			t.Fatal(said)
		}
		return out
	}
	eventually(t, "it is listed as connected", func() bool {
		return strings.Contains(list(), "카운터") && strings.Contains(list(), paired.Device) && strings.Contains(list(), "connected")
	})
	res := ask(t, as(t, paired.Token, "POST", server.url+wire.TokenPath, `{"device":"주방"}`))
	var renewed wire.Paired
	if err := json.NewDecoder(res.Body).Decode(&renewed); err != nil || renewed.Device != paired.Device || renewed.Token == "" {
		t.Fatalf("renewed %+v, %v, %s", renewed, err, res.Status)
	}
	if res := ask(t, as(t, renewed.Token, "POST", server.url+wire.AckPath("42", "7"), `{"device":"somebody else"}`)); res.StatusCode != http.StatusNoContent {
		t.Fatal(res.Status)
	}
	if e := d.next(t); !strings.Contains(e["data"], "주방") {
		t.Errorf("confirmed by %v", e)
	}
	if code, _, said := do(t, env, "revoke", "--device", paired.Device, "--server", server.url); code != exitDone {
		t.Fatal(said)
	}
	d.wantRevoked(t)
	wantProblem(t, server.url, renewed.Token, http.StatusUnauthorized, wire.ProblemRevoked)
	if !strings.Contains(list(), "revoked") {
		t.Error("it is not listed as revoked")
	}
}
