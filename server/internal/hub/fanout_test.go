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

// A reader is a Receiver that keeps what it gets.
type reader struct {
	room int // for frames; negative: any number

	mu    sync.Mutex
	got   []string
	ended []string
	wait  chan struct{} // Take waits for it; nil: it does not
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
		{"the device was shed", -1, func(h *Hub, _ *Subscriber) { h.Publish("42", text("1")); h.Shed(1) }, "[1]", "[drain]"},
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
				t.Errorf("once it has left: ended as %s, %d devices", ended, h.Len())
			}
		})
	}
}

// Room may come while the device is about to be closed: what follows what it missed must not
// reach it, or it would resume from there.
func TestNothingIsTakenBehindAFrameThatWasDropped(t *testing.T) {
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

// Whatever meets at the moment of the handing over, each receiver has an unbroken run.
func TestNothingIsLostOrReorderedWhileDevicesAreHandedOver(t *testing.T) {
	h := New(1<<16, newWatching(t).hooks())
	const frames = 3000
	readers := make([]*reader, 3*largeGroup) // in the end a crowd
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
			continue // it joined a crowd that was too far behind
		}
		for i, f := range r.got {
			if n, _ := strconv.Atoi(f); n != frames-len(r.got)+i {
				t.Fatalf("frame %d of %d is %s", i, len(r.got), f)
			}
		}
	}
}

func TestACrowdDoesNotHoldUpOtherMarts(t *testing.T) {
	h, wait := New(4, newWatching(t).hooks()), make(chan struct{})
	crowd := make([]*reader, largeGroup+1)
	for i := range crowd {
		crowd[i] = &reader{room: -1, wait: wait}
		joinAs(t, h, "crowd", crowd[i])
	}
	other := &reader{room: -1}
	joinAs(t, h, "42", other)
	for i := range 3 {
		h.Publish("crowd", text(fmt.Sprint(i)))
		h.Publish("42", text(fmt.Sprint(i)))
	}
	if got, _ := other.seen(); got != "[0 1 2]" {
		t.Errorf("the other mart got %s", got)
	}
	close(wait)
	h.Wait()
	for _, r := range crowd {
		if got, _ := r.seen(); got != "[0 1 2]" {
			t.Fatalf("a device of the crowd got %s", got)
		}
	}
}

func TestACrowdThatIsTooFarBehindComesAgain(t *testing.T) {
	h, wait := New(4, newWatching(t).hooks()), make(chan struct{})
	crowd := make([]*reader, largeGroup+1)
	for i := range crowd {
		crowd[i] = &reader{room: -1, wait: wait}
		joinAs(t, h, "crowd", crowd[i])
	}
	var wg sync.WaitGroup
	wg.Go(func() {
		for i := range h.queue + 2 { // one may be on its way already
			h.Publish("crowd", text(fmt.Sprint(i)))
		}
	})
	for h.Len() > 0 {
		runtime.Gosched()
	}
	close(wait)
	wg.Wait()
	h.Wait()
	for _, r := range crowd {
		if _, ended := r.seen(); ended != "[drain]" {
			t.Fatalf("ended as %s", ended)
		}
	}
}

func TestACrowdThatShrinksKeepsItsOrder(t *testing.T) {
	h, wait := New(4, newWatching(t).hooks()), make(chan struct{})
	crowd, devices := make([]*reader, largeGroup+1), make([]*Subscriber, largeGroup+1)
	for i := range crowd {
		crowd[i] = &reader{room: -1, wait: wait}
		devices[i] = joinAs(t, h, "crowd", crowd[i])
	}
	h.Publish("crowd", text("1"))
	for _, d := range devices[1:] {
		d.Leave()
	}
	h.Publish("crowd", text("2")) // behind the first, though they are largeGroup now
	close(wait)
	h.Wait()
	h.Publish("crowd", text("3"))
	if got, _ := crowd[0].seen(); got != "[1 2 3]" {
		t.Errorf("got %s", got)
	}
}
