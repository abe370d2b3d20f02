//go:build linux

package main

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"jumun/desktop/internal/client"
	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/orders"
	"jumun/shared/order"
)

// A device is what the agent of one PC is made of, without sound and screen: a real feed
// and a real inbox with its file. It may be killed and started again.
type device struct {
	name   string
	mart   order.MartID
	server string // base URL
	token  string
	path   string // of the inbox
	ears   *ears  // outlive it
	log    *slog.Logger

	life *life // nil: it does not run
}

// A life is one process of a device.
type life struct {
	*device
	inbox *orders.Store
	feed  *client.Client
	acks  chan order.OrderID // to confirm; when it is full a person does not get round to it
	walk  atomic.Int32       // how many a person is about to confirm
	dead  atomic.Bool        // killed: nothing that is still under way happens any more
	stop  context.CancelFunc
	wg    sync.WaitGroup
}

// confirmed is how many of the orders that ring are confirmed: enough to have each of
// them meet each fault, few enough to leave the others ringing.
const confirmed = 0.03

const (
	// forgetful is how often a device asks for what it has already, when it connects, as
	// one whose disk has lost the last writes: servers repeat nothing without being asked,
	// and repeats have to end here.
	forgetful = 0.2
	forgotten = 20 // alarms at most
)

func (d *device) start() error {
	box, err := orders.Open(d.path, time.Now())
	if err != nil {
		return err // a file that was killed while it was written is not damaged
	}
	ctx, stop := context.WithCancel(context.Background())
	l := &life{device: d, inbox: box, acks: make(chan order.OrderID, 64), stop: stop}
	l.feed = &client.Client{
		Server: d.server, Mart: d.mart, Device: d.name, Token: d.token, Heartbeat: heartbeat, Log: d.log,
		LastID: l.lastID, Event: l.event, Position: l.position, Gap: l.gap, State: l.state,
	}
	d.life = l
	l.wg.Go(func() { _ = l.feed.Run(ctx) })
	l.wg.Go(func() { l.confirm(ctx) })
	return nil
}

// kill ends the device as kill -9 would: the file stays as it is at this moment.
func (d *device) kill() {
	d.life.dead.Store(true)
	d.life.stop()
	d.life.wg.Wait()
	d.life = nil
}

// end ends the device in order, and says which orders wait to be confirmed on it.
func (d *device) end() ([]order.OrderID, error) {
	l := d.life
	l.stop()
	l.wg.Wait()
	d.life = nil
	var waiting []order.OrderID
	for _, e := range l.inbox.Waiting() {
		waiting = append(waiting, e.Order)
	}
	return waiting, l.inbox.Close()
}

func (l *life) lastID() order.ID {
	if id := l.ears.earlier(rand.IntN(forgotten)); id != "" && rand.Float64() < forgetful {
		return id
	}
	return l.inbox.LastID(l.mart)
}

func (l *life) event(e order.Event) {
	if l.dead.Load() {
		return
	}
	rings := l.inbox.Take(e)
	l.ears.hear(e, rings)
	if rings && rand.Float64() < confirmed {
		l.walk.Add(1)
		select {
		case l.acks <- e.Order:
		default:
			l.walk.Add(-1)
		}
	}
}

func (l *life) position(id order.ID) {
	if !l.dead.Load() {
		l.inbox.Move(l.mart, id)
	}
}

func (l *life) gap() {
	if !l.dead.Load() {
		l.ears.missGap()
		l.inbox.Gap(l.mart)
	}
}

func (l *life) state(s client.State) { l.ears.linked(s.Name == ipc.Connected) }

// confirm plays the person, and tells the server of what it lacks, until ctx ends.
func (l *life) confirm(ctx context.Context) {
	tick := time.NewTicker(500 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case number := <-l.acks:
			pause(ctx, rand.N(time.Second)) // some time is needed to walk to the screen
			if !l.dead.Load() {
				l.inbox.Confirm(orders.Key{Mart: l.mart, Order: number}, l.name, time.Now())
			}
			l.walk.Add(-1)
		case <-tick.C:
		}
		l.send(ctx)
	}
}

// unsent counts the confirmations that the server may not know of yet.
func (l *life) unsent() int {
	walking := int(l.walk.Load())
	return walking + len(l.inbox.Unsent(l.mart))
}

func (l *life) send(ctx context.Context) {
	for _, k := range l.inbox.Unsent(l.mart) {
		if err := l.feed.Acknowledge(ctx, k.Order); err != nil || l.dead.Load() {
			return // the next tick tries again
		}
		l.inbox.Sent(k)
	}
}
