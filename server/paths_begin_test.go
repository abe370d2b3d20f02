//go:build linux

package main

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"jumun/server/internal/requestid"
	"jumun/shared/order"
	"jumun/shared/wire"
)

func beginsAsAStream(t *testing.T, w way) {
	s := w.serve(t, "--retry", "1500ms")
	e := s.try(t, request{pass: token42(t)})
	head := e.res.Header.Clone()
	if _, err := http.ParseTime(head.Get("Date")); err != nil {
		t.Error(err)
	}
	head.Del("Date")
	if head.Get(requestid.Header) == "" {
		t.Error("the answer has no name")
	}
	head.Del(requestid.Header)
	head.Del("Strict-Transport-Security") // over TLS only
	head.Del("Connection")                // its name stands for w.proto: HTTP/2 has none
	want := http.Header{"Content-Type": {"text/event-stream"}, "Cache-Control": {"no-cache, no-transform"}, "X-Accel-Buffering": {"no"}}
	if e.res.StatusCode != http.StatusOK || fmt.Sprint(head) != fmt.Sprint(want) {
		t.Errorf("%s %v, want %v", e.res.Status, head, want)
	}
	if one := e.res.ProtoMajor == 1; e.res.Close != one || e.res.ContentLength != -1 || w.proto == "HTTP/1.0" && e.res.TransferEncoding != nil {
		t.Errorf("close %v, length %d, encoding %v", e.res.Close, e.res.ContentLength, e.res.TransferEncoding)
	}
	first, wantFirst := e.next(), event{"event": wire.ConnectEvent, "data": wire.Connected, "retry": "1500", "id": "0-0"}
	if !maps.Equal(first, wantFirst) {
		t.Errorf("the first event is %v, want %v", first, wantFirst)
	}
}

func bringsEveryOrderOnce(t *testing.T, w way) {
	s := w.serve(t, "--queue", "1000")
	all := numbers(200)
	var recording, devices sync.WaitGroup
	defer recording.Wait()
	defer devices.Wait()
	due := make(chan string, len(all)) // room for all: recording waits for nobody
	recording.Go(func() {
		defer close(due)
		for i, n := range all {
			if i%20 == 0 {
				due <- []string{"", "0-0"}[i/20%2] // what is open, or what there is: all of it
			}
			s.record(t, n)
		}
		s.record(t, "last") // and nothing before it that came twice
	})
	for after := range due {
		e := s.open(t, after)
		devices.Go(func() { e.wants(t, append(slices.Clone(all), "last")...) })
	}
}

func resumesWithoutAHole(t *testing.T, w way) {
	s := w.serve(t, "--queue", "1000")
	all := numbers(400)
	var recording sync.WaitGroup
	defer recording.Wait()
	recording.Go(func() { s.record(t, all...) })
	last := "0-0"
	for part := range slices.Chunk(all, 20) {
		e, first := s.opens(t, request{after: last})
		if first["id"] != last {
			t.Errorf("connected at %q, want %q", first["id"], last)
		}
		e.wants(t, part...)
		last = e.last
		_ = e.Close()
	}
}

func beginsWithWhatIsOpen(t *testing.T, w way) {
	s := w.serve(t)
	s.record(t, "1", "2", "3")
	s.confirm(t, "2")
	e, first := s.opens(t, request{})
	if id := first["id"]; id != "" {
		t.Errorf("connected at %q: resuming there would lose what follows", id)
	}
	e.wants(t, "1", "3")
	s.record(t, "4")
	e.wants(t, "4")
	for _, n := range []order.OrderID{"1", "3", "4"} {
		s.confirm(t, n)
		if got := e.next(); got["event"] != wire.AckEvent || !strings.Contains(got["data"], `"orderId":"`+string(n)+`"`) {
			t.Errorf("the ack of %s came as %v", n, got)
		}
	}
	if _, first := s.opens(t, request{}); first["id"] != e.last {
		t.Errorf("nothing is open: connected at %q, want %q", first["id"], e.last)
	}
}

// confirm does so as a device.
func (s *served) confirm(t *testing.T, number order.OrderID) {
	t.Helper()
	answer := s.try(t, request{method: http.MethodPost, path: wire.AckPath("42", number), pass: token42(t)})
	if answer.res.StatusCode != http.StatusNoContent {
		t.Error(answer.res.Status)
	}
	_ = answer.Close()
}

func answersAGap(t *testing.T, w way) {
	s := w.serve(t)
	s.record(t, "1", "2")
	foreign, _, err := s.log.Record(t.Context(), order.Placement{Mart: "43", Order: "1"})
	if err != nil {
		t.Fatal(err)
	}
	// Perhaps both marts' orders were recorded in one millisecond, hence the 7.
	for _, id := range []string{"garbage", "99999999999999-0", "5-0", string(foreign.ID) + "7", strings.Repeat("9", 5000)} {
		e := s.open(t, id)
		got := e.next()
		if got["event"] != wire.GapEvent || !strings.Contains(got["data"], `"oldest":"1`) {
			t.Errorf("%.20s: %v", id, got)
		} else if empty, there := got["id"]; !there || empty != "" {
			t.Errorf("%.20s: a gap does not reset the ID: %v", id, got)
		}
		e.wants(t, "1", "2")
	}
	s.redis.Restart() // it forgets everything
	eventually(t, "ready", func() bool { return s.isReady(t) })
	if got := s.open(t, "5-0").next(); got["event"] != wire.GapEvent {
		t.Errorf("of a vanished log came %v", got)
	}
}

func bearsASlowReader(t *testing.T, w way) {
	s := w.serve(t)
	all := numbers(3100)
	s.record(t, all[:3000]...)
	e, _ := s.opens(t, request{after: "0-0", narrow: true})
	var recording sync.WaitGroup
	defer recording.Wait()
	recording.Go(func() { s.record(t, all[3000:]...) })
	slowly := time.NewTicker(5 * time.Millisecond)
	defer slowly.Stop()
	for part := range slices.Chunk(all, 50) {
		e.wants(t, part...)
		<-slowly.C
	}
}
