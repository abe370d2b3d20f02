package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"jumun/server/internal/redistest"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// officeSecret signs the webhooks of these tests.
var officeSecret = "whsec_" + base64.StdEncoding.EncodeToString([]byte("the head office and nobody else"))

// A told is a webhook that came.
type told struct {
	id   string
	Type string `json:"type"`
	Text string `json:"text"`
	Data struct {
		MartID   order.MartID  `json:"martId"`
		MartName string        `json:"martName"`
		OrderID  order.OrderID `json:"orderId"`
		Times    int           `json:"times"`
		Device   string        `json:"device"`
		Reason   string        `json:"reason"`
	} `json:"data"`
}

func (t told) String() string {
	s := fmt.Sprintf("%s %s %s", t.Type, t.Data.MartID, t.Data.OrderID)
	if t.Data.Times > 0 {
		s = fmt.Sprintf("%s %d", s, t.Data.Times)
	}
	return strings.TrimSpace(s)
}

// An office is where webhooks arrive. It verifies each by a library that is not ours.
type office struct {
	url    string
	answer func(w http.ResponseWriter, t told) // in place of 204; may be nil

	mu   sync.Mutex
	came []told
}

func newOffice(t *testing.T) *office {
	t.Helper()
	verifier, err := standardwebhooks.NewWebhook(officeSecret)
	if err != nil {
		t.Fatal(err)
	}
	o := &office{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if err := verifier.Verify(body, r.Header); err != nil {
			t.Errorf("%s: %v", body, err)
		}
		one := told{id: r.Header.Get("webhook-id")}
		if err := json.Unmarshal(body, &one); err != nil || one.Text == "" {
			t.Errorf("%s: %v", body, err)
		}
		o.mu.Lock()
		o.came = append(o.came, one)
		answer := o.answer
		o.mu.Unlock()
		if answer != nil {
			answer(w, one)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	}))
	t.Cleanup(server.Close)
	o.url = server.URL + "/hook"
	return o
}

// told returns what came, each ID once, sorted.
func (o *office) told() (all []string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	seen := map[string]bool{}
	for _, one := range o.came {
		if !seen[one.id] {
			all = append(all, one.String())
		}
		seen[one.id] = true
	}
	slices.Sort(all)
	return all
}

// wants waits until exactly this was told.
func (o *office) wants(t *testing.T, want ...string) {
	t.Helper()
	slices.Sort(want)
	deadline := time.After(patience)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !slices.Equal(o.told(), want) {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("told %q,\nwant %q", o.told(), want)
		}
	}
}

// policy writes a policy with short times and this office, and returns its file.
func (o *office) policy(t *testing.T, more string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "escalation.yaml")
	text := `
times: {undelivered: 1s, unconfirmed: [2s, 3s], offline: 1s}
targets:
  - name: office
    url: ` + o.url + `
    secrets: [` + officeSecret + `]
    allow-http: true
    allow-private: true
` + more
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// staff opens a stream of a mart, as a new device of only that, and returns what makes the device report itself,
// which it has done once.
func staff(t *testing.T, url string, mart order.MartID, report string) (d *device, reports func(body string)) {
	t.Helper()
	token := signed(t, claims(wire.RoleDevice, mart))
	d = &device{res: ask(t, as(t, token, "GET", url+wire.EventsPath(mart), "")), events: make(chan event, 10_000)}
	go d.read()
	t.Cleanup(d.close)
	d.connected = d.next(t)
	reports = func(body string) {
		t.Helper()
		if res := ask(t, as(t, token, "POST", url+wire.PresencePath(mart), body)); res.StatusCode != http.StatusNoContent {
			t.Fatalf("%s: %s", res.Status, read(t, res))
		}
	}
	reports(report)
	return d, reports
}

const audible, muted = `{"audible":true,"visible":true}`, `{"visible":true,"problems":["muted"]}`

func TestAnOrderThatNobodyAnswersIsToldAgainAndThatItWasAnswered(t *testing.T) {
	office := newOffice(t)
	server := serve(t, "--redis", redistest.Start(t).URL(), "--escalation", office.policy(t, ""))
	pc, _ := staff(t, server.url, "42", audible)
	paid(t, server, "42", "1")
	pc.wants(t, "42", "1")
	if e := pc.next(t); e["event"] != wire.EscalateEvent || !strings.Contains(e["data"], `"orderId":"1"`) {
		t.Fatalf("the card is not told: %v", e)
	}
	office.wants(t, "order.unconfirmed 42 1 1", "order.unconfirmed 42 1 2")
	acknowledge(t, server, "42", "1", "카운터")
	office.wants(t, "order.unconfirmed 42 1 1", "order.unconfirmed 42 1 2", "order.confirmed 42 1")
	for _, one := range office.came {
		if one.Type == "order.confirmed" && (one.Data.Device == "" || !strings.Contains(one.Text, "확인")) {
			t.Errorf("%+v", one)
		}
	}
	if e := pc.next(t); e["event"] != wire.AckEvent {
		t.Errorf("the card is told twice: %v", e)
	}
	paid(t, server, "42", "2")
	acknowledge(t, server, "42", "2", "카운터")
	eventually(t, "it was looked at", func() bool { return count(t, server, `jumun_marts{state="heard"}`) == 1 })
	office.wants(t, "order.unconfirmed 42 1 1", "order.unconfirmed 42 1 2", "order.confirmed 42 1")
}

