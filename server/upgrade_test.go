package main

import (
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"jumun/server/internal/redistest"
	"jumun/shared/wire"
)

// A mixedSite is a Redis that servers of two versions share, with a PC at each.
type mixedSite struct {
	redis        *redistest.Redis
	binary       string // of the older version
	process      *exec.Cmd
	older, newer *program
	pcs          []*device // the first at older
}

func TestServersOfTwoVersionsShareARedisAndTheOlderOneTakesItBack(t *testing.T) {
	s := &mixedSite{redis: redistest.Start(t), binary: olderServer(t)}
	s.startOlder(t)
	s.newer = serve(t, "--redis", s.redis.URL())
	first := s.pairByOldCode(t)
	second := pairDevice(t, s.older.url, s.redis.URL(), "주방")
	s.pcs = []*device{hear(t, s.older.url, first.Token), hear(t, s.newer.url, second.Token)}

	s.takesOrdersByEveryWay(t)
	s.answersAcross(t)
	s.testsTheAlarm(t)
	s.revokesAcross(t)
	s.goesBack(t, second.Token)
}

// olderServer builds the server of the commit that JUMUN_TEST_UPGRADE names.
func olderServer(t *testing.T) (binary string) {
	t.Helper()
	commit := os.Getenv("JUMUN_TEST_UPGRADE")
	if commit == "" {
		t.Skip("it compiles an older server: make test-upgrade")
	}
	if exec.Command("git", "cat-file", "-e", commit+"^{commit}").Run() != nil {
		t.Skipf("commit %s is not in this clone, which is probably a shallow one", commit)
	}
	dir := t.TempDir()
	shell(t, "cd .. && git archive "+commit+" | tar -x -C "+dir+" && cd "+dir+" && CGO_ENABLED=0 go build -o jumun-server ./server")
	return filepath.Join(dir, "jumun-server")
}

func (s *mixedSite) startOlder(t *testing.T) {
	t.Helper()
	cmd, url := processOf(t, s.binary, "--redis", s.redis.URL(), "--drain", "1s")
	s.process, s.older = cmd, &program{url: url}
}

// pairByOldCode pairs a device at the newer server by a code that the older command made.
func (s *mixedSite) pairByOldCode(t *testing.T) (paired wire.Paired) {
	t.Helper()
	out, err := exec.Command(s.binary, "pair", "--mart", "42", "--redis", s.redis.URL(), "--json").Output()
	var made wire.PairingCode
	if err != nil || json.Unmarshal(out, &made) != nil {
		t.Fatalf("%v: %s", err, out)
	}
	status, paired := pairBy(t, s.newer.url, made.Code)
	if status != http.StatusOK {
		t.Fatal(status)
	}
	return paired
}

// both takes the next event of each PC, which must be the same one.
func (s *mixedSite) both(t *testing.T, kind string) event {
	t.Helper()
	at, other := s.pcs[0].next(t), s.pcs[1].next(t)
	if at["event"] != kind || other["event"] != kind || at["id"] != other["id"] {
		t.Fatalf("got %v and %v, want the same %s", at, other, kind)
	}
	return at
}

func (s *mixedSite) takesOrdersByEveryWay(t *testing.T) {
	s.redis.Ask("XADD", "jumun:orders", "*", "martId", "42", "orderId", "1")
	publishes := func() { publish(t, s.redis.URL(), "order", publication("42", "2")) }
	posts := func(server *program) func() {
		return func() { // the second one is a repeat, whichever version had the first one
			for _, at := range []*program{server, s.older, s.newer} {
				post(t, at, wire.PublishPath, `{"martId":"42","orderId":"3","key":"of `+server.url+`"}`, http.StatusAccepted)
			}
		}
	}
	s.both(t, wire.OrderEvent)
	for _, send := range []func(){publishes, posts(s.older), posts(s.newer)} {
		send()
		s.both(t, wire.OrderEvent)
	}
}

