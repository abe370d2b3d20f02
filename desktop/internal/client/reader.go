package client

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/tmaxmax/go-sse"

	"jumun/desktop/internal/ipc"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// maxEvent is the longest event taken, in bytes: an order as long as a server takes one,
// with room for escapes. A server gone wrong must not eat this PC's memory, nor its time:
// the parser looks at an unfinished event again with every packet.
const maxEvent = 2 * wire.MaxPublication

// A reader reads one stream after another.
type reader struct {
	*Feed
	base   string
	client *http.Client
	told   State // what State heard last
}

func (r *reader) tell(s State) {
	if s != r.told {
		r.told = s
		r.State(s)
	}
}

// stream opens one stream and reads it to its end.
func (r *reader) stream(ctx context.Context) ending {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	// A connection that was cut may look alive in the pool: the next stream gets a new one.
	defer r.client.CloseIdleConnections()
	// Until the connect event everything together has this long.
	late := time.AfterFunc(connectLimit, func() { cancel(errNoConnect) })
	defer late.Stop()
	res, err := r.open(ctx, cancel)
	if err != nil {
		err = why(ctx, err)
		return ending{err: err, swallowed: errors.Is(err, errNoAnswer)}
	}
	defer res.Body.Close()
	if end := judge(res, "text/event-stream", time.Now()); end != nil {
		return *end
	}
	// Two heartbeats may be late, a third one is not coming.
	body := newWatch(res.Body, r.Heartbeat*5/2, func() { cancel(errSilent) })
	end := r.read(body, func() { late.Stop() })
	end.err, end.retry, end.swallowed = why(ctx, end.err), body.retry, !body.heard
	return end
}

func (r *reader) open(ctx context.Context, giveUp context.CancelCauseFunc) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, r.base+wire.EventsPath(r.Mart), nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", "text/event-stream")
	if id := r.LastID(); canSendBack(id) {
		req.Header.Set("Last-Event-ID", string(id))
	}
	return r.ask(req, headerLimit, giveUp)
}

// read reads the events of body to their end. connected is called at the connect event.
func (r *reader) read(body *watch, connected func()) (end ending) {
	s := stream{taker: taker{reader: r}, onConnect: connected}
	defer func() {
		if end.connected = !s.since.IsZero(); end.connected {
			end.lasted = time.Since(s.since)
		}
		if s.passedOver > 1 {
			r.Log.Warn("events were passed over", "mart", r.Mart, "count", s.passedOver)
		}
	}()
	for e, err := range sse.Read(body, &sse.ReadConfig{MaxEventSize: maxEvent}) {
		if err != nil {
			return ending{err: fmt.Errorf("stream broke: %w", err)}
		}
		if bye := s.next(e); bye != nil {
			return *bye
		}
	}
	return ending{err: errEnded}
}

// A stream is one stream that is being read.
type stream struct {
	taker
	onConnect func()
	since     time.Time // of the connect event
	lastID    string    // what the parser showed at the event before
}

// next handles one event. It returns an ending if the event was the last one.
func (s *stream) next(e sse.Event) *ending {
	id := s.ownID(e)
	switch e.Type {
	case wire.ConnectEvent:
		s.connect(id)
	case wire.ByeEvent:
		return bye(e.Data)
	default:
		s.take(e.Type, id, e.Data)
	}
	return nil
}

// ownID is the ID that came with e: an event without one shows that of the event before,
// which may be an order that could not be read, or what a gap has made worthless.
func (s *stream) ownID(e sse.Event) order.ID {
	if e.LastEventID == s.lastID {
		return ""
	}
	s.lastID = e.LastEventID
	return order.ID(e.LastEventID)
}

func (s *stream) connect(id order.ID) {
	if s.since.IsZero() {
		s.since = time.Now()
	}
	s.onConnect()
	s.tell(State{Name: ipc.Connected})
	s.Log.Info("connected", "mart", s.Mart)
	if canSendBack(id) {
		s.Position(id)
	}
}
