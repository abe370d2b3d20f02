package escalation

import (
	"fmt"
	"time"

	"jumun/server/internal/devices"
	"jumun/shared/order"
	"jumun/shared/wire"
)

const (
	// noticeLeft is how long it takes at most until a server notices that a device is gone without a word: a
	// device that was there so long after an order has it, as far as anybody knows.
	noticeLeft = 45 * time.Second
	// forgetEnded is how long it is known that people were told of the end of an order: within
	// wire.ReopenWithin it may ring again.
	forgetEnded = 10 * time.Minute
	// forgetLost is how long it is known what people were told of an order that is not open, and of which
	// nothing tells what has ended it: longer than a log reaches back.
	forgetLost = 7 * 24 * time.Hour
)

// A situation is all that is known of a mart at one moment.
type situation struct {
	look
	now   time.Time
	open  []order.Event // the oldest first
	told  told
	ended map[order.ID]order.Event // of told.orders, those that are not open: what has ended them
}

// A step is something to do: remember what people are told, and tell them.
type step struct {
	event *event // nil: nobody is told
	field string // of told
	told  any    // what to remember there; nil: nothing any more
}

// decide returns what is to be done about a mart now, and when something is due next, if nothing happens before;
// zero: nothing is.
func (p *Policy) decide(s situation) (steps []step, next time.Time) {
	rules := p.of(s.mart)
	earlier := func(at time.Time) {
		if !at.IsZero() && (next.IsZero() || at.Before(next)) {
			next = at
		}
	}
	open := make(map[order.ID]bool, len(s.open))
	for _, o := range s.open {
		open[o.ID] = true
		some, due := rules.times.decideOpen(s, o)
		steps = append(steps, some...)
		earlier(due)
	}
	for id, t := range s.told.orders {
		if !open[id] {
			steps = append(steps, s.decideEnded(id, t)...)
		}
	}
	some, due := p.decideOutage(rules, s)
	earlier(due)
	return append(steps, some...), next
}

// decideOpen returns what is to be done about an open order.
func (t Times) decideOpen(s situation, o order.Event) (steps []step, due time.Time) {
	was := s.told.orders[o.ID]
	is := was
	if is.Ended > 0 { // a person has opened it again
		is = toldOrder{Round: was.Round + 1, Rang: s.now.UnixMilli()}
	}
	is.Number = o.Order
	began := o.At
	if is.Rang > 0 {
		began = time.UnixMilli(is.Rang)
	}
	if is.Undelivered && is.Rang == 0 && s.hearing.Connected > 0 { // a device has come
		is.Rang, began = s.now.UnixMilli(), s.now
	}
	tell := func(c Cause, stage int) {
		e := s.about(c, o, fmt.Sprintf("%s %d %d", o.ID, is.Round, stage))
		e.Data.Times = is.Unconfirmed
		steps = append(steps, step{event: e, field: string(o.ID), told: is})
	}
	switch {
	case !is.any() && !has(s.hearing, o, t):
		if due = began.Add(t.Undelivered); !s.now.Before(due) {
			is.Undelivered, is.Rang, due = true, 0, time.Time{}
			tell(Undelivered, 0)
		}
	case is.Undelivered && is.Rang == 0: // nobody is there whom it would ring for
	default:
		for due = began.Add(t.at(is.Unconfirmed)); is.Unconfirmed < len(t.Unconfirmed) && !s.now.Before(due); due = began.Add(t.at(is.Unconfirmed)) {
			is.Unconfirmed++
			tell(Unconfirmed, is.Unconfirmed)
		}
		if is.Unconfirmed == len(t.Unconfirmed) {
			due = time.Time{}
		}
	}
	if is != was && len(steps) == 0 && (is.any() || is.Round > 0) {
		steps = append(steps, step{field: string(o.ID), told: is})
	}
	return steps, due
}

// at returns after which time people are told when they were told n times.
func (t Times) at(n int) time.Duration { return t.Unconfirmed[min(n, len(t.Unconfirmed)-1)] }

// has reports whether a device of the mart has an order, as far as anybody knows.
func has(h devices.Hearing, o order.Event, t Times) bool {
	return h.Connected > 0 || !h.Seen.Before(o.At.Add(min(noticeLeft, t.Undelivered*3/4)))
}

// decideEnded returns what is to be done about an order of which people were told, and that is not open.
func (s situation) decideEnded(id order.ID, t toldOrder) []step {
	if t.Ended > 0 {
		if s.now.Sub(time.UnixMilli(t.Ended)) > forgetEnded {
			return []step{{field: string(id)}}
		}
		return nil
	}
	by, known := s.ended[id]
	switch {
	case !known && s.now.Sub(id.Time()) > forgetLost || known && !t.any() && t.Round == 0:
		return []step{{field: string(id)}}
	case !known: // it was opened again just now, or there are too many open ones
		return nil
	}
	ended := t
	ended.Ended = s.now.UnixMilli()
	if !t.any() { // it was opened again, and answered before anybody was told of that
		return []step{{field: string(id), told: ended}}
	}
	cause := Confirmed
	if by.Kind == order.Cancelled {
		cause = Withdrawn
	}
	o := order.Event{ID: id, Mart: s.mart, Order: t.Number, At: id.Time()}
	e := s.about(cause, o, fmt.Sprintf("%s %d", id, t.Round))
	e.Data.Device = by.By
	if by.At.After(o.At) {
		e.Data.Seconds = int64(by.At.Sub(o.At) / time.Second)
	}
	return []step{{event: e, field: string(id), told: ended}}
}

// about returns an event about an order.
func (s situation) about(c Cause, o order.Event, occurrence string) *event {
	return &event{Type: c, Timestamp: s.now.UTC(), occurrence: occurrence, Data: data{
		MartID: s.mart, OrderID: o.Order, ID: o.ID, Key: o.Key, Summary: o.Summary, Amount: o.Amount,
		At: o.At, Seconds: int64(max(0, s.now.Sub(o.At)) / time.Second),
	}}
}

// decideOutage returns what is to be done about who can be heard at a mart.
func (p *Policy) decideOutage(r rules, s situation) (steps []step, due time.Time) {
	was := s.told.outage
	switch {
	case s.hearing.State != wire.MartUnheard || s.hearing.Known == 0:
		if was == nil {
			return nil, due
		}
		back := step{field: outageField}
		if was.Told {
			back.event = s.aboutMart(Online, *was)
		}
		return []step{back}, due
	case was == nil:
		return []step{{field: outageField, told: outage{Since: s.now.UnixMilli()}}}, s.now.Add(r.times.Offline)
	case was.Told || was.Revoked == s.hearing.Known:
		return nil, due
	}
	due = time.UnixMilli(was.Since).Add(r.times.Offline)
	now := s.now.In(p.zone)
	if s.now.Before(due) {
		return nil, due
	}
	if !r.hours.openThroughout(now.Add(-r.times.Offline), now) {
		return nil, time.Time{} // it is looked at again before long
	}
	is := *was
	is.Told = true
	return []step{{event: s.aboutMart(Offline, is), field: outageField, told: is}}, time.Time{}
}

// aboutMart returns an event about who can be heard at a mart.
func (s situation) aboutMart(c Cause, o outage) *event {
	since := time.UnixMilli(o.Since).UTC()
	e := &event{Type: c, Timestamp: s.now.UTC(), occurrence: fmt.Sprint(o.Since), Data: data{
		MartID: s.mart, At: since, Seconds: int64(max(0, s.now.Sub(since)) / time.Second)}}
	if c == Offline {
		e.Data.Connected = s.hearing.Connected
	}
	return e
}