func (s *mixedSite) answersAcross(t *testing.T) {
	for _, at := range [][2]*program{{s.older, s.newer}, {s.newer, s.older}} {
		post(t, at[0], wire.PublishPath, `{"martId":"42","orderId":"2026/1","key":"by `+at[0].url+`"}`, http.StatusAccepted)
		id := s.both(t, wire.OrderEvent)["id"]
		if got := acks(t, at[1], id); got != "confirmed" {
			t.Errorf("confirmed at the other version: %s", got)
		}
		s.both(t, wire.AckEvent)
		if got := acks(t, at[0], id); got != "already" {
			t.Errorf("confirmed again: %s", got)
		}
		post(t, at[0], wire.ReopenPath("42"), `{"id":"`+id+`","orderId":"2026/1"}`, http.StatusNoContent)
		s.both(t, wire.ReopenEvent)
		post(t, at[1], wire.PublishPath, `{"martId":"42","orderId":"2026/1","key":"by `+at[0].url+`","cancelled":true}`, http.StatusAccepted)
		s.both(t, wire.CancelEvent)
	}
}

// testsTheAlarm sends a test alarm, of which the older server passes on nothing, and takes the next order all the same.
func (s *mixedSite) testsTheAlarm(t *testing.T) {
	id := testOf(t, s.newer, signed(t, claims(wire.RoleAdmin, "42")))
	if e := s.pcs[1].next(t); e["event"] != wire.TestEvent || e["id"] != string(id) {
		t.Errorf("at the newer server the test is %v", e)
	}
	post(t, s.older, wire.PublishPath, `{"martId":"42","orderId":"4"}`, http.StatusAccepted)
	s.both(t, wire.OrderEvent)
	for _, at := range []*program{s.older, s.newer} {
		if got := text(t, at.url+wire.OrdersPath("42")+"?after="+string(id)); strings.Count(got, `"id"`) == 0 || strings.Contains(got, `"gap"`) {
			t.Errorf("after the test %s has %s", at.url, got)
		}
	}
	if metrics := text(t, s.older.url+wire.MetricsPath); !strings.Contains(metrics, "jumun_foreign_total{what=\"entry\"} 0") {
		t.Error("the older server takes the test for something foreign")
	}
}

func (s *mixedSite) revokesAcross(t *testing.T) {
	lost := []wire.Paired{pairDevice(t, s.newer.url, s.redis.URL(), "도난"), pairDevice(t, s.older.url, s.redis.URL(), "도난")}
	revoke(t, s.redis.URL(), "--device", lost[0].Device)
	shell(t, s.binary+" revoke --force --redis "+s.redis.URL()+" --device "+lost[1].Device)
	for _, at := range []*program{s.older, s.newer} {
		for _, d := range lost {
			eventually(t, "it is refused", func() bool { return heardBy(t, at.url, d.Token, "42") == http.StatusUnauthorized })
		}
	}
}

// goesBack ends the newer server, starts the older one again on what both have left in Redis, and goes forth again.
func (s *mixedSite) goesBack(t *testing.T, token string) {
	post(t, s.newer, wire.PublishPath, `{"martId":"42","orderId":"9"}`, http.StatusAccepted)
	last := s.both(t, wire.OrderEvent)["id"]
	s.newer.stop(t)
	post(t, s.older, wire.PublishPath, `{"martId":"42","orderId":"10"}`, http.StatusAccepted)
	_ = s.process.Process.Kill()
	_ = s.process.Wait()
	s.startOlder(t)
	for _, at := range []*program{s.older, serve(t, "--redis", s.redis.URL())} {
		got := read(t, ask(t, as(t, token, http.MethodGet, at.url+wire.OrdersPath("42")+"?after="+last, "")))
		if strings.Count(got, `"10"`) != 1 || strings.Contains(got, `"9"`) {
			t.Errorf("after %s it gets %s", last, got)
		}
		shell(t, s.binary+" order --mart 42 --order 9 --show --redis "+s.redis.URL())
	}
}
