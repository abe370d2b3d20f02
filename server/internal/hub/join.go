package hub

import (
	"context"
	"errors"
	"fmt"

	"jumun/shared/order"
	"jumun/shared/wire"
)

// The errors of Join, beside that of its ctx.
var (
	// ErrDraining: Refuse was called, or the device was closed while it waited. It is to
	// come again.
	ErrDraining = errors.New("draining")
	// ErrRevoked: the pass does not stand.
	ErrRevoked = errors.New("revoked")
)

// Join adds a device to a mart, and returns once the mart is heard: every frame
// published from then on reaches the device. It waits for that until ctx ends. The pass
// has to stand when the device is added, and still when Join returns.
// Leave must be called for a device that joined.
func (h *Hub) Join(ctx context.Context, mart order.MartID, pass Pass) (*Device, error) {
	d, err := h.add(mart, pass)
	if err != nil {
		return nil, err
	}
	if err := h.admit(d, h.await(ctx, mart)); err != nil {
		return nil, err
	}
	return d, nil
}

// await waits until mart is heard, and says why it was not.
func (h *Hub) await(ctx context.Context, mart order.MartID) error {
	heard, lifted := h.hooks.Heard(mart)
	if heard {
		return nil
	}
	select {
	case <-lifted:
		return nil
	case <-h.refused:
		return ErrDraining
	case <-ctx.Done():
		return fmt.Errorf("subscribe: %w", context.Cause(ctx))
	}
}

func (h *Hub) add(mart order.MartID, pass Pass) (*Device, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.Refuses() {
		return nil, ErrDraining
	}
	// Asked under the lock: whatever voids the pass later, Recheck finds the device.
	if !pass.Stands(mart) {
		return nil, ErrRevoked
	}
	r := h.rooms[mart]
	if r == nil {
		r = &room{hub: h, mart: mart}
		h.rooms[mart] = r
		h.hooks.Watch(mart)
	}
	d := &Device{room: r, at: len(r.devices), pass: pass}
	r.devices = append(r.devices, d)
	h.devices++
	return d, nil
}

// admit says whether a device that waited for its mart to be heard may have what comes,
// and takes it out if not. It may have been closed meanwhile.
func (h *Hub) admit(d *Device, err error) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case d.reason == wire.ByeRevoked || !d.pass.Stands(d.room.mart):
		err = ErrRevoked
	case d.reason != "" || h.Refuses():
		err = ErrDraining
	}
	if err != nil {
		h.remove(d)
	}
	return err
}
