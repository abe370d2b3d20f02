package hub

import (
	"context"
	"errors"
	"fmt"

	"jumun/shared/order"
	"jumun/shared/wire"
)

// The errors of Join, beside that of its context.
var (
	// ErrDraining means that the device should reconnect: this server stops, or the subscriber
	// was closed while it joined.
	ErrDraining = errors.New("draining")
	// ErrRevoked means that the pass does not stand.
	ErrRevoked = errors.New("revoked")
)

// Join adds a subscriber to a mart, and returns once the mart's events arrive here: it gets every
// frame that is published from then on. It waits for that until ctx ends. The pass must stand
// when the subscriber is added, and still when Join returns. The caller must call Leave.
func (h *Hub) Join(ctx context.Context, mart order.MartID, pass Pass) (*Subscriber, error) {
	s, err := h.add(mart, pass)
	if err != nil {
		return nil, err
	}
	if err := h.admit(s, h.awaitHeard(ctx, mart)); err != nil {
		return nil, err
	}
	return s, nil
}

// awaitHeard waits until the mart's events arrive here. It returns why they do not.
func (h *Hub) awaitHeard(ctx context.Context, mart order.MartID) error {
	heard, ready := h.hooks.Heard(mart)
	if heard {
		return nil
	}
	select {
	case <-ready:
		return nil
	case <-h.refused:
		return ErrDraining
	case <-ctx.Done():
		return fmt.Errorf("subscribe: %w", context.Cause(ctx))
	}
}

func (h *Hub) add(mart order.MartID, pass Pass) (*Subscriber, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.Refuses() {
		return nil, ErrDraining
	}
	// It is asked under the lock: if the pass is revoked later, Recheck finds the subscriber.
	if !pass.Stands(mart) {
		return nil, ErrRevoked
	}
	g := h.groups[mart]
	if g == nil {
		g = &group{hub: h, mart: mart}
		h.groups[mart] = g
		h.hooks.Watch(mart)
	}
	s := &Subscriber{group: g, at: len(g.subscribers), pass: pass, to: newQueue(h.queue)}
	g.subscribers = append(g.subscribers, s)
	h.subscribers++
	return s, nil
}

// admit decides whether a subscriber that waited for its mart may stay, and removes it if not. It
// may have been closed meanwhile.
func (h *Hub) admit(s *Subscriber, err error) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case s.reason == wire.ByeRevoked || !s.pass.Stands(s.group.mart):
		err = ErrRevoked
	case s.reason != "" || h.Refuses():
		err = ErrDraining
	}
	if err != nil {
		h.remove(s)
	}
	return err
}
