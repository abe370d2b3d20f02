//go:build linux

package main

import (
	"context"
	"errors"
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
	acts   chan act     // what the person does; when it is full, the person does not
	walk   atomic.Int32 // how many of them are not done yet
	dead   atomic.Bool  // killed: nothing that is under way may have an effect any more
	stop   context.CancelFunc
	wg     sync.WaitGroup
}

// An act is what a person does about an order.
type act struct {
	id   order.ID
	what func(s *session, k orders.Key)
}

const (
	// confirmed is the share of alarms that are confirmed on each device: enough that some of them
	// meet each fault, few enough that the others go on ringing.
	confirmed = 0.03
	// read is the share of withdrawals that a person reads on each device, and undone the share of
	// confirmations that are taken back.
	read, undone = 0.1, 0.2
)

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
	s := &session{device: d, store: store, acts: make(chan act, 64), stop: stop}
	s.client = &client.Client{
		Server: d.server, Mart: d.mart, Device: d.name, Token: d.token, Heartbeat: heartbeat, Log: d.log,
		LastID: s.lastID, Events: s.events, Position: s.position, Gap: s.gap, State: s.state,
	}
	d.session = s
	s.wg.Go(func() { _ = s.client.Run(ctx) })
	s.wg.Go(func() { s.confirm(ctx) })
	for _, id := range d.listener.ringingHere() {
		s.will(act{id, (*session).press})
	}
	return nil
}

// kill ends the device as kill -9 would: the file stays as it is at this moment.
func (d *device) kill() {
	d.session.dead.Store(true)
	d.session.stop()
	d.session.wg.Wait()
	d.session = nil
}

// end stops the device cleanly, and returns the orders that need a person on it.
func (d *device) end() (map[order.ID]orders.State, error) {
	s := d.session
	s.stop()
	s.wg.Wait()
	d.session = nil
	open := make(map[order.ID]orders.State)
	for _, e := range s.store.Open() {
		open[e.ID] = e.State
	}
	return open, s.store.Close()
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
	switch {
	case rings && rand.Float64() < confirmed:
		s.will(act{e.ID, (*session).press})
	case e.Kind == order.Cancelled && rand.Float64() < read:
		s.will(act{e.Of, (*session).read})
	}
}

// will lets the person do something soon.
func (s *session) will(a act) {
	s.walk.Add(1)
	select {
	case s.acts <- a:
	default:
		s.walk.Add(-1)
	}
}

// press confirms an order, and sometimes takes that back a moment later.
func (s *session) press(k orders.Key) {
	s.listener.setTooLate(k.ID, false)
	if s.store.Confirm(k, s.name, time.Now()) && rand.Float64() < undone {
		s.will(act{k.ID, (*session).undo})
	}
}

func (s *session) read(k orders.Key) { s.store.ReadAll([]orders.Key{k}, s.name, time.Now()) }

func (s *session) undo(k orders.Key) { s.store.Reopen(k) }

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
		case a := <-s.acts:
			pause(ctx, rand.N(time.Second)) // the person walks to the screen
			if !s.dead.Load() {
				a.what(s, orders.Key{Mart: s.mart, ID: a.id})
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

// send tells the server what people did, as the agent does.
func (s *session) send(ctx context.Context) {
	for _, a := range s.store.Sending(s.store.Unsent(s.mart)) {
		if err := s.tell(ctx, a); err != nil || s.dead.Load() {
			return // the next tick tries again
		}
		s.store.Sent(a)
	}
}

var errLater = errors.New("the server has not taken it")

func (s *session) tell(ctx context.Context, a orders.Ack) error {
	for _, id := range a.IDs {
		of := wire.AckOf{ID: id, OrderID: a.Order, Withdrawn: a.Withdrawn}
		if a.Reopened {
			err := s.client.Reopen(ctx, of)
			if !errors.Is(err, client.ErrTooLate) {
				return err
			}
			s.listener.setTooLate(a.ID, true)
			s.will(act{a.ID, (*session).press}) // the person is told, and looks after it by hand
			continue
		}
		outcomes, err := s.client.Acknowledge(ctx, []wire.AckOf{of})
		if err != nil {
			return err
		}
		if outcomes[0] == "" || outcomes[0] == wire.OutcomeLater {
			return errLater
		}
	}
	return nil
}
