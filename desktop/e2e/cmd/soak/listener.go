//go:build linux

package main

import (
	"slices"
	"sync"

	"jumun/shared/order"
)

// A listener records what a device received and which alarms it raised. It forgets nothing
// when the device is killed.
type listener struct {
	device string
	mart   order.MartID

	mu        sync.Mutex
	alarms    []alarm
	known     map[order.OrderID]bool // orders that it received
	acked     map[order.OrderID]bool // orders that it received as confirmed
	placed    int                    // order events that it received, with repeats
	gaps      int
	connects  int
	connected bool
	waiting   []order.OrderID // when it was stopped
}

// An alarm is one order that began to ring.
type alarm struct {
	number order.OrderID
	id     order.ID // as the device received it
}

func newListener(device string, mart order.MartID) *listener {
	return &listener{device: device, mart: mart, known: make(map[order.OrderID]bool), acked: make(map[order.OrderID]bool)}
}

func (l *listener) hear(event order.Event, rings bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.known[event.Order] = true
	if event.Kind == order.Placed {
		l.placed++
	}
	if event.Kind == order.Acked || event.Confirmed {
		l.acked[event.Order] = true
	}
	if rings {
		l.alarms = append(l.alarms, alarm{event.Order, event.ID})
	}
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
		told := l.known
		if entry.kind == order.Acked {
			told = l.acked
		}
		if !told[entry.number] {
			n++
		}
	}
	return n
}

// heard returns a copy to compare with the log.
func (l *listener) heard() heard {
	l.mu.Lock()
	defer l.mu.Unlock()
	return heard{device: l.device, mart: l.mart, alarms: slices.Clone(l.alarms), known: l.known, waiting: l.waiting, gaps: l.gaps}
}
