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
	"jumun/shared/wire"
)

// A device is the agent of one PC without sound and screen: a real client and a real store
// with its file. It may be killed and started again.
type device struct {
	name     string
	mart     order.MartID
	server   string // base URL
	token    string
	path     string    // of the store
	listener *listener // outlives the session
	log      *slog.Logger

	session *session // nil: it does not run
}

// A session is one run of a device, from its start to its end or kill.
type session struct {
	*device
	store  *orders.Store
	client *client.Client
	acks   chan order.ID // orders to confirm; when it is full, the person does not confirm
	walk   atomic.Int32  // how many a person is about to confirm
	dead   atomic.Bool   // killed: nothing that is under way may have an effect any more
	stop   context.CancelFunc
	wg     sync.WaitGroup
}

// confirmed is the share of alarms that are confirmed: enough that some of them meet each
// fault, few enough that the others go on ringing.
const confirmed = 0.03

const (
	// forgetful is how often a connecting device asks for events that it has already, like one
	// whose disk has lost the last writes: servers repeat nothing without being asked,
	// and the device must drop repeats.
	forgetful = 0.2
	forgotten = 20 // alarms at most
)

func (d *device) start() error {
	store, err := orders.Open(d.path, time.Now())
	if err != nil {
		return err // a file whose writer was killed must not be damaged
	}
	ctx, stop := context.WithCancel(context.Background())
	s := &session{device: d, store: store, acks: make(chan order.ID, 64), stop: stop}
	s.client = &client.Client{
		Server: d.server, Mart: d.mart, Device: d.name, Token: d.token, Heartbeat: heartbeat, Log: d.log,
		LastID: s.lastID, Events: s.events, Position: s.position, Gap: s.gap, State: s.state,
	}
	d.session = s
	s.wg.Go(func() { _ = s.client.Run(ctx) })
	s.wg.Go(func() { s.confirm(ctx) })
	return nil
}

// kill ends the device as kill -9 would: the file stays as it is at this moment.
func (d *device) kill() {
	d.session.dead.Store(true)
	d.session.stop()
	d.session.wg.Wait()
	d.session = nil
}

// end stops the device cleanly, and returns the orders that wait to be confirmed on it.
func (d *device) end() ([]order.OrderID, error) {
	s := d.session
	s.stop()
	s.wg.Wait()
	d.session = nil
	var waiting []order.OrderID
	for _, e := range s.store.Open() {
		waiting = append(waiting, e.Order)
	}
	return waiting, s.store.Close()
}

func (s *session) lastID() order.ID {
	if id := s.listener.earlier(rand.IntN(forgotten)); id != "" && rand.Float64() < forgetful {
		return id
	}
	return s.store.LastID(s.mart)
}

func (s *session) events(events []order.Event) {
	for _, e := range events {
		s.event(e)
	}
}

func (s *session) event(e order.Event) {
	if s.dead.Load() {
		return
	}
	rings := s.store.Take(e)
	s.listener.hear(e, rings)
	if rings && rand.Float64() < confirmed {
		s.walk.Add(1)
		select {
		case s.acks <- e.ID:
		default:
			s.walk.Add(-1)
		}
	}
}

func (s *session) position(id order.ID) {
	if !s.dead.Load() {
		s.store.Move(s.mart, id)
	}
}

func (s *session) gap() {
	if !s.dead.Load() {
		s.listener.gap()
		s.store.Gap(s.mart)
	}
}

func (s *session) state(c client.State) { s.listener.setConnected(c.Name == ipc.Connected) }

// confirm acts as the person, and sends confirmations to the server, until ctx ends.
func (s *session) confirm(ctx context.Context) {
	tick := time.NewTicker(500 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case id := <-s.acks:
			pause(ctx, rand.N(time.Second)) // the person walks to the screen
			if !s.dead.Load() {
				s.store.Confirm(orders.Key{Mart: s.mart, ID: id}, s.name, time.Now())
			}
			s.walk.Add(-1)
		case <-tick.C:
		}
		s.send(ctx)
	}
}

// unsent counts the confirmations that the server may not know of yet.
func (s *session) unsent() int {
	walking := int(s.walk.Load())
	return walking + len(s.store.Unsent(s.mart))
}

func (s *session) send(ctx context.Context) {
	for _, a := range s.store.Sending(s.store.Unsent(s.mart)) {
		outcomes, err := s.client.Acknowledge(ctx, []wire.AckOf{{ID: a.ID, OrderID: a.Order}})
		if err != nil || outcomes[0] == wire.OutcomeLater || s.dead.Load() {
			return // the next tick tries again
		}
		s.store.Sent(a)
	}
}
