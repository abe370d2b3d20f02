package feed

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/tmaxmax/go-sse"

	"jumun/desktop/pipe"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// maxEvent is the longest event taken, in bytes: an order as long as a server takes one,
// with room for escapes. A server gone wrong must not eat this PC's memory, nor its time:
// the parser looks at an unfinished event again with every packet.
const maxEvent = 2 * wire.MaxPublication

// maxID is the longest event ID sent back. Ours have 20 characters.
const maxID = 128

// A reader reads one stream after another.
type reader struct {
	Feed
	address string
	client  *http.Client
	told    State // what State heard last
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
	res, err := r.open(ctx)
	if err != nil {
		return ending{err: why(ctx, err)}
	}
	defer res.Body.Close()
	if end := judge(res, time.Now()); end != nil {
		return *end
	}
	// Two heartbeats may be late, a third one is not coming.
	body := newWatch(res.Body, r.Heartbeat*5/2, func() { cancel(errSilent) })
	end := r.read(body, func() { late.Stop() })
	end.err, end.retry = why(ctx, end.err), body.retry
	return end
}

// why prefers our own reason for giving up to the canceled request it led to.
func why(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	return err
}

func (r *reader) open(ctx context.Context) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, r.address, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", "text/event-stream")
	req.Header.Set("Accept-Encoding", "identity") // compressors hold small events back
	req.Header.Set("Cache-Control", "no-cache")
	req.Header.Set("User-Agent", "jumun")
	if id := r.LastID(); canSendBack(id) {
		req.Header.Set("Last-Event-ID", string(id))
	}
	res, err := r.client.Do(req)
	var long *url.Error // repeats the address, which leaves no room for the reason
	if errors.As(err, &long) {
		err = long.Err
	}
	return res, err
}

// read reads the events of body to their end. connected is called at the connect event.
func (r *reader) read(body *watch, connected func()) (end ending) {
	s := stream{reader: r, connected: connected}
	defer func() {
		if !s.since.IsZero() {
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
		if bye := s.take(e); bye != nil {
			return *bye
		}
	}
	return ending{err: errEnded}
}

// A stream is one stream that is being read.
type stream struct {
	*reader
	connected  func()
	since      time.Time // of the connect event
	passedOver int       // malformed events, and those of other marts
}

// take handles one event. It returns an ending if the event was the last one.
// Events it does not know are passed over: servers are updated first.
func (s *stream) take(e sse.Event) *ending {
	switch e.Type {
	case wire.ConnectEvent:
		if s.since.IsZero() {
			s.since = time.Now()
		}
		s.connected()
		s.tell(State{Name: pipe.Connected})
		s.Log.Info("connected", "mart", s.Mart)
	case wire.OrderEvent:
		s.takeOrder(e)
	case wire.ByeEvent:
		return bye(e.Data)
	}
	return nil
}

func (s *stream) takeOrder(e sse.Event) {
	placed, err := wire.ParseOrder(e.LastEventID, e.Data)
	if err == nil && placed.Mart != s.Mart {
		err = fmt.Errorf("order of mart %q on the stream of another", placed.Mart)
	}
	if err != nil {
		// Once a stream: a server gone wrong must not fill the disk with logs.
		if s.passedOver++; s.passedOver == 1 {
			s.Log.Warn("event passed over", "mart", s.Mart, "id", line(e.LastEventID), "err", err)
		}
		return
	}
	if !canSendBack(placed.ID) {
		placed.ID = ""
	}
	s.Event(placed)
}

// canSendBack reports whether id can stand in a header: a request with any other
// characters would fail, for ever.
func canSendBack(id order.ID) bool {
	for i := range len(id) {
		if id[i] <= ' ' || id[i] > '~' {
			return false
		}
	}
	return len(id) > 0 && len(id) <= maxID
}

// bye is the ending that the data of a bye event asks for.
func bye(data string) *ending {
	var b wire.Bye
	_ = json.Unmarshal([]byte(data), &b) // the stream ends, whatever it says
	wait := min(max(b.RetryMs, 0), longestAsked.Milliseconds())
	return &ending{
		err:   fmt.Errorf("%w (%s)", errEnded, line(b.Reason)),
		asked: time.Duration(wait) * time.Millisecond,
	}
}
