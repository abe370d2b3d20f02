// Package stream sends orders out to devices, as server-sent events.
package stream

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"time"

	"jumun/server/problem"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// ErrDraining is what Join answers when this pod stops.
var ErrDraining = errors.New("draining")

const (
	// joinTimeout is how long a device waits for Redis before it is told to come back.
	joinTimeout = 3 * time.Second
	// byeTimeout bounds the last write: a stuck device must not hold up a stopping pod.
	byeTimeout = time.Second
)

// A Device is what one stream sends.
type Device interface {
	Frames() <-chan []byte   // frames to send, in order
	Closed() <-chan struct{} // closed when the stream has to end
	Reason() string          // why: a wire.Bye…; asked only once Closed is closed
	Leave()                  // called once the stream has ended
}

// Options are what a Handler needs; all of them.
type Options struct {
	// Join makes a device of a mart; every frame from then on reaches it.
	Join         func(context.Context, order.MartID) (Device, error)
	Heartbeat    time.Duration // how often a quiet stream carries a comment
	Retry        time.Duration // what devices wait before they reconnect
	WriteTimeout time.Duration // how long a device may take for one frame
	Delivered    func()        // counts a frame that was written
	Ended        func(reason string)
	Log          *slog.Logger
}

// The reasons of Ended, beside wire.Bye….
const (
	Gone  = "gone"  // the device went away
	Stuck = "stuck" // a write took longer than WriteTimeout, or failed
)

// A Handler serves wire.EventsPattern, for every method: others than GET get an answer of ours.
type Handler struct {
	opts    Options
	connect []byte
}

// New returns a Handler.
func New(opts Options) *Handler { return &Handler{opts: opts, connect: connectFrame(opts.Retry)} }

// ServeHTTP streams the events of one mart to one device, until either goes away.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet { // a pattern with GET would take HEAD too
		problem.Method(w, http.MethodGet)
		return
	}
	mart, err := order.ParseMartID(r.PathValue("mart"))
	if err != nil {
		problem.MartID(w, err)
		return
	}
	device, err := h.join(r.Context(), mart)
	if err != nil {
		h.refuse(w, mart, err)
		return
	}
	defer device.Leave()
	header(w)
	h.opts.Ended(h.send(r.Context(), newFrames(w, h.opts.WriteTimeout), device))
}

func (h *Handler) join(ctx context.Context, mart order.MartID) (Device, error) {
	ctx, cancel := context.WithTimeout(ctx, joinTimeout)
	defer cancel()
	return h.opts.Join(ctx, mart)
}

func (h *Handler) refuse(w http.ResponseWriter, mart order.MartID, err error) {
	if errors.Is(err, ErrDraining) {
		problem.Draining(w)
		return
	}
	h.opts.Log.Debug("device refused: its mart cannot be watched", "mart", mart, "err", err)
	problem.NotReady(w, err)
}

// send writes frames until the stream ends, and returns why it did.
func (h *Handler) send(ctx context.Context, out *frames, device Device) string {
	if out.write(h.connect) != nil {
		return Stuck
	}
	heartbeat := time.NewTicker(h.opts.Heartbeat)
	defer heartbeat.Stop()
	for {
		var frame []byte
		select {
		case <-ctx.Done():
			return Gone
		case <-device.Closed():
			return h.bye(out, device)
		case frame = <-device.Frames():
			heartbeat.Reset(h.opts.Heartbeat)
		case <-heartbeat.C:
			frame = heartbeatFrame
		}
		if out.write(frame) != nil {
			return Stuck
		}
		h.count(frame)
	}
}

func (h *Handler) count(frame []byte) {
	if &frame[0] != &heartbeatFrame[0] {
		h.opts.Delivered()
	}
}

// bye ends a stream. A device that keeps up gets what is still waiting for it first; a
// slow one has missed something anyway, and may at least hear why it is cut off.
func (h *Handler) bye(out *frames, device Device) string {
	reason := device.Reason()
	out.hurry(byeTimeout)
	for reason != wire.ByeSlow {
		select {
		case frame := <-device.Frames():
			if out.write(frame) != nil {
				return reason
			}
			h.opts.Delivered()
			continue
		default:
		}
		break
	}
	_ = out.write(byeFrame(reason, h.spread())) // it ends here either way
	return reason
}

// spread is when one device should come back: all at once would be too many.
func (h *Handler) spread() time.Duration {
	return time.Duration((0.5 + rand.Float64()) * float64(h.opts.Retry))
}

// header says what keeps proxies from buffering, changing or storing the stream.
func header(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-cache, no-transform")
	w.Header().Set("X-Accel-Buffering", "no")
	w.Header().Set("Connection", "close") // the next stream may find a better pod
}
