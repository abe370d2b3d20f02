// Package feed keeps the stream of a mart's events open.
package feed

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"time"

	"jumun/desktop/pipe"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// A Feed reads the stream of one mart for as long as it runs. Fields are not to be
// changed while it runs; those marked optional may be left zero.
type Feed struct {
	Server string       // the server's address, such as https://jumun.example.com
	Mart   order.MartID // whose stream

	// LastID says after which event to go on; "" asks for all orders that nobody has
	// confirmed. It is asked at every connect. Optional: nil is always "".
	LastID func() order.ID

	// Event gets each order event, in the order of the stream, from one goroutine, and
	// returns once the event is stored. The event's ID is empty if the server sent none
	// that can be sent back: keep the one before. Repeats are possible. Optional.
	Event func(order.Event)

	// State gets every change of the connection, from the goroutine of Event, and
	// returns soon. The first one is Connecting. Optional.
	State func(State)

	Log       *slog.Logger      // optional
	HTTP      http.RoundTripper // how to reach the server; optional: a transport with timeouts
	Heartbeat time.Duration     // how often the server sends something; optional: wire.Heartbeat
}

// A State is how the connection is.
type State struct {
	Name   string // pipe.Connecting, pipe.Connected or pipe.Refused
	Detail string // one line for people: why it is not connected; empty if that is not known
}

// Run keeps the stream open until ctx ends, then returns nil. An error means that Server
// or Mart make no address: nothing was tried.
//
// A state lasts until the next one is certain: while Run tries again, people still see
// why it has to.
func (f *Feed) Run(ctx context.Context) error {
	address, err := f.address()
	if err != nil {
		return err
	}
	r := &reader{Feed: f.withDefaults(), address: address}
	r.client = &http.Client{Transport: r.HTTP, CheckRedirect: stayHere}
	r.tell(State{Name: pipe.Connecting})
	p := pace{base: firstWait}
	for ctx.Err() == nil {
		end := r.stream(ctx)
		if ctx.Err() != nil {
			break
		}
		wait := p.after(end, rand.Float64())
		r.tell(end.state())
		r.Log.Info("not connected", "mart", f.Mart, "err", end.err, "wait", wait)
		sleep(ctx, wait)
	}
	return nil
}

func (f *Feed) address() (string, error) {
	u, err := url.Parse(f.Server)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		return "", fmt.Errorf("server address %q is not an http or https URL", f.Server)
	}
	if _, err := order.ParseMartID(string(f.Mart)); err != nil {
		return "", err
	}
	return strings.TrimRight(f.Server, "/") + wire.EventsPath(f.Mart), nil
}

func (f *Feed) withDefaults() Feed {
	d := *f
	if d.LastID == nil {
		d.LastID = func() order.ID { return "" }
	}
	if d.Event == nil {
		d.Event = func(order.Event) {}
	}
	if d.State == nil {
		d.State = func(State) {}
	}
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	if d.HTTP == nil {
		d.HTTP = transport()
	}
	if d.Heartbeat <= 0 {
		d.Heartbeat = wire.Heartbeat
	}
	return d
}

func sleep(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
