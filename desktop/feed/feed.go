// Package feed keeps this PC in touch with the server: the events of a mart come in,
// confirmations go out.
package feed

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"jumun/desktop/pipe"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// A Feed reads the events of one mart for as long as it runs: from a stream, or by
// polling while the network swallows streams. Fields are not to be changed while it runs;
// those marked optional may be left zero.
//
// Event, Position, Gap and State are called in the order of the log, from one goroutine,
// and hold everything up until they return.
type Feed struct {
	Server string       // the server's address, such as https://jumun.example.com
	Mart   order.MartID // whose events

	// LastID says after which event to go on; "" asks for all orders that nobody has
	// confirmed. It is asked at every connect and every poll. Optional: nil is always "".
	LastID func() order.ID

	// Event gets each order and each confirmation (order.Placed, order.Acked) and returns
	// once it is stored. Its ID is empty if the server sent none with it, or none that can
	// be sent back: keep the one before. Repeats are possible. Optional.
	Event func(order.Event)

	// Position gets an ID from which a resuming loses nothing, although no event has it:
	// everything before it was handed over. It returns once the ID is stored. Optional.
	Position func(order.ID)

	// Gap is told that the server does not know the ID that LastID gave, or no longer has
	// everything after it: forget the ID, orders may be missing. What the server has
	// follows. It returns once that is stored. Optional.
	Gap func()

	// State gets every change of the connection, and returns soon. The first one is
	// Connecting. Optional.
	State func(State)

	Device    string            // what others see when an order is confirmed here; optional
	Log       *slog.Logger      // optional
	HTTP      http.RoundTripper // how to reach the server; optional: a transport with timeouts
	Heartbeat time.Duration     // how often the server sends something; optional: wire.Heartbeat
}

// A State is how the connection is.
type State struct {
	Name   string // pipe.Connecting, pipe.Connected or pipe.Refused
	Detail string // one line for people: why it is not connected; empty if that is not known
}

// Run keeps the events coming until ctx ends, then returns nil. An error means that
// Server or Mart make no address: nothing was tried.
//
// A state lasts until the next one is certain: while Run tries again, people still see
// why it has to.
func (f *Feed) Run(ctx context.Context) error {
	base, err := f.base()
	if err != nil {
		return err
	}
	r := &reader{Feed: f.withDefaults(), base: base}
	r.client = r.newClient()
	r.tell(State{Name: pipe.Connecting})
	newFollower(r).follow(ctx)
	return nil
}

// base is what the addresses of all requests begin with.
func (f *Feed) base() (string, error) {
	u, err := url.Parse(f.Server)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		return "", fmt.Errorf("server address %q is not an http or https URL", f.Server)
	}
	if _, err := order.ParseMartID(string(f.Mart)); err != nil {
		return "", err
	}
	return strings.TrimRight(f.Server, "/"), nil
}

func (f *Feed) withDefaults() Feed {
	d := *f
	if d.LastID == nil {
		d.LastID = func() order.ID { return "" }
	}
	if d.Event == nil {
		d.Event = func(order.Event) {}
	}
	if d.Position == nil {
		d.Position = func(order.ID) {}
	}
	if d.Gap == nil {
		d.Gap = func() {}
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
