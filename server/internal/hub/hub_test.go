package hub

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"jumun/shared/order"
	"jumun/shared/wire"
)

// watching stands for the log. It knows which marts are watched, and fails the test if a call is
// repeated.
type watching struct {
	t     *testing.T
	heard func() bool // the answer of Hooks.Heard; false: Join waits until its context ends

	mu    sync.Mutex
	marts map[order.MartID]bool
}

func newWatching(t *testing.T) *watching {
	return &watching{t: t, marts: make(map[order.MartID]bool), heard: func() bool { return true }}
}

func (w *watching) hooks() Hooks {
	return Hooks{
		Watch:   func(mart order.MartID) { w.set(mart, true) },
		Unwatch: func(mart order.MartID) { w.set(mart, false) },
		Heard:   func(order.MartID) (bool, <-chan struct{}) { return w.heard(), nil },
	}
}

func (w *watching) set(mart order.MartID, watched bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.marts[mart] == watched {
		w.t.Errorf("mart %s: told %v again", mart, watched)
	}
	w.marts[mart] = watched
}

func (w *watching) is(mart order.MartID) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.marts[mart]
}

// A grant is a Pass. The zero value stands until it is revoked.
type grant struct{ revoked atomic.Bool }

func (g *grant) Stands(order.MartID) bool { return !g.revoked.Load() }

func join(t *testing.T, h *Hub, mart order.MartID) *Subscriber {
	t.Helper()
	d, err := h.Join(t.Context(), mart, &grant{})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func text(s string) wire.Frame { return wire.Frame{Text: []byte(s)} }

func waiting(s *Subscriber) (frames []string) {
	for f, ok := s.Next(); ok; f, ok = s.Next() {
		frames = append(frames, string(f.Text))
	}
	return frames
}

func isClosed(s *Subscriber) bool { return s.Closed() != "" }

func TestEverySubscriberOfAMartGetsItsFramesInOrderAndNoOther(t *testing.T) {
	h := New(4, newWatching(t).hooks())
	a, b, other := join(t, h, "42"), join(t, h, "42"), join(t, h, "43")
	for _, f := range []string{"1", "2", "3"} {
		h.Publish("42", text(f))
	}
	h.Publish("nobody", text("4"))
	if fmt.Sprint(waiting(a), waiting(b), waiting(other)) != "[1 2 3] [1 2 3] []" {
		t.Error("frames went astray")
	}
}

func TestASubscriberWithoutRoomIsClosedAndNoOther(t *testing.T) {
	h := New(2, newWatching(t).hooks())
	stuck, well := join(t, h, "42"), join(t, h, "42")
	var got []string
	for _, f := range []string{"1", "2", "3", "4"} {
		h.Publish("42", text(f))
		got = append(got, waiting(well)...)
	}
	if !isClosed(stuck) || stuck.Closed() != wire.ByeSlow || isClosed(well) || fmt.Sprint(got) != "[1 2 3 4]" {
		t.Errorf("stuck closed: %v, well closed: %v, well got %v", isClosed(stuck), isClosed(well), got)
	}
	if h.Len() != 1 {
		t.Errorf("%d devices", h.Len())
	}
}

func TestAfterRefuseNobodyJoinsAndTheOthersStayUntilTheyAreShed(t *testing.T) {
	w := newWatching(t)
	h := New(1, w.hooks())
	devices := []*Subscriber{join(t, h, "42"), join(t, h, "42"), join(t, h, "43"), join(t, h, "44")}
	h.Refuse()
	h.Refuse()
	if _, err := h.Join(t.Context(), "42", &grant{}); !errors.Is(err, ErrDraining) || !h.Refuses() {
		t.Errorf("joined: %v", err)
	}
	h.Publish("42", text("still"))
	if got := waiting(devices[0]); fmt.Sprint(got) != "[still]" {
		t.Errorf("got %v", got)
	}
	for _, step := range []struct{ shed, left int }{{0, 4}, {-1, 4}, {1, 3}, {2, 1}, {5, 0}, {1, 0}} {
		if left := h.Shed(step.shed); left != step.left || h.Len() != step.left || open(devices) != step.left {
			t.Errorf("after Shed(%d) there are %d left, %d devices, %d open", step.shed, left, h.Len(), open(devices))
		}
	}
	for _, d := range devices {
		if d.reason != wire.ByeDrain {
			t.Errorf("closed as %s", d.reason)
		}
		d.Leave()
		d.Leave()
	}
	if h.Len() != 0 || len(h.groups) != 0 || w.is("42") || w.is("43") || w.is("44") {
		t.Errorf("something is left: %d, %v, %v", h.Len(), h.groups, w.marts)
	}
}

func open(devices []*Subscriber) (n int) {
	for _, d := range devices {
		if !(d.Closed() != "") {
			n++
		}
	}
	return n
}

func TestClosingAMartClosesItsSubscribersAndLeavesThemTheirFrames(t *testing.T) {
	w := newWatching(t)
	h := New(2, w.hooks())
	a, b, other := join(t, h, "42"), join(t, h, "42"), join(t, h, "43")
	h.Publish("42", text("1"))
	h.Close("42", wire.ByeDrain)
	h.Close("42", wire.ByeDrain)
	h.Publish("42", text("2"))
	for _, d := range []*Subscriber{a, b} {
		if got := waiting(d); !(d.Closed() != "") || d.reason != wire.ByeDrain || fmt.Sprint(got) != "[1]" {
			t.Errorf("closed: %v, got %v", (d.Closed() != ""), got)
		}
	}
	if isClosed(other) || h.Len() != 1 || w.is("42") || !w.is("43") {
		t.Error("another mart's device was closed, or this one's is still watched")
	}
	again := join(t, h, "42")
	if h.Publish("42", text("3")); fmt.Sprint(waiting(again)) != "[3]" {
		t.Error("one that joins again gets nothing")
	}
}

var errAway = errors.New("away")

// ended returns a context that has ended.
func ended(t *testing.T) context.Context {
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errAway)
	return ctx
}

