package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"jumun/server/internal/redistest"
	"jumun/shared/wire"
)

func TestTheRelayPrintsItsTables(t *testing.T) {
	for _, system := range []string{"postgres", "mysql"} {
		code, out, _ := do(t, nothing, "relay", "--schema", system)
		if code != exitDone || !strings.Contains(out, "create table jumun_outbox (") || !strings.Contains(out, "create table jumun_outbox_bad (") {
			t.Errorf("%s: exit code %d\n%s", system, code, out)
		}
	}
}

func TestTheRelayWantsOneDatabase(t *testing.T) {
	for _, args := range [][]string{{"relay"}, {"relay", "--postgres", "postgres://h/d", "--mysql", "u@tcp(h)/d"}, {"relay", "--schema", "oracle"}} {
		if code, _, stderr := do(t, nothing, args...); code != exitUsage || strings.Count(stderr, "\n") != 1 {
			t.Errorf("%v: exit code %d: %s", args, code, stderr)
		}
	}
}

func TestTheRelayIsAliveAndNotReadyWhileItsDatabaseIsAway(t *testing.T) {
	p := start(t, "relay", "--postgres", "postgres://relay:sesame@127.0.0.1:1/shop", "--redis", redistest.Start(t).URL(), "--listen", "127.0.0.1:0")
	eventually(t, "that it waits is said", func() bool { return strings.Contains(p.err.String(), "orders wait in the outbox") })
	url := listening.FindStringSubmatch(p.err.String())[1]
	if live, ready := status(t, url+wire.LivePath), status(t, url+wire.ReadyPath); live != http.StatusOK || ready != http.StatusServiceUnavailable {
		t.Errorf("alive %d, ready %d", live, ready)
	}
	if got := text(t, url+wire.MetricsPath); !strings.Contains(got, "\njumun_outbox_up 0\n") {
		t.Error(got)
	}
	if code := p.stop(t); code != exitDone || strings.Contains(p.err.String(), "sesame") {
		t.Errorf("exit code %d:\n%s", code, p.err.String())
	}
}

func TestTheRelayClosesConnectionsThatDoNothing(t *testing.T) {
	p := start(t, "relay", "--postgres", "postgres://relay@127.0.0.1:1/shop", "--redis", redistest.Start(t).URL(), "--listen", "127.0.0.1:0")
	eventually(t, "it listens", func() bool { return listening.MatchString(p.err.String()) })
	conn, err := net.Dial("tcp", strings.TrimPrefix(listening.FindStringSubmatch(p.err.String())[1], "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: relay\r\n\r\n", wire.LivePath); err != nil {
		t.Fatal(err)
	}
	if err := conn.SetReadDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	if answer, err := io.ReadAll(conn); err != nil || !strings.Contains(string(answer), "200 OK") {
		t.Errorf("%q, %v", answer, err)
	}
}
