package client

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/tmaxmax/go-sse"

	"jumun/desktop/internal/ipc"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// maxEvent is the longest event that is read, in bytes: the longest order that a server
// takes, with room for escapes. A broken server must not use up this PC's memory, nor its
// time: the parser reads an unfinished event again with every packet.
const maxEvent = 2 * wire.MaxPublication

// A reader reads one stream after another.
type reader struct {
	*Client
	base      string
	client    *http.Client
	told      State                    // the last one that was passed to State
	renew     chan struct{}            // holds a value when the server has asked for a renewal
	connected wish                     // holds a value once the client was connected
	at        atomic.Pointer[order.ID] // of the last event that came, or after which nothing is missing; "": none is known
}

func (r *reader) tell(s State) {
	if s != r.told {
		r.told = s
		r.oldAcks.Store(false) // the server may be another one now
		if s.Name == ipc.Connected {
			r.connected.want()
		}
		r.State(s)
	}
}

// stream opens one stream and reads it to its end.
func (r *reader) stream(ctx context.Context) ending {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	// A connection that was cut may look alive in the pool: the next stream must get a new one.
	defer r.client.CloseIdleConnections()
	// connectLimit is for everything together until the connect event.
	late := time.AfterFunc(connectLimit, func() { cancel(errNoConnect) })
	defer late.Stop()
	res, err := r.open(ctx, cancel)
	if err != nil {
		err = causeOf(ctx, err)
		return ending{err: err, swallowed: errors.Is(err, errNoAnswer)}
	}
	defer res.Body.Close()
	if end := judge(res, "text/event-stream", time.Now()); end != nil {
		return *end
	}
	r.tellClock(res, time.Now())
	// Two heartbeats may be late, if the server answers otherwise. Then a third one will not come.
	body := newWatchedBody(res.Body, r.Heartbeat*5/2, func() { cancel(errSilent) }, r.Heartbeat+doubtAfter, r.doubt)
	var proving sync.WaitGroup
	defer proving.Wait()
	defer cancel(nil)
	proving.Go(func() { r.proveHeldBack(ctx, body, cancel) })
	prove := sync.OnceFunc(func() {
		r.doubts.forget()
		proving.Go(func() { r.proveWhenDoubted(ctx, cancel) })
	})
	end := r.read(body, func() { late.Stop(); prove() })
	end.err, end.retry, end.swallowed = causeOf(ctx, end.err), body.retry, !body.heard
	if errors.Is(end.err, errSilent) {
		end.heard = body.heardAt
	}
	end.heldBack = errors.Is(end.err, errHeldBack)
	return end
}

// moveTo notes up to where everything came.
func (r *reader) moveTo(id order.ID) { r.at.Store(&id) }

func (r *reader) open(ctx context.Context, giveUp context.CancelCauseFunc) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, r.base+wire.EventsPath(r.Mart), nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", "text/event-stream")
	id := r.LastID()
	r.moveTo(id)
	if fitsHeader(id) {
		req.Header.Set("Last-Event-ID", string(id))
	}
	return r.ask(req, headerLimit, giveUp)
}

// read reads the events of body to the end. It calls connected at the connect event.
func (r *reader) read(body *watchedBody, connected func()) (end ending) {
	s := stream{eventHandler: eventHandler{reader: r}, onConnect: connected}
	defer func() {
		if end.connected = !s.since.IsZero(); end.connected {
			end.lasted = time.Since(s.since)
		}
		end.delivered = s.delivered
		if s.skipped > 1 {
			r.Log.Warn("events were skipped", "mart", r.Mart, "count", s.skipped)
		}
	}()
	for e, err := range sse.Read(body, &sse.ReadConfig{MaxEventSize: maxEvent}) {
		if err != nil {
			return ending{err: broke(err)}
		}
		if bye := s.next(e); bye != nil {
			return *bye
		}
	}
	return ending{err: errEnded}
}

// A stream is the state of one stream while it is read.
type stream struct {
	eventHandler
	onConnect func()
	since     time.Time // of the connect event
	lastID    string    // what the parser had at the event before
}

// next handles one event. It returns an ending if the event is the last one.
func (s *stream) next(e sse.Event) *ending {
	id := s.ownID(e)
	switch e.Type {
	case wire.ConnectEvent:
		s.connect(id)
	case wire.ByeEvent:
		return bye(e.Data)
	default:
		s.take(e.Type, id, e.Data)
		s.hand()
	}
	return nil
}

// ownID returns the ID that came with e. For an event without one the parser has the ID of
// the event before, which may be an order that could not be read, or void after a gap.
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
	if fitsHeader(id) {
		s.moveTo(id)
		s.Position(id)
	}
}
