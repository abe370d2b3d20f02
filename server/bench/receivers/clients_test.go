//go:build linux

package receivers

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"jumun/server/bench/sseread"
)

// gather makes a clients of one process with this test.
func gather(t *testing.T, devices ...Device) *clients {
	t.Helper()
	epoll, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = unix.Close(epoll) })
	c := &clients{epoll: epoll}
	c.frame = c.read
	if _, err := c.ask(Question{Plan: &Plan{Counter: filepath.Join(t.TempDir(), "tally"), Devices: devices}}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		for i := range c.devices {
			c.closed(&c.devices[i], "the test is over")
		}
	})
	return c
}

func get(path string) Device {
	return Device{Request: "GET " + path + " HTTP/1.1\r\nHost: bench\r\n"}
}

// serve answers every stream with text, by its path and what the device has; then the
// stream stays open.
func serve(t *testing.T, text func(path, last string) string) (address string) {
	t.Helper()
	done := make(chan struct{})
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		said := text(r.URL.Path, r.Header.Get("Last-Event-ID"))
		if said == "" {
			http.Error(w, "no", http.StatusForbidden)
			return
		}
		_, _ = io.WriteString(w, said)
		_ = http.NewResponseController(w).Flush()
		if !strings.Contains(said, "bye") {
			<-done
		}
	}))
	t.Cleanup(func() { close(done); s.Close() })
	return s.Listener.Addr().String()
}

func event(id string, seq int64) string {
	o := sseread.Order{Seq: seq, At: time.Now().Add(-time.Second).UnixNano()}
	return fmt.Sprintf("id: %s\nevent: order\ndata: {\"orderId\":\"%s\"}\n\n", id, o.ID())
}

func TestRepeatsAndDelaysAreCounted(t *testing.T) {
	address := serve(t, func(string, string) string {
		return ":\n\n" + event("1", 0) + event("2", 1) + event("2", 1) + event("3", 2)
	})
	c := gather(t, get("/a"), get("/b"))
	a, err := c.ask(Question{Connect: &Connect{Address: address, AtOnce: 1, Behind: 4}})
	if err != nil || a.Held != 2 || a.ToLive.Count != 2 {
		t.Fatalf("%+v, %v", a, err)
	}
	h := a.Heard[0]
	if h.Fresh != 6 || h.Repeated != 2 || h.Delays.Count != 6 || h.Delays.P50 < time.Second || c.counter.Arrived.Load() != 6 {
		t.Errorf("%+v, arrived %d", h, c.counter.Arrived.Load())
	}
}

func TestADeviceReconnectsAfterByeWithItsLastID(t *testing.T) {
	address := serve(t, func(path, last string) string {
		if last == "" {
			return event("7", 0) + "event: bye\ndata: {}\n\n"
		}
		return ": after " + last + "\n\n" + event("8", 1)
	})
	c := gather(t, get("/a"))
	a, err := c.ask(Question{Connect: &Connect{Address: address, AtOnce: 1, Behind: 2, Return: true}})
	if err != nil || a.Held != 1 || a.Gone != 1 || a.Why["bye {}"] != 1 || string(c.devices[0].last) != "8" || a.Heard[0].Fresh != 2 {
		t.Errorf("%+v, %v, last %s", a, err, c.devices[0].last)
	}
}

func TestARefusedDeviceTriesAgainIfReturnIsSet(t *testing.T) {
	var attempts atomic.Int64
	address := serve(t, func(string, string) string {
		return map[bool]string{true: event("1", 0)}[attempts.Add(1) > 2]
	})
	c := gather(t, get("/a"))
	if _, err := c.ask(Question{Connect: &Connect{Address: address, AtOnce: 1}}); err == nil || attempts.Load() != 1 {
		t.Errorf("%v after %d attempts", err, attempts.Load())
	}
	c.counter.Wanted.Store(1)
	a, err := c.ask(Question{Hear: &Hear{Timeout: 20 * time.Second, Return: true}})
	if err != nil || a.Held != 1 || a.Gone != 1 || attempts.Load() != 3 || c.counter.Arrived.Load() != 1 {
		t.Errorf("%+v, %v, after %d attempts", a, err, attempts.Load())
	}
}

func TestARefusalIsReportedAndNotRetriedWithoutReturn(t *testing.T) {
	address := serve(t, func(path, _ string) string { return map[string]string{"/a": ":\n\n"}[path] })
	c := gather(t, get("/a"), get("/b"))
	a, err := c.ask(Question{Connect: &Connect{Address: address, AtOnce: 2}})
	if err == nil || !strings.Contains(err.Error(), "1 of 2") || a.Why["refused: HTTP/1.1 403 Forbidden"] != 1 || a.Held != 1 {
		t.Errorf("%+v, %v", a, err)
	}
}

func TestConnectFailsWithoutAServer(t *testing.T) {
	c := gather(t, get("/a"))
	if _, err := c.ask(Question{Connect: &Connect{Address: "127.0.0.1:1", AtOnce: 1}}); err == nil || !strings.Contains(err.Error(), "refused") {
		t.Errorf("%v", err)
	}
}

func TestHearEndsWhenNothingArrives(t *testing.T) {
	address := serve(t, func(string, string) string { return ":\n\n" })
	c := gather(t, get("/a"))
	if _, err := c.ask(Question{Connect: &Connect{Address: address, AtOnce: 1}}); err != nil {
		t.Fatal(err)
	}
	c.counter.Wanted.Store(1)
	a, err := c.ask(Question{Hear: &Hear{Timeout: 50 * time.Millisecond}})
	if err != nil || a.Held != 1 || a.Heard[0].Fresh != 0 {
		t.Errorf("%+v, %v", a, err)
	}
}

func TestASharedMartMeasuresTheSpreadOfItsDevices(t *testing.T) {
	g := newGroup(true)
	o := sseread.Order{Seq: 0, At: 1}
	started := time.Unix(100, 0)
	for _, after := range []time.Duration{0, 3, 7} {
		g.add(true, o, started.Add(after))
	}
	g.add(true, sseread.Order{Seq: 1, At: 2}, started)
	if s := g.result().Spread; s.Count != 2 || s.Max != 7 || s.P50 != 0 {
		t.Errorf("%+v", s)
	}
	if h := g.result(); h.Fresh != 0 || h.Spread.Count != 0 {
		t.Errorf("it was not forgotten: %+v", h)
	}
}
