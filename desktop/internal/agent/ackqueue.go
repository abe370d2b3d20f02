package agent

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"time"

	"jumun/desktop/internal/client"
	"jumun/desktop/internal/orders"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// The wait before acks that the server did not take are sent again is doubled each time from
// firstAckRetry to lastAckRetry. It is shortened at random by up to a half, since all PCs of
// all marts lose a server at once.
const firstAckRetry, lastAckRetry = time.Second, 30 * time.Second

// An ackSender tells the server what people did: see client.Client.
type ackSender interface {
	Acknowledge(ctx context.Context, acks []wire.AckOf) (outcomes []string, err error)
	Reopen(ctx context.Context, o wire.AckOf) error
}

// An ackQueue sends to the server the acks of a mart that it does not have, in the order in which
// they were given, until it has them, and what was taken back. What is unsent is in orders, which
// survive a restart: the ackQueue stores nothing itself.
type ackQueue struct {
	orders  *orders.Store
	mart    order.MartID
	sender  ackSender
	sent    func()           // called after orders was told that an ack was sent
	tooLate func(orders.Ack) // called for what could not be taken back
	wake    <-chan struct{}  // holds a token while there is a reason to look
	log     *slog.Logger
}

// run sends acks until ctx ends.
func (q *ackQueue) run(ctx context.Context) {
	var wait time.Duration
	for ctx.Err() == nil {
		err := q.flush(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case err == nil:
			wait = 0
		case wait == 0: // logged once an outage: it may be a long one
			q.log.Warn("what people confirmed was not all sent; the agent tries again", "mart", q.mart, "err", err)
			fallthrough
		default:
			wait = min(max(2*wait, firstAckRetry), lastAckRetry)
		}
		q.sleep(ctx, wait, err)
	}
}

// sleep waits for a reason to go on. Without wait only a wake-up or the end of ctx is one. If the
// server asked for a longer wait, nothing else is.
func (q *ackQueue) sleep(ctx context.Context, wait time.Duration, err error) {
	var again <-chan time.Time
	if wait > 0 {
		again = time.After(time.Duration((1 - rand.Float64()/2) * float64(wait)))
	}
	wake := q.wake
	if busy := new(client.TooManyError); errors.As(err, &busy) && busy.Wait > 0 {
		wake, again = nil, time.After(busy.Wait)
	}
	select {
	case <-wake:
	case <-again:
	case <-ctx.Done():
	}
}

// flush sends what is unsent. One that the server does not take holds up no other: flush goes on
// unless the server cannot be reached, and returns an error if anything is left.
func (q *ackQueue) flush(ctx context.Context) (left error) {
	for _, batch := range batches(q.orders.Unsent(q.mart)) {
		batch = q.orders.Sending(batch)
		if len(batch) == 0 {
			continue
		}
		send := q.confirm
		if batch[0].Reopened {
			send = q.reopen
		}
		err := send(ctx, batch)
		if err != nil && !errors.Is(err, client.ErrLater) {
			return err
		}
		left = errors.Join(left, err)
	}
	return left
}

// batches cuts acks into what one request may have: one that was taken back, or as many as were
// confirmed after each other, with at most wire.MaxAcks IDs.
func batches(acks []orders.Ack) (list [][]orders.Ack) {
	room := 0
	for _, a := range acks {
		if room -= len(a.IDs); room < 0 || a.Reopened {
			list, room = append(list, nil), wire.MaxAcks-len(a.IDs)
		}
		list[len(list)-1] = append(list[len(list)-1], a)
		if a.Reopened {
			room = 0
		}
	}
	return list
}

// confirm sends confirmations in one request.
func (q *ackQueue) confirm(ctx context.Context, batch []orders.Ack) error {
	var acks []wire.AckOf
	for _, a := range batch {
		acks = append(acks, acksOf(a)...)
	}
	outcomes, err := q.sender.Acknowledge(ctx, acks)
	for _, a := range batch {
		of := outcomes[:len(a.IDs)]
		outcomes = outcomes[len(a.IDs):]
		if q.final(a, of) {
			q.orders.Sent(a)
			q.sent()
		} else if err == nil {
			err = client.ErrLater
		}
	}
	return err
}

// acksOf returns what the server calls an order: one ID, unless its log had lost the order.
func acksOf(a orders.Ack) (acks []wire.AckOf) {
	for _, id := range a.IDs {
		acks = append(acks, wire.AckOf{ID: id, OrderID: a.Order, Withdrawn: a.Withdrawn})
	}
	return acks
}

// final reports whether nothing is left to send of a.
func (q *ackQueue) final(a orders.Ack, outcomes []string) bool {
	for i, outcome := range outcomes {
		switch outcome {
		case wire.OutcomeConfirmed, wire.OutcomeAlready:
		case wire.OutcomeUnknown, client.OutcomeRefused:
			q.log.Warn("the server does not know an order that was confirmed here; the ack is dropped",
				"mart", a.Mart, "order", a.Order, "id", a.IDs[i], "outcome", outcome)
		default:
			return false
		}
	}
	return true
}

// reopen takes the confirmation in batch back, which is one.
func (q *ackQueue) reopen(ctx context.Context, batch []orders.Ack) error {
	a, late := batch[0], 0
	for _, o := range acksOf(a) {
		err := q.sender.Reopen(ctx, o)
		switch {
		case errors.Is(err, client.ErrTooLate):
			q.log.Warn("the server does not take a confirmation back", "mart", a.Mart, "order", a.Order, "id", o.ID, "err", err)
			late++
		case err != nil:
			return err
		}
	}
	q.orders.Sent(a)
	q.sent()
	if late == len(a.IDs) {
		q.tooLate(a)
	}
	return nil
}
