package hub

import (
	"fmt"
	"testing"

	"jumun/shared/wire"
)

func TestASubscriberHasItsFramesAndItsEnd(t *testing.T) {
	publish := func(h *Hub, frames ...string) {
		for _, f := range frames {
			h.Publish("42", text(f))
		}
	}
	tests := []struct {
		name    string
		happens func(h *Hub, s *Subscriber)
		got     string
		reason  string // empty: it is not closed
		present int
	}{
		{"nothing happens", func(*Hub, *Subscriber) {}, "[]", "", 1},
		{"frames come", func(h *Hub, _ *Subscriber) { publish(h, "1", "2") }, "[1 2]", "", 1},
		{"more frames come than it has room for", func(h *Hub, _ *Subscriber) { publish(h, "1", "2", "3", "4", "5") }, "[1 2 3]", wire.ByeSlow, 0},
		{"it is closed", func(h *Hub, s *Subscriber) { publish(h, "1"); s.Close(wire.ByeDrain); s.Close(wire.ByeExpired) }, "[1]", wire.ByeDrain, 0},
		{"it leaves, and then is closed", func(h *Hub, s *Subscriber) { s.Leave(); s.Close(wire.ByeDrain); publish(h, "1") }, "[]", "", 0},
		{"it is closed, and then leaves", func(_ *Hub, s *Subscriber) { s.Close(wire.ByeDrain); s.Leave() }, "[]", wire.ByeDrain, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := New(3, newWatching(t).hooks())
			s := join(t, h, "42")
			tt.happens(h, s)
			if got := fmt.Sprint(waiting(s)); got != tt.got || s.Closed() != tt.reason || h.Len() != tt.present {
				t.Errorf("got %s, closed as %q, %d subscribers", got, s.Closed(), h.Len())
			}
		})
	}
}

func TestASubscriberIsReadyWhileSomethingWaits(t *testing.T) {
	h := New(3, newWatching(t).hooks())
	s := join(t, h, "42")
	isReady := func() bool {
		select {
		case <-s.Ready():
			return true
		default:
			return false
		}
	}
	if isReady() {
		t.Error("ready before anything came")
	}
	h.Publish("42", text("1"))
	h.Publish("42", text("2"))
	for _, want := range []string{"1", "2"} {
		if f, ok := s.Next(); !isReady() && want == "1" || !ok || string(f.Text) != want {
			t.Errorf("got %q, %v; want %s", f.Text, ok, want)
		}
	}
	if isReady(); isReady() {
		t.Error("ready though nothing waits")
	}
	h.Publish("42", text("3"))
	s.Close(wire.ByeDrain)
	for range 2 {
		if !isReady() {
			t.Error("not ready, though it was closed")
		}
		s.Next()
	}
}
