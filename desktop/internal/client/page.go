package client

import (
	"encoding/json"
	"errors"
	"time"

	"jumun/shared/order"
	"jumun/shared/wire"
)

// A page is the answer to one poll.
type page struct {
	moved bool // it ends behind the page before
	more  bool // the server has the next page ready
	took  time.Duration
}

// pause returns how long to wait before the next poll, of kind w. A poll that brought nothing
// and was answered at once would only bring nothing again. random is in [0,1).
func (p page) pause(w way, random float64) time.Duration {
	switch {
	case p.more, w == byStream:
		return 0
	case w == byLongPoll && (p.moved || p.took >= shortPause):
		return 0
	}
	return jitter(shortPause, random)
}

// open hands over the events in body, which follow an ID, and then where they end.
func (p *poller) open(body []byte, after order.ID, got *page) error {
	polled, err := parsePolled(body)
	if err != nil {
		return err
	}
	for _, e := range polled.Events {
		p.take(e.Event, e.ID, string(e.Data))
	}
	p.hand()
	if polled.Last != after && fitsHeader(polled.Last) {
		p.Position(polled.Last)
	}
	got.more, got.moved = polled.More, polled.Last.Compare(p.last) > 0
	p.last = polled.Last
	if got.more && !got.moved {
		return errRepeats
	}
	return nil
}

// parsePolled reads an answer. A field of a wrong type is left empty: it must not cost the
// events beside it.
func parsePolled(body []byte) (wire.Polled, error) {
	var polled wire.Polled
	err := json.Unmarshal(body, &polled)
	var wrong *json.UnmarshalTypeError
	if (err != nil && !errors.As(err, &wrong)) || polled.Events == nil {
		return wire.Polled{}, errNotServer
	}
	return polled, nil
}
