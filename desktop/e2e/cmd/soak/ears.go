//go:build linux

package main

import (
	"slices"
	"sync"

	"jumun/shared/order"
)

// Ears are what stands beside a device and hears its alarms. They forget nothing when
// the device does.
type ears struct {
	device string
	mart   order.MartID

	mu        sync.Mutex
	alarms    []alarm
	known     map[order.OrderID]bool // orders of which it was told
	acked     map[order.OrderID]bool // orders of which it was told that they are confirmed
	placed    int                    // orders it was told of, with repeats
	gaps      int
	connects  int
	connected bool
	waiting   []order.OrderID // when it was ended
}

// An alarm is one order that began to ring.
type alarm struct {
	number order.OrderID
	id     order.ID // as the device was told
}

func newEars(device string, mart order.MartID) *ears {
	return &ears{device: device, mart: mart, known: make(map[order.OrderID]bool), acked: make(map[order.OrderID]bool)}
}

func (e *ears) hear(event order.Event, rings bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.known[event.Order] = true
	if event.Kind == order.Placed {
		e.placed++
	}
	if event.Kind == order.Acked || event.Confirmed {
		e.acked[event.Order] = true
	}
	if rings {
		e.alarms = append(e.alarms, alarm{event.Order, event.ID})
	}
}

// earlier is the ID of the alarm that was n before the last one, if there was one.
func (e *ears) earlier(n int) order.ID {
	e.mu.Lock()
	defer e.mu.Unlock()
	if i := len(e.alarms) - 1 - n; i >= 0 {
		return e.alarms[i].id
	}
	return ""
}

func (e *ears) missGap() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.gaps++
}

func (e *ears) linked(connected bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if connected && !e.connected {
		e.connects++
	}
	e.connected = connected
}

func (e *ears) isConnected() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.connected
}

// lacks counts the events of a ledger that the device has not been told of.
func (e *ears) lacks(l *ledger) (n int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, entry := range l.entries {
		told := e.known
		if entry.kind == order.Acked {
			told = e.acked
		}
		if !told[entry.number] {
			n++
		}
	}
	return n
}

// heard is a copy to be judged.
func (e *ears) heard() heard {
	e.mu.Lock()
	defer e.mu.Unlock()
	return heard{device: e.device, mart: e.mart, alarms: slices.Clone(e.alarms), known: e.known, waiting: e.waiting, gaps: e.gaps}
}
