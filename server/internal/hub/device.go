package hub

import (
	"sync"

	"jumun/shared/order"
	"jumun/shared/wire"
)

// A Pass says whether its holder may still hear a mart. It may change its mind from yes to
// no, and Recheck has to be called then. It is asked with the hub locked, for thousands of
// devices at a time, and must neither block nor call the hub.
type Pass interface {
	Stands(mart order.MartID) bool
}

// A Receiver takes what the hub has for a device, one thing at a time. It must not block,
// nor call the device or the hub. What still comes after Leave or End it passes over.
type Receiver interface {
	// Take takes a frame, and says whether there was room for it; if not, the device is
	// closed: it has missed something.
	Take(wire.Frame) bool
	// End is called once, unless the device leaves before: why is a wire.Bye….
	End(why string)
}

// A Device is one stream's end of the hub. There are very many, so it is small: most are
// handed over before they have use for a channel.
type Device struct {
	room   *room
	at     int // in room.devices; gone: it is not there any more
	pass   Pass
	reason string // why the hub closed it, a wire.Bye…; empty: it did not

	mu      sync.Mutex // held while a frame is handed over, so that all come in their order
	shut    bool       // it was closed, and whoever has it was told
	missed  bool       // there was no room for a frame: none that follows may be taken
	waiting []wire.Frame
	frames  chan wire.Frame // in place of waiting, once somebody asked
	closed  chan struct{}   // once somebody asked
	to      Receiver        // in place of all of them
}

const gone = -1

// Frames delivers what is published, in order, until Hand is called.
func (d *Device) Frames() <-chan wire.Frame {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.frames == nil {
		d.frames = make(chan wire.Frame, d.room.hub.queue)
		for _, f := range d.waiting {
			d.frames <- f
		}
		d.waiting = nil
	}
	return d.frames
}

// Closed is closed when the hub closes the device. Frames may still hold some then;
// if the reason is wire.ByeRevoked they are not for the device.
func (d *Device) Closed() <-chan struct{} {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed == nil {
		d.closed = make(chan struct{})
		if d.shut {
			close(d.closed)
		}
	}
	return d.closed
}

// Reason says why the device was closed: a wire.Bye…. Ask only once Closed is closed.
func (d *Device) Reason() string { return d.reason }

// Leave takes the device out. Calling it again does nothing.
func (d *Device) Leave() {
	h := d.room.hub
	h.mu.Lock()
	defer h.mu.Unlock()
	h.remove(d)
}

// Close closes the device, unless it is gone.
func (d *Device) Close(why string) { d.room.hub.close(d, why) }

// Hand has to take what waits, and all that comes from now on. It is called in place of
// Frames and Closed. If the device is closed already, to is told now.
func (d *Device) Hand(to Receiver) {
	if !d.hand(to) {
		d.Close(wire.ByeSlow)
	}
}

func (d *Device) hand(to Receiver) (roomy bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	roomy = true
	if !d.shut || d.reason != wire.ByeRevoked {
		for _, f := range d.waiting {
			roomy = roomy && to.Take(f)
		}
	}
	if d.shut {
		to.End(d.reason)
	}
	d.to, d.waiting, d.missed = to, nil, !roomy
	return roomy
}

func (d *Device) take(frame wire.Frame) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch {
	case d.missed:
		return false
	case d.to != nil:
		return d.to.Take(frame)
	case d.frames != nil:
		return offer(d.frames, frame)
	case len(d.waiting) == d.room.hub.queue:
		return false
	}
	d.waiting = append(d.waiting, frame)
	return true
}

func offer(frames chan<- wire.Frame, frame wire.Frame) bool {
	select {
	case frames <- frame:
		return true
	default:
		return false
	}
}

// end tells whoever has the device that it is closed.
func (d *Device) end() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.shut = true
	if d.to != nil {
		d.to.End(d.reason)
	}
	if d.closed != nil {
		close(d.closed)
	}
}

// A room is one mart with devices.
type room struct {
	hub     *Hub
	mart    order.MartID
	devices []*Device
	crowd   *crowd // while its frames are handed out by a goroutine of their own
}
