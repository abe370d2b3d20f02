// Package hub knows which devices of which mart are on this pod.
package hub

import (
	"sync"

	"jumun/shared/order"
	"jumun/shared/wire"
)

// Hooks have frames of a mart published here exactly while it has devices. Watch and
// Unwatch only say what is wanted: they are called with the hub locked, so that they
// can never overtake each other, and must neither block nor call the hub.
type Hooks struct {
	Watch   func(mart order.MartID) // the first device came
	Unwatch func(mart order.MartID) // the last device left
	// Heard says whether what Watch wanted is so, and if not, returns what is closed once
	// it is.
	Heard func(mart order.MartID) (heard bool, lifted <-chan struct{})
}

// A Hub has every device on this pod. Make one with New; its methods may be used from
// several goroutines. Nothing is handed to a device while the hub is locked.
type Hub struct {
	hooks Hooks
	queue int // how many frames may wait for a device, or a crowd

	refused chan struct{} // closed by Refuse, so that nobody goes on waiting to join
	refuse  func()
	crowds  sync.WaitGroup

	mu      sync.Mutex
	rooms   map[order.MartID]*room // those that have devices
	devices int
}

// New returns a Hub whose devices have room for queue frames each.
func New(queue int, hooks Hooks) *Hub {
	h := &Hub{hooks: hooks, queue: queue, refused: make(chan struct{}), rooms: make(map[order.MartID]*room)}
	h.refuse = sync.OnceFunc(func() { close(h.refused) })
	return h
}

// few are the devices of an ordinary mart: whoever publishes hands them their frames. More
// of them would hold up the marts that come next.
const few = 32

// Publish hands frame to every device of a mart, in the order of calls, and never
// waits: a device that has no room for it is closed, because one stuck PC must not
// delay the others. Calls about one mart have to come one after another. The frame is
// shared: nobody may change it any more.
func (h *Hub) Publish(mart order.MartID, frame wire.Frame) {
	var space [few]*Device // on the stack: an ordinary mart costs no memory
	devices, ours := h.audience(space[:0], mart, frame)
	if ours {
		h.hand(devices, frame)
	}
}

// audience appends those to devices who get a frame now; ours is false if there is nobody,
// or if a goroutine of theirs sees to it.
func (h *Hub) audience(devices []*Device, mart order.MartID, frame wire.Frame) (_ []*Device, ours bool) {
	h.mu.Lock()
	r := h.rooms[mart]
	if r != nil && len(r.devices) <= few && r.crowd == nil {
		devices, ours = append(devices, r.devices...), true
	}
	var late []*Device
	if r != nil && !ours && !h.later(r, frame) {
		late = h.clear(r, wire.ByeDrain)
	}
	h.mu.Unlock()
	end(late)
	return devices, ours
}

func (h *Hub) hand(devices []*Device, frame wire.Frame) {
	for _, d := range devices {
		if !d.take(frame) {
			h.close(d, wire.ByeSlow)
		}
	}
}

// Close closes every device of a mart: what is published next would not follow what
// they have. They come again.
func (h *Hub) Close(mart order.MartID, why string) {
	h.mu.Lock()
	closed := h.clear(h.rooms[mart], why)
	h.mu.Unlock()
	end(closed)
}

// Recheck closes every device whose pass does not stand any more. Call it after passes
// changed: whoever joins later is asked then. Publish waits meanwhile, some milliseconds
// for tens of thousands of devices.
func (h *Hub) Recheck() {
	end(h.void())
}

func (h *Hub) void() (void []*Device) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for mart, r := range h.rooms {
		for _, d := range r.devices {
			if !d.pass.Stands(mart) {
				void = append(void, d)
			}
		}
	}
	h.removeAll(void, wire.ByeRevoked)
	return void
}

// Refuse has Join fail from now on, for those who wait in it too. Devices that joined
// stay until they are Shed.
func (h *Hub) Refuse() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.refuse()
}

// Refuses says whether Refuse was called.
func (h *Hub) Refuses() bool {
	select {
	case <-h.refused:
		return true
	default:
		return false
	}
}

// Shed closes n devices, or all if there are fewer, in no order, and returns how many
// are left: called now and then, it has them come to other pods a few at a time.
func (h *Hub) Shed(n int) (left int) {
	shed, left := h.some(n)
	end(shed)
	return left
}

func (h *Hub) some(n int) (shed []*Device, left int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, r := range h.rooms {
		if n <= len(shed) {
			break
		}
		shed = append(shed, r.devices[:min(n-len(shed), len(r.devices))]...)
	}
	h.removeAll(shed, wire.ByeDrain)
	return shed, h.devices
}

// Devices is how many devices are here.
func (h *Hub) Devices() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.devices
}

// Wait returns once nothing is handed out any more by goroutines of the hub. Call it when
// nothing is published any more.
func (h *Hub) Wait() { h.crowds.Wait() }