func TestAnOrderThatNoDeviceTookIsToldAndThatAStoreIsGone(t *testing.T) {
	office, redis := newOffice(t), redistest.Start(t)
	server := serve(t, "--redis", redis.URL(), "--escalation", office.policy(t, ""))
	paid(t, server, "typo", "1")
	pc, reports := staff(t, server.url, "42", audible)
	office.wants(t, "order.undelivered typo 1")
	late, _ := staff(t, server.url, "typo", audible)
	late.wants(t, "typo", "1")
	office.wants(t, "order.undelivered typo 1", "order.unconfirmed typo 1 1", "order.unconfirmed typo 1 2")
	if code, said := send(t, server.url+wire.PublishPath, `{"martId":"typo","orderId":"1","cancelled":true}`); code != http.StatusAccepted {
		t.Fatalf("%d %s", code, said)
	}
	soFar := []string{"order.undelivered typo 1", "order.unconfirmed typo 1 1", "order.unconfirmed typo 1 2", "order.withdrawn typo 1"}
	office.wants(t, soFar...)
	reports(muted)
	soFar = append(soFar, "mart.offline 42")
	office.wants(t, soFar...)
	pc.close()
	again, _ := staff(t, server.url, "42", audible)
	soFar = append(soFar, "mart.online 42")
	office.wants(t, soFar...)
	publish(t, redis.URL(), "order", `{"martId":`)
	publish(t, redis.URL(), "order", `{"martId":`)
	office.wants(t, append(soFar, "publication.refused")...)
	again.close()
	late.close()
}

func TestAStoreIsMissedInItsHoursOnly(t *testing.T) {
	office := newOffice(t)
	other := (time.Now().Hour() + 12) % 24
	hours := fmt.Sprintf("marts:\n  \"42\": {hours: \"%02d:00-%02d:59\"}\n", other, other)
	server := serve(t, "--redis", redistest.Start(t).URL(), "--escalation", office.policy(t, hours))
	for _, mart := range []order.MartID{"42", "43"} {
		staff(t, server.url, mart, muted)
	}
	office.wants(t, "mart.offline 43")
	eventually(t, "both were looked at", func() bool { return count(t, server, `jumun_marts{state="unheard"}`) == 2 })
	office.wants(t, "mart.offline 43")
}

func TestAPolicyIsTakenUpWhenItChangesAndAMistakeChangesNothing(t *testing.T) {
	office := newOffice(t)
	path := office.policy(t, "")
	server := serve(t, "--redis", redistest.Start(t).URL(), "--escalation", path)
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	write := func(text string) {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(strings.Replace(string(good), "undelivered: 1s", "undelivered: soon", 1))
	eventually(t, "the log names the line", func() bool {
		return strings.Contains(server.err.String(), "line 2:") && strings.Contains(server.err.String(), "soon")
	})
	paid(t, server, "43", "1")
	office.wants(t, "order.undelivered 43 1")
	write(string(good) + "marts:\n  \"44\": {targets: []}\n")
	eventually(t, "the log says that it has changed", func() bool { return strings.Contains(server.err.String(), "policy of escalation has changed") })
	paid(t, server, "44", "1")
	eventually(t, "the log has what nobody is told", func() bool { return strings.Contains(server.err.String(), "mart=44") })
	office.wants(t, "order.undelivered 43 1")
	if code, _, said := do(t, nothing, "serve", "--listen", "127.0.0.1:0", "--escalation", filepath.Join(t.TempDir(), "none")); code != exitFailed {
		t.Errorf("a server without its policy starts: %d %s", code, said)
	}
}

func TestWhereWebhooksGoIsForAdminsOfAllMarts(t *testing.T) {
	office := newOffice(t)
	office.answer = func(w http.ResponseWriter, _ told) { w.WriteHeader(http.StatusGone) }
	server := serve(t, "--redis", redistest.Start(t).URL(), "--escalation", office.policy(t, ""))
	paid(t, server, "43", "1")
	for text, want := range map[string]int{"": 401, signed(t, claims(wire.RoleAdmin, "42")): 403, signed(t, claims(wire.RoleDevice, "*")): 403} {
		req := as(t, text, "GET", server.url+wire.WebhooksPath, "")
		if text == "" {
			req.Header.Del("Authorization")
		}
		if res := ask(t, req); res.StatusCode != want {
			t.Errorf("%s, want %d", res.Status, want)
		}
	}
	eventually(t, "the target is off", func() bool {
		said := read(t, ask(t, as(t, signed(t, claims(wire.RoleAdmin, "*")), "GET", server.url+wire.WebhooksPath, "")))
		return strings.Contains(said, "410 Gone") && strings.Contains(said, `"attempts":1`) && !strings.Contains(said, "/hook")
	})
	paid(t, server, "43", "2")
	eventually(t, "the next one is dropped", func() bool { return count(t, server, `jumun_webhooks_total{outcome="dropped",target="office"}`) == 1 })
	office.wants(t, "order.undelivered 43 1")
}

func TestAnotherServerTakesOverAndTellsNothingTwice(t *testing.T) {
	office, redis := newOffice(t), redistest.Start(t)
	args := []string{"--redis", redis.URL(), "--escalation", office.policy(t, ""), "--drain", "0s"}
	one, two := serve(t, args...), serve(t, args...)
	paid(t, one, "43", "1")
	office.wants(t, "order.undelivered 43 1")
	one.stop(t)
	paid(t, two, "43", "2")
	office.wants(t, "order.undelivered 43 1", "order.undelivered 43 2")
	if code, out, said := do(t, nothing, "marts", "--state", "unheard", "--redis", redis.URL()); code != exitDone || !strings.Contains(out, "43") || !strings.Contains(out, "unheard") {
		t.Errorf("%d %s%s", code, out, said)
	}
	if len(office.came) != 2 {
		t.Errorf("%d webhooks came", len(office.came))
	}
}
