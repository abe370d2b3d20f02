package hub

import (
	"context"
	"errors"

	"jumun/shared/order"
	"jumun/shared/wire"
)

// The errors of Join, beside those of Hears.
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
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(h.open, cancel)()
	if err := h.admit(d, h.hooks.Hears(ctx, mart)); err != nil {
		return nil, err
	}
	return d, nil
}

func (h *Hub) add(mart order.MartID, pass Pass) (*Device, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.open.Err() != nil {
		return nil, ErrDraining
	}
	// Asked under the lock: whatever voids the pass later, Recheck finds the device.
	if !pass.Stands(mart) {
		return nil, ErrRevoked
	}
	if h.marts[mart] == nil {
		h.marts[mart] = make(map[*Device]struct{})
		h.hooks.Watch(mart)
	}
	d := &Device{mart: mart, pass: pass, frames: make(chan wire.Frame, h.queue), closed: make(chan struct{})}
	h.marts[mart][d] = struct{}{}
	h.devices++
	return d, nil
}

// admit says whether a device that waited for its mart to be heard may have what comes,
// and takes it out if not. It may have been closed meanwhile.
func (h *Hub) admit(d *Device, err error) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case d.reason == Revoked || !d.pass.Stands(d.mart):
		err = ErrRevoked
	case d.reason != "" || h.open.Err() != nil:
		err = ErrDraining
	}
	if err != nil {
		h.remove(d)
	}
	return err
}
