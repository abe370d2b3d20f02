// Package client is this PC's connection to the server: it receives the events of a mart and
// sends acknowledgements.
//
// A Client reads a stream of server-sent events, reconnects with backoff, polls where the
// network swallows streams, and renews its token. Errors that a person can do something about
// have a message ID; Explain returns their text.
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

// A Client reads the events of one mart while Run runs. The fields must not be changed
// meanwhile; those marked optional may be zero.
//
// Events, Unreadable, Position, Test, Gap and State are called in the order of the log, from one goroutine, and
// nothing else is read until they return.
type Client struct {
	Server string       // the server's address, such as https://jumun.example.com
	Mart   order.MartID // whose events

	Version string // of this program, for the server's metrics; optional

	// LastID returns the ID of the event after which to go on; "" asks for all orders that
	// nobody has confirmed. It is called at every connect and every poll. Optional: nil is
	// always "".
	LastID func() order.ID

	// Waiting reports whether an order waits for a person: then it is tried more often to connect.
	// Optional: nil is always false.
	Waiting func() bool

	// Events gets the events that came together: one of a stream, or those of a poll. It must
	// return once they are stored. An ID is empty if the server sent none that can be sent
	// back: keep the one before. Repeats are possible. Optional.
	Events func([]order.Event)

	// Unreadable is called for an order that this version cannot read, with the ID of its event.
	// It must return once that is stored. Optional.
	Unreadable func(order.ID)

	// Position gets an ID from which a resume loses nothing, although no event has it:
	// everything before it was handed over. It must return once the ID is stored. Optional.
	Position func(order.ID)

	// Test gets a test alarm of the head office: the ID of its event, and when it was sent, by the server's clock. It must
	// return once the ID is stored. Repeats are possible. Optional.
	Test func(id order.ID, sent time.Time)

	// Gap is called when the server does not know the ID that LastID returned, or no longer
	// has everything after it: orders may be missing, and the ID must be forgotten. What the
	// server has follows. Gap must return once that is stored. Optional.
	Gap func()

	// State gets every change of the connection, and must return soon. The first one is
	// Connecting. Optional.
	State func(State)

	// Clock gets how far this PC's clock is ahead of the server's, whenever the server tells. Optional.
	Clock func(ahead time.Duration)

	// Token is sent with every request, and only to Server; "" sends none. The server may
	// replace it: Renewed gets the new token, which every request has from then on. Renewed
	// must return once the token is stored. It is called from another goroutine, at most once
	// an hour (more often for a token that lives only hours), and never after Run has
	// returned. Optional.
	Token   string
	Renewed func(token string)

	// Ends gets the time when the token ends for good, because the server does not renew it: a person
	// must pair this PC again before. The zero time means that it was renewed after all. Ends is called
	// as Renewed is. Optional.
	Ends func(time.Time)

	// Named gets what the server calls the mart, soon after the client has connected, and every hour. It is
	// called as Renewed is. Optional: nil does not ask.
	Named func(name string)

	Device    string             // what others see when an order is confirmed here; optional
	Log       *slog.Logger       // optional
	Explain   func(error) string // returns the Detail of a State for an error; optional: its Error
	HTTP      http.RoundTripper  // how to reach the server; optional: a transport with timeouts
	Heartbeat time.Duration      // how often the server sends something; optional: wire.Heartbeat

	anyMart    bool                    // Mart is not known: the server is asked for it
	renewed    atomic.Pointer[renewal] // nil: Token holds
	revoked    atomic.Bool             // the server said so, and no request is made any more
	oldAcks    atomic.Bool             // the server takes acknowledgements by number only; until the next connect
	reconnects wish                    // see Reconnect
	doubts     wish                    // see doubt
}

// A State is how the connection is.
type State struct {
	Name   string    // ipc.Connecting, ipc.Connected or ipc.Refused
	Reason string    // of Refused: ipc.RefusedToken, …; empty if it is not known, or something before the server refuses
	Detail string    // one line for people: why it is not connected; of Connected, that the client has to poll; empty if that is not known
	Heard  time.Time // of Connecting, after a stream on which the server fell silent: when it was last heard; else zero
}

// Run reads events until ctx ends, and then returns nil. An error means that Server or Mart
// make no address: no request was made.
//
// A State lasts until the next one is certain: while Run tries again, people still see why.
// Once the server answers that the token was revoked, Run makes no further request and waits
// for the end of ctx; a new Run begins again. When a stream says so, the State changes at
// once, but the server is asked once more: one word of a broken server must not silence a
// store for ever.
func (f *Client) Run(ctx context.Context) error {
	base, err := f.base()
	if err != nil {
		return err
	}
	f.revoked.Store(false)
	f.reconnects.forget() // a Run that begins connects at once anyway
	r := &reader{Client: f.withDefaults(), base: base, renew: make(chan struct{}, 1)}
	r.client = r.newClient()
	r.tell(State{Name: ipc.Connecting})
	r.work(ctx)
	<-ctx.Done()
	return nil
}

// work reads events, and renews the token beside that, until ctx ends or the token was
// revoked.
func (r *reader) work(ctx context.Context) {
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan struct{}, 1)
	var renewals sync.WaitGroup
	defer renewals.Wait()
	defer cancel()
	renewals.Go(func() { r.askNames(ctx) })
	renewals.Go(func() { (&renewer{Client: r.Client, ended: ended, asked: r.renew}).run(ctx) })
	newLoop(r, ended).follow(ctx)
}

// base returns what the addresses of all requests begin with.
func (f *Client) base() (string, error) {
	u, err := url.Parse(f.Server)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		return "", fmt.Errorf("server address %q is not an http or https URL", f.Server)
	}
	if _, err := order.ParseMartID(string(f.Mart)); err != nil && !f.anyMart {
		return "", err
	}
	return strings.TrimRight(f.Server, "/"), nil
}

// withDefaults sets the optional fields. It leaves those alone that a concurrent Acknowledge
// reads.
func (f *Client) withDefaults() *Client {
	if f.LastID == nil {
		f.LastID = func() order.ID { return "" }
	}
	if f.Waiting == nil {
		f.Waiting = func() bool { return false }
	}
	if f.Events == nil {
		f.Events = func([]order.Event) {}
	}
	if f.Unreadable == nil {
		f.Unreadable = func(order.ID) {}
	}
	if f.Position == nil {
		f.Position = func(order.ID) {}
	}
	if f.Test == nil {
		f.Test = func(order.ID, time.Time) {}
	}
	if f.Gap == nil {
		f.Gap = func() {}
	}
	if f.Clock == nil {
		f.Clock = func(time.Duration) {}
	}
	if f.State == nil {
		f.State = func(State) {}
	}
	if f.Renewed == nil {
		f.Renewed = func(string) {}
	}
	if f.Ends == nil {
		f.Ends = func(time.Time) {}
	}
	if f.Explain == nil {
		f.Explain = errorText
	}
	if f.Log == nil {
		f.Log = slog.New(slog.DiscardHandler)
	}
	if f.Heartbeat <= 0 {
		f.Heartbeat = wire.Heartbeat
	}
	return f
}

// errorText returns an error in its own words.
func errorText(err error) string { return line(err.Error()) }
