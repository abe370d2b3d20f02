package hub

import (
	"fmt"
	"runtime"
	"strconv"
	"sync"
	"testing"

	"jumun/shared/order"
	"jumun/shared/wire"
)

// A reader is a Receiver that remembers what it gets.
type reader struct {
	room int // for frames; negative: any number

	mu    sync.Mutex
	got   []string
	ended []string
	wait  chan struct{} // Take waits until it is closed; nil: Take does not wait
}

func (r *reader) Take(f wire.Frame) bool {
	if r.wait != nil {
		<-r.wait
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.room == len(r.got) {
		return false
	}
	r.got = append(r.got, string(f.Text))
	return true
}

func (r *reader) OnEnd(why string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ended = append(r.ended, why)
}

func (r *reader) seen() (got, ended string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return fmt.Sprint(r.got), fmt.Sprint(r.ended)
}

func joinAs(t *testing.T, h *Hub, mart order.MartID, r *reader) *Subscriber {
	t.Helper()
	d := join(t, h, mart)
	d.Hand(r)
	return d
}

func TestAReceiverGetsWhatWaitedAndThenWhatComes(t *testing.T) {
	tests := []struct {
		name       string
		room       int
		before     func(h *Hub, d *Subscriber)
		got, ended string
	}{
		{"nothing waited", -1, func(*Hub, *Subscriber) {}, "[live]", "[]"},
		{"two frames waited", -1, func(h *Hub, _ *Subscriber) { h.Publish("42", text("1")); h.Publish("42", text("2")) }, "[1 2 live]", "[]"},
		{"the subscriber was shed", -1, func(h *Hub, _ *Subscriber) { h.Publish("42", text("1")); h.Shed(1) }, "[1]", "[drain]"},
		{"its pass was revoked", -1, func(h *Hub, d *Subscriber) { h.Publish("42", text("1")); d.Close(wire.ByeRevoked) }, "[]", "[revoked]"},
		{"it left", -1, func(_ *Hub, d *Subscriber) { d.Leave() }, "[]", "[]"},
		{"what comes finds no room", 1, func(h *Hub, _ *Subscriber) { h.Publish("42", text("1")) }, "[1]", "[slow]"},
		{"what waited finds no room", 1, func(h *Hub, _ *Subscriber) { h.Publish("42", text("1")); h.Publish("42", text("2")) }, "[1]", "[slow]"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h, r := New(4, newWatching(t).hooks()), &reader{room: tt.room}
			d := join(t, h, "42")
			tt.before(h, d)
			d.Hand(r)
			h.Publish("42", text("live"))
			h.Publish("other", text("live"))
			if got, ended := r.seen(); got != tt.got || ended != tt.ended {
				t.Errorf("got %s, ended as %s", got, ended)
			}
			d.Leave()
			d.Close(wire.ByeDrain)
			if _, ended := r.seen(); ended != tt.ended || h.Len() != 0 {
				t.Errorf("after it left: ended as %s, %d subscribers", ended, h.Len())
			}
		})
	}
}

// The receiver may have room again before the subscriber is closed. What follows the frame that it
// missed must not reach it, or it would resume from there.
func TestNothingIsTakenAfterAFrameThatWasDropped(t *testing.T) {
	h, r := New(4, newWatching(t).hooks()), &reader{room: 1}
	d := join(t, h, "42")
	h.Publish("42", text("1"))
	h.Publish("42", text("dropped"))
	if d.hand(r) {
		t.Fatal("there was room")
	}
	r.room = -1
	if d.take(text("3")) {
		t.Error("what follows was taken")
	}
	if got, _ := r.seen(); got != "[1]" {
		t.Errorf("got %s", got)
	}
}

// However publishing and Hand meet, each receiver gets an unbroken run.
func TestNothingIsLostOrReorderedWhileSubscribersAreHandedOver(t *testing.T) {
	h := New(1<<16, newWatching(t).hooks())
	const frames = 3000
	readers := make([]*reader, 3*largeGroup) // in the end a large group
	var wg sync.WaitGroup
	join(t, h, "42")
	wg.Go(func() {
		for i := range frames {
			h.Publish("42", text(fmt.Sprint(i)))
		}
	})
	for i := range readers {
		readers[i] = &reader{room: -1}
		wg.Go(func() { joinAs(t, h, "42", readers[i]) })
	}
	wg.Wait()
	h.Wait()
	for _, r := range readers {
		if len(r.ended) != 0 {
			continue // it joined a large group that was too far behind
		}
		for i, f := range r.got {
			if n, _ := strconv.Atoi(f); n != frames-len(r.got)+i {
				t.Fatalf("frame %d of %d is %s", i, len(r.got), f)
			}
		}
	}
}

func TestALargeGroupDoesNotDelayOtherMarts(t *testing.T) {
	h, wait := New(4, newWatching(t).hooks()), make(chan struct{})
	large := make([]*reader, largeGroup+1)
	for i := range large {
		large[i] = &reader{room: -1, wait: wait}
		joinAs(t, h, "large", large[i])
	}
	other := &reader{room: -1}
	joinAs(t, h, "42", other)
	for i := range 3 {
		h.Publish("large", text(fmt.Sprint(i)))
		h.Publish("42", text(fmt.Sprint(i)))
	}
	if got, _ := other.seen(); got != "[0 1 2]" {
		t.Errorf("the other mart got %s", got)
	}
	close(wait)
	h.Wait()
	for _, r := range large {
		if got, _ := r.seen(); got != "[0 1 2]" {
			t.Fatalf("a subscriber of the large group got %s", got)
		}
	}
}

func TestALargeGroupThatIsTooFarBehindIsClosed(t *testing.T) {
	h, wait := New(4, newWatching(t).hooks()), make(chan struct{})
	large := make([]*reader, largeGroup+1)
	for i := range large {
		large[i] = &reader{room: -1, wait: wait}
		joinAs(t, h, "large", large[i])
	}
	var wg sync.WaitGroup
	wg.Go(func() {
		for i := range h.queue + 2 { // one may be on its way already
			h.Publish("large", text(fmt.Sprint(i)))
		}
	})
	for h.Len() > 0 {
		runtime.Gosched()
	}
	close(wait)
	wg.Wait()
	h.Wait()
	for _, r := range large {
		if _, ended := r.seen(); ended != "[drain]" {
			t.Fatalf("ended as %s", ended)
		}
	}
}

func TestALargeGroupThatShrinksKeepsItsOrder(t *testing.T) {
	h, wait := New(4, newWatching(t).hooks()), make(chan struct{})
	large, devices := make([]*reader, largeGroup+1), make([]*Subscriber, largeGroup+1)
	for i := range large {
		large[i] = &reader{room: -1, wait: wait}
		devices[i] = joinAs(t, h, "large", large[i])
	}
	h.Publish("large", text("1"))
	for _, d := range devices[1:] {
		d.Leave()
	}
	h.Publish("large", text("2")) // behind the first, though the group is small now
	close(wait)
	h.Wait()
	h.Publish("large", text("3"))
	if got, _ := large[0].seen(); got != "[1 2 3]" {
		t.Errorf("got %s", got)
	}
}