func TestAJoinReturnsOnceItsMartIsHeard(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hooks, lifted := newWatching(t).hooks(), make(chan struct{})
		hooks.Heard = func(order.MartID) (bool, <-chan struct{}) { return false, lifted }
		h, joined := New(1, hooks), false
		go func() { join(t, h, "42"); joined = true }()
		synctest.Wait()
		if joined {
			t.Error("it joined before")
		}
		close(lifted)
		synctest.Wait()
		if !joined {
			t.Error("it waits on")
		}
	})
}

func TestAJoinThatFailsLeavesNothing(t *testing.T) {
	w := newWatching(t)
	w.heard = func() bool { return false }
	h := New(1, w.hooks())
	if _, err := h.Join(ended(t), "42", &grant{}); !errors.Is(err, errAway) {
		t.Errorf("error %v", err)
	}
	if h.Len() != 0 || len(h.groups) != 0 || w.is("42") {
		t.Errorf("something is left: %d, %v, %v", h.Len(), h.groups, w.marts)
	}
}

func TestEverySubscriberWaitsUntilItsMartIsHeard(t *testing.T) {
	w := newWatching(t)
	h := New(1, w.hooks())
	join(t, h, "42")
	w.heard = func() bool { return false }
	if _, err := h.Join(ended(t), "42", &grant{}); !errors.Is(err, errAway) {
		t.Errorf("the second one: %v", err)
	}
	if h.Len() != 1 || !w.is("42") {
		t.Error("the first one was removed")
	}
}

func TestRefuseEndsAJoinThatWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWatching(t)
		w.heard = func() bool { return false }
		h := New(1, w.hooks())
		var wg sync.WaitGroup
		for range 2 {
			wg.Go(func() {
				if _, err := h.Join(t.Context(), "42", &grant{}); !errors.Is(err, ErrDraining) {
					t.Errorf("error %v", err)
				}
			})
		}
		synctest.Wait()
		h.Refuse()
		wg.Wait()
	})
}

func TestTheMartOfASubscriberThatJoinedIsWatchedWhateverOthersDo(t *testing.T) {
	w := newWatching(t)
	w.heard = func() bool { return rand.IntN(5) > 0 }
	h := New(1, w.hooks())
	var wg sync.WaitGroup
	for i := range 60 {
		wg.Go(func() {
			for range 200 {
				visit(t, h, w, order.MartID(fmt.Sprint(i%3)))
			}
		})
	}
	wg.Wait()
	if h.Len() != 0 || len(h.groups) != 0 || w.is("0") || w.is("1") || w.is("2") {
		t.Errorf("something is left: %d, %v, %v", h.Len(), h.groups, w.marts)
	}
}

func visit(t *testing.T, h *Hub, w *watching, mart order.MartID) {
	d, err := h.Join(ended(t), mart, &grant{})
	if err != nil {
		return
	}
	if !w.is(mart) {
		t.Error("the mart of a subscriber is not watched")
	}
	runtime.Gosched()
	d.Leave()
}

func TestWhatASubscriberReadsIsAnUnbrokenRunOfWhatWasPublished(t *testing.T) {
	h := New(8, newWatching(t).hooks())
	ctx, stop := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for ctx.Err() == nil {
				readRun(t, ctx, h)
			}
		})
	}
	for i := range 20_000 {
		h.Publish("42", text(fmt.Sprint(i)))
	}
	stop()
	wg.Wait()
}

func readRun(t *testing.T, ctx context.Context, h *Hub) {
	d, err := h.Join(ctx, "42", &grant{})
	if errors.Is(err, ErrDraining) {
		return // more came while it joined than it has room for
	}
	if err != nil {
		t.Error(err)
		return
	}
	defer d.Leave()
	for last := -1; ; {
		select {
		case <-d.Ready():
		case <-ctx.Done():
			return
		}
		if f, ok := d.Next(); ok {
			n, _ := strconv.Atoi(string(f.Text))
			if last >= 0 && n != last+1 {
				t.Errorf("%d came after %d", n, last)
			}
			last = n
		} else if why := d.Closed(); why != "" {
			if why != wire.ByeSlow {
				t.Errorf("closed as %s", why)
			}
			return
		}
	}
}

func BenchmarkPublish(b *testing.B) {
	for _, devices := range []int{1, 10, 1000} {
		b.Run(fmt.Sprintf("devices=%d", devices), func(b *testing.B) {
			h := New(64, newWatching(nil).hooks())
			all := make([]*Subscriber, devices)
			for i := range all {
				all[i], _ = h.Join(b.Context(), "42", &grant{})
			}
			frame := wire.Frame{ID: "1-0", Text: make([]byte, 150)}
			b.ReportAllocs()
			for b.Loop() {
				h.Publish("42", frame)
				for _, d := range all {
					d.Next()
				}
			}
		})
	}
}
