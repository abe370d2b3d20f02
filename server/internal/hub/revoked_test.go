package hub

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"testing"

	"jumun/shared/order"
	"jumun/shared/wire"
)

// onlyFor is a Pass for one mart.
type onlyFor order.MartID

func (o onlyFor) Stands(mart order.MartID) bool { return mart == order.MartID(o) }

func TestRecheckClosesSubscribersWhosePassIsRevokedAndNoOthers(t *testing.T) {
	w := newWatching(t)
	h := New(2, w.hooks())
	pass := &grant{}
	here, _ := h.Join(t.Context(), "42", pass)
	elsewhere, _ := h.Join(t.Context(), "43", pass)
	beside, other := join(t, h, "42"), join(t, h, "44")
	h.Recheck(wire.ByeRevoked)
	if open([]*Subscriber{here, elsewhere, beside, other}) != 4 {
		t.Fatal("a subscriber was closed though nothing was revoked")
	}
	pass.revoked.Store(true)
	h.Recheck(wire.ByeRevoked)
	h.Recheck(wire.ByeRevoked)
	for _, d := range []*Subscriber{here, elsewhere} {
		if !(d.Closed() != "") || d.reason != wire.ByeRevoked {
			t.Errorf("closed: %v", (d.Closed() != ""))
		}
		d.Leave()
	}
	h.Publish("42", text("1"))
	if fmt.Sprint(waiting(here), waiting(beside)) != "[] [1]" || isClosed(beside) || isClosed(other) || h.Len() != 2 {
		t.Error("a revoked subscriber still gets frames, or another does not")
	}
	if !w.is("42") || w.is("43") || !w.is("44") {
		t.Errorf("watched: %v", w.marts)
	}
}

func TestAPassIsAskedForTheMart(t *testing.T) {
	w := newWatching(t)
	h := New(1, w.hooks())
	if _, err := h.Join(t.Context(), "43", onlyFor("42")); !errors.Is(err, ErrRevoked) || h.Len() != 0 || len(w.marts) != 0 {
		t.Errorf("another mart: %v, %d devices, watched %v", err, h.Len(), w.marts)
	}
	d, err := h.Join(t.Context(), "42", onlyFor("42"))
	if h.Recheck(wire.ByeRevoked); err != nil || (d.Closed() != "") {
		t.Errorf("its own mart: %v", err)
	}
}

func TestASubscriberThatIsClosedWhileItJoinsDoesNotJoin(t *testing.T) {
	tests := []struct {
		name      string
		meanwhile func(h *Hub, pass *grant) error // nil: the mart is heard then
		want      error
	}{
		{"nothing happens", func(*Hub, *grant) error { return nil }, nil},
		{"its pass is revoked", func(h *Hub, pass *grant) error { pass.revoked.Store(true); h.Recheck(wire.ByeRevoked); return nil }, ErrRevoked},
		{"its pass is revoked, and Recheck was not called yet", func(_ *Hub, pass *grant) error { pass.revoked.Store(true); return nil }, ErrRevoked},
		{"its pass is revoked, and then the list is lost", func(h *Hub, pass *grant) error {
			pass.revoked.Store(true)
			h.Recheck(wire.ByeRevoked)
			pass.revoked.Store(false)
			return nil
		}, ErrRevoked},
		{"its pass is revoked, and the mart cannot be heard", func(h *Hub, pass *grant) error { pass.revoked.Store(true); h.Recheck(wire.ByeRevoked); return errAway }, ErrRevoked},
		{"its pass is revoked, and the pod stops", func(h *Hub, pass *grant) error { pass.revoked.Store(true); h.Refuse(); return nil }, ErrRevoked},
		{"another pass is revoked", func(h *Hub, _ *grant) error { h.Recheck(wire.ByeRevoked); return nil }, nil},
		{"its mart is lost", func(h *Hub, _ *grant) error { h.Close("42", wire.ByeDrain); return nil }, ErrDraining},
		{"more is published than it has room for", func(h *Hub, _ *grant) error { h.Publish("42", text("1")); h.Publish("42", text("2")); return nil }, ErrDraining},
		{"it is shed", func(h *Hub, _ *grant) error { h.Shed(1); return nil }, ErrDraining},
		{"the pod stops", func(h *Hub, _ *grant) error { h.Refuse(); return errAway }, ErrDraining},
		{"the mart cannot be heard", func(*Hub, *grant) error { return errAway }, errAway},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWatching(t)
			h, pass := New(1, w.hooks()), &grant{}
			w.heard = func() bool { return tt.meanwhile(h, pass) == nil }
			d, err := h.Join(ended(t), "42", pass)
			if !errors.Is(err, tt.want) || (d == nil) != (tt.want != nil) {
				t.Fatalf("joined as %v: %v", d, err)
			}
			if joined := tt.want == nil; joined != (h.Len() == 1) || joined != w.is("42") || joined && (d.Closed() != "") {
				t.Errorf("%d devices, watched %v", h.Len(), w.marts)
			}
		})
	}
}

// Passes are revoked before, while and after their subscribers join, while orders come and other
// subscribers stay.
func TestAfterRecheckNoRevokedSubscriberIsLeft(t *testing.T) {
	h := New(8, newWatching(t).hooks())
	ctx, stop := context.WithCancel(t.Context())
	var others, wg sync.WaitGroup
	others.Go(func() {
		for i := 0; ctx.Err() == nil; i++ {
			h.Publish("42", text(fmt.Sprint(i)))
			runtime.Gosched()
		}
	})
	for range 2 {
		others.Go(func() {
			for ctx.Err() == nil {
				readRun(t, ctx, h)
			}
		})
	}
	for range 8 {
		wg.Go(func() {
			for range 300 {
				revokeWhileJoining(t, h)
			}
		})
	}
	wg.Wait()
	stop()
	others.Wait()
	if h.Len() != 0 || len(h.groups) != 0 {
		t.Errorf("%d devices are left, %v", h.Len(), h.groups)
	}
}

func revokeWhileJoining(t *testing.T, h *Hub) {
	pass, rechecked := &grant{}, make(chan struct{})
	go func() {
		defer close(rechecked)
		pass.revoked.Store(true)
		h.Recheck(wire.ByeRevoked)
	}()
	d, err := h.Join(t.Context(), "42", pass)
	<-rechecked
	switch {
	case err == nil:
		for d.Closed() == "" { // by this recheck, or by another that found it first
			<-d.Ready()
		}
	case !errors.Is(err, ErrRevoked) && !errors.Is(err, ErrDraining): // it may be slow, too
		t.Error(err)
	}
	if d != nil {
		d.Leave()
	}
}

// A list is what a Pass of the server asks.
type list struct {
	mu   sync.RWMutex
	void map[string]bool
}

type listed struct {
	*list
	subject string
	key     string
}

func (l listed) Stands(mart order.MartID) bool {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return !l.void[l.subject] && !l.void[l.key] && !l.void[string(mart)] && !l.void["*"]
}

// BenchmarkRecheck is how long Publish waits for Recheck.
func BenchmarkRecheck(b *testing.B) {
	h, l := New(64, newWatching(nil).hooks()), &list{void: make(map[string]bool)}
	for i := range 15_000 {
		l.void[fmt.Sprintf("revoked-%d", i)] = true
		if _, err := h.Join(b.Context(), order.MartID(fmt.Sprint(i/5)), &listed{l, fmt.Sprintf("device-%d", i), "key"}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		h.Recheck(wire.ByeRevoked)
	}
}
