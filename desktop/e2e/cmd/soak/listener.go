//go:build linux

package main

import (
	"maps"
	"slices"
	"sync"

	"jumun/desktop/internal/orders"
	"jumun/shared/order"
)

// A listener records what a device received and which alarms it raised. It forgets nothing
// when the device is killed.
type listener struct {
	device string
	mart   order.MartID

	mu        sync.Mutex
	alarms    []alarm
	known     map[order.ID]bool // events that it received
	placed    int               // order events that it received, with repeats
	repeats   int               // of placed, those that it knew
	gaps      int
	connects  int
	connected bool
	tooLate   map[order.ID]bool         // orders that ring only here: they were taken back too late
	open      map[order.ID]orders.State // when it was stopped
}

// An alarm is one order that began to ring.
type alarm struct {
	number order.OrderID
	id     order.ID // as the device received it
}

func newListener(device string, mart order.MartID) *listener {
	return &listener{device: device, mart: mart, known: make(map[order.ID]bool), tooLate: make(map[order.ID]bool)}
}

func (l *listener) hear(event order.Event, rings bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if event.Kind == order.Placed {
		l.placed++
		if l.known[event.ID] {
			l.repeats++
		}
	}
	l.known[event.ID] = true
	if rings {
		l.alarms = append(l.alarms, alarm{event.Order, ringing(event)})
	}
}

// ringing returns the ID of the order that an event makes ring.
func ringing(event order.Event) order.ID {
	if event.Kind == order.Placed {
		return event.ID
	}
	return event.Of
}

// earlier returns the ID of the alarm that was n before the last one, or "" if there is none.
func (l *listener) earlier(n int) order.ID {
	l.mu.Lock()
	defer l.mu.Unlock()
	if i := len(l.alarms) - 1 - n; i >= 0 {
		return l.alarms[i].id
	}
	return ""
}

func (l *listener) gap() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.gaps++
}

func (l *listener) setConnected(connected bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if connected && !l.connected {
		l.connects++
	}
	l.connected = connected
}

func (l *listener) isConnected() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.connected
}

// missing counts the events of a log that the device has not received.
func (l *listener) missing(log *ledger) (n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, entry := range log.entries {
		if !l.known[entry.id] {
			n++
		}
	}
	return n
}

// heard returns a copy to compare with the log.
func (l *listener) heard() heard {
	l.mu.Lock()
	defer l.mu.Unlock()
	return heard{device: l.device, mart: l.mart, alarms: slices.Clone(l.alarms), known: l.known, open: l.open, gaps: l.gaps}
}

// setTooLate sets whether an order rings only here.
func (l *listener) setTooLate(id order.ID, is bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if is {
		l.tooLate[id] = true
	} else {
		delete(l.tooLate, id)
	}
}

// ringingHere returns the orders that ring only here.
func (l *listener) ringingHere() []order.ID {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Collect(maps.Keys(l.tooLate))
}
