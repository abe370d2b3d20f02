package orders

import (
	"time"

	"jumun/shared/order"
)

// logReach is how far back the servers' logs reach by default.
const logReach = 72 * time.Hour

// seen is for how long after an order another one may be its repeat: the servers' default.
const seen = 48 * time.Hour

// changedBy returns the orders that event changes, as they are after it.
func (s *Store) changedBy(event order.Event) (list []Entry) {
	if event.Kind == order.Placed {
		return s.placedBy(event)
	}
	for _, e := range s.concernedBy(event) {
		if now, changed := e.after(event); changed {
			list = append(list, now)
		}
	}
	return list
}

// placedBy returns the order that event announces, unless it is known.
func (s *Store) placedBy(event order.Event) []Entry {
	if event.ID == "" { // it came from no server of ours; the order must ring all the same
		event.ID = byNumber(event.Order)
	}
	if e, known := s.entry(Key{event.Mart, event.ID}); known {
		return e.completed(placed(event))
	}
	if e := s.repeated(event); e != nil {
		return []Entry{e.repeatedBy(event)}
	}
	return []Entry{placed(event)}
}

// byNumber names an order whose event has no ID.
func byNumber(number order.OrderID) order.ID { return order.ID("number " + number) }

// completed returns e with what first says of the order, if e lacks that: only its ack had come, or
// a version of before had stored it.
func (e Entry) completed(first Entry) []Entry {
	same := e.Key == first.Key && e.Summary == first.Summary && e.Amount == first.Amount && e.PlacedAt.Equal(first.PlacedAt)
	if e.ID != first.ID || same && e.At.Equal(first.At) && !e.Unannounced {
		return nil
	}
	e.Unannounced = false
	e.Order, e.Key, e.At = first.Order, first.Key, first.At
	e.Summary, e.Amount, e.PlacedAt = first.Summary, first.Amount, first.PlacedAt
	return []Entry{e}
}

// repeated returns the newest order that event repeats, or nil: a Redis that has lost its newest
// data records an order again if its publisher sends it again. Of an order that was not announced
// nothing is known that another one could differ in.
func (s *Store) repeated(event order.Event) *Entry {
	if !s.names.mayHave(event) {
		return nil
	}
	for i := len(s.list) - 1; i >= 0 && event.At.Sub(s.list[i].At) < seen; i-- {
		e := s.list[i]
		if !e.Unannounced && e.Mart == event.Mart && (e.Order == event.Order || e.Key != "" && e.Key == event.Key) &&
			e.At.Sub(event.At) < seen && e.earlier().IsRepeatedBy(event.Key, event.Details, event.At) {
			return e
		}
	}
	return nil
}

// concernedBy returns the orders that event is about. The ack of an unknown order makes an order
// without details, so that it does not ring if it comes later. One that is not in the log, and so has no
// ID, is about an order that cannot come any more: a device could make up any number of those.
func (s *Store) concernedBy(event order.Event) (list []Entry) {
	if event.Of == "" {
		return s.ofNumber(event)
	}
	if e, known := s.entry(Key{event.Mart, event.Of}); known {
		return []Entry{e}
	}
	if event.Kind == order.Acked && event.ID != "" {
		return []Entry{{ID: event.Of, Mart: event.Mart, Order: event.Order, At: event.Of.Time(), State: Waiting, Unannounced: true}}
	}
	return nil
}

// ofNumber returns the orders that an ack without an ID is about: an older server means those of
// that number which were recorded before.
func (s *Store) ofNumber(event order.Event) (list []Entry) {
	if event.Kind != order.Acked {
		return nil
	}
	for i := len(s.list) - 1; i >= 0 && event.At.Sub(s.list[i].At) < logReach; i-- {
		e := s.list[i]
		if e.Mart == event.Mart && e.Order == event.Order &&
			(event.ID == "" || event.ID.Compare(e.ID) > 0) {
			list = append(list, *e)
		}
	}
	return list
}

// after returns e after an ack, a cancel, a reopen or an escalation, and whether that changed it.
func (e Entry) after(event order.Event) (now Entry, changed bool) {
	if event.ID != "" && (event.ID.Compare(e.Acked) <= 0 || event.ID.Compare(e.Changed) <= 0) {
		return e, false // it is known
	}
	switch event.Kind {
	case order.Acked:
		return e.acked(event)
	case order.Cancelled:
		return e.cancelled(event)
	case order.Reopened:
		return e.reopened(event)
	case order.Escalated:
		was := e.Escalated
		e.Escalated = true
		return e, !was
	}
	return e, false
}

// acked returns e after an ack. The first one says who confirmed the order; it also ends what was
// confirmed here. An ack of a withdrawn order says that a person has read that.
func (e Entry) acked(event order.Event) (Entry, bool) {
	switch {
	case e.Reopened: // the ack that is being taken back
		e.Acked = event.ID
		return e, true
	case e.State == Confirmed && (e.Acked != "" || !e.Withdrawn.IsZero()):
		return e, false
	}
	e.State, e.Unsent = Confirmed, e.Unsent && len(e.Repeats) > 0
	e.Ended, e.By, e.Acked = event.At, event.By, event.ID
	return e, true
}

// cancelled returns e after its withdrawal. What was not sent before is of no use any more.
func (e Entry) cancelled(event order.Event) (Entry, bool) {
	if !e.Withdrawn.IsZero() {
		return e, false
	}
	e.State, e.Withdrawn, e.Changed = Cancelled, event.At, event.ID
	e.Unsent, e.Reopened = false, false
	return e, true
}

// reopened returns e after a person took its confirmation back. A confirmation that is not sent yet
// stays: it follows the reopening.
func (e Entry) reopened(event order.Event) (Entry, bool) {
	if !e.Withdrawn.IsZero() {
		return e, false
	}
	e.Changed, e.Reopened = event.ID, false
	if !e.Unsent {
		e.State, e.Ended, e.By, e.Acked = Waiting, time.Time{}, "", ""
	}
	return e, true
}
