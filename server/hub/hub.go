// Package hub knows which devices of which mart are on this pod.
package hub

import (
	"context"
	"sync"

	"jumun/shared/order"
	"jumun/shared/wire"
)

// A Reason says why the hub closed a device.
type Reason string

// The reasons of a closed device.
const (
	Slow    Reason = "slow"    // it did not take its frames in time
	Drain   Reason = "drain"   // this pod stops, or cannot hear its mart
	Revoked Reason = "revoked" // its pass does not stand any more
)

// Hooks have frames of a mart published here exactly while it has devices. Watch and
// Unwatch only say what is wanted: they are called with the hub locked, so that they
// can never overtake each other, and must neither block nor call the hub.
type Hooks struct {
	Watch   func(mart order.MartID) // the first device came
	Unwatch func(mart order.MartID) // the last device left
	// Hears returns once what Watch wanted is so, or fails when ctx ends.
	Hears func(ctx context.Context, mart order.MartID) error
}

// A Hub has every device on this pod. Make one with New; its methods may be used from
// several goroutines.
type Hub struct {
	hooks Hooks
	queue int

	open   context.Context // ends with Refuse, so that nobody goes on waiting to join
	refuse context.CancelFunc

	mu      sync.Mutex
	marts   map[order.MartID]map[*Device]struct{} // those that have devices
	devices int
}

// New returns a Hub whose devices have room for queue frames each.
func New(queue int, hooks Hooks) *Hub {
	h := &Hub{hooks: hooks, queue: queue, marts: make(map[order.MartID]map[*Device]struct{})}
	h.open, h.refuse = context.WithCancel(context.Background())
	return h
}

// Leave takes a device out. Calling it again does nothing.
func (h *Hub) Leave(d *Device) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.remove(d)
}

func (h *Hub) remove(d *Device) {
	devices := h.marts[d.mart]
	if _, in := devices[d]; !in {
		return
	}
	delete(devices, d)
	h.devices--
	if len(devices) == 0 {
		delete(h.marts, d.mart)
		h.hooks.Unwatch(d.mart)
	}
}

// Publish hands frame to every device of a mart, in the order of calls, and never
// waits: a device that has no room for it is closed, because one stuck PC must not
// delay the others. The frame is shared: nobody may change it any more.
func (h *Hub) Publish(mart order.MartID, frame wire.Frame) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for d := range h.marts[mart] {
		select {
		case d.frames <- frame:
		default:
			h.close(d, Slow)
		}
	}
}

// Close closes every device of a mart: what is published next would not follow what
// they have. They come again.
func (h *Hub) Close(mart order.MartID, why Reason) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for d := range h.marts[mart] {
		h.close(d, why)
	}
}

// Recheck closes every device whose pass does not stand any more. Call it after passes
// changed: whoever joins later is asked then. Publish waits meanwhile, some milliseconds
// for tens of thousands of devices.
func (h *Hub) Recheck() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for mart, devices := range h.marts {
		for d := range devices {
			if !d.pass.Stands(mart) {
				h.close(d, Revoked)
			}
		}
	}
}

// Refuse has Join fail from now on, for those who wait in it too. Devices that joined
// stay until they are Shed.
func (h *Hub) Refuse() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.refuse()
}

// Refuses says whether Refuse was called.
func (h *Hub) Refuses() bool { return h.open.Err() != nil }

// Shed closes n devices, or all if there are fewer, in no order, and returns how many
// are left: called now and then, it has them come to other pods a few at a time.
func (h *Hub) Shed(n int) (left int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, devices := range h.marts {
		for d := range devices {
			if n <= 0 {
				return h.devices
			}
			h.close(d, Drain)
			n--
		}
	}
	return h.devices
}

func (h *Hub) close(d *Device, why Reason) {
	h.remove(d)
	d.reason = why
	close(d.closed)
}

// Devices is how many devices are here.
func (h *Hub) Devices() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.devices
}
