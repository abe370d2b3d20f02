// Package client keeps this PC in touch with the server: the events of a mart come in,
// confirmations go out.
package client

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"jumun/desktop/internal/ipc"
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

	// Token is sent with every request, and to Server alone; "" sends none. The server may
	// give a new one in its place, which Renewed gets and every request has from then on.
	// Renewed returns once it is stored. It is called from a goroutine of its own, at most
	// once an hour (of a token that lives for hours only: more often), and never after Run
	// has returned. Optional.
	Token   string
	Renewed func(token string)

	Device    string            // what others see when an order is confirmed here; optional
	Log       *slog.Logger      // optional
	HTTP      http.RoundTripper // how to reach the server; optional: a transport with timeouts
	Heartbeat time.Duration     // how often the server sends something; optional: wire.Heartbeat

	renewed atomic.Pointer[renewal] // nil: Token holds
	revoked atomic.Bool             // the server said so, and no request is made any more
	hurries hurries
}

// A State is how the connection is.
type State struct {
	Name   string // ipc.Connecting, ipc.Connected or ipc.Refused
	Reason string // of Refused: ipc.RefusedToken, …; empty if it is not known, or something before the server refuses
	Detail string // one line for people: why it is not connected; empty if that is not known
}

// Run keeps the events coming until ctx ends, then returns nil. An error means that
// Server or Mart make no address: nothing was tried.
//
// A state lasts until the next one is certain: while Run tries again, people still see
// why it has to. Only once the server answers that the token was revoked there is no
// further try: Run waits for the end of ctx, and a new Run begins anew. What a stream says
// of that is shown at once, but asked about once more: a server gone wrong must not
// silence a store for ever by a word.
func (f *Feed) Run(ctx context.Context) error {
	base, err := f.base()
	if err != nil {
		return err
	}
	f.revoked.Store(false)
	f.hurries.forget()
	r := &reader{Feed: f.withDefaults(), base: base}
	r.client = r.newClient()
	r.tell(State{Name: ipc.Connecting})
	r.work(ctx)
	<-ctx.Done()
	return nil
}

// work follows the events, and renews the token beside it, until ctx has ended or the
// token was revoked.
func (r *reader) work(ctx context.Context) {
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan struct{}, 1)
	var renewals sync.WaitGroup
	defer renewals.Wait()
	defer cancel()
	renewals.Go(func() { (&renewer{Feed: r.Feed, ended: ended}).run(ctx) })
	newFollower(r, ended).follow(ctx)
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

// withDefaults fills in what is optional, but for what an Acknowledge beside may look at.
func (f *Feed) withDefaults() *Feed {
	if f.LastID == nil {
		f.LastID = func() order.ID { return "" }
	}
	if f.Event == nil {
		f.Event = func(order.Event) {}
	}
	if f.Position == nil {
		f.Position = func(order.ID) {}
	}
	if f.Gap == nil {
		f.Gap = func() {}
	}
	if f.State == nil {
		f.State = func(State) {}
	}
	if f.Renewed == nil {
		f.Renewed = func(string) {}
	}
	if f.Log == nil {
		f.Log = slog.New(slog.DiscardHandler)
	}
	if f.Heartbeat <= 0 {
		f.Heartbeat = wire.Heartbeat
	}
	return f
}
