package client

import (
	"context"
	"math/rand/v2"
	"time"

	"jumun/shared/order"
	"jumun/shared/wire"
)

const (
	// A token lives for months, so that what fails may wait; a server that is ill is not
	// asked by every store at once. It is also how often the clock is looked at: it may
	// be set, and stands still for timers while the PC sleeps.
	renewPause = time.Hour
	// A server that gives tokens of seconds is not asked without end.
	leastPause = time.Minute
	// All stores of a server may have been paired on one day, or lost their tokens in one
	// night: they must not come back together.
	renewSpread = 24 * time.Hour
	// A new name is to be seen soon, but the first stream comes first.
	renewSoon = 10 * time.Second
)

// A renewer asks for a new token when half the life of the old one is over, beside
// whatever the reader does.
type renewer struct {
	*Feed
	ended <-chan struct{} // has one when the server says that the token has ended
	due   time.Time       // when to ask; zero: not by the clock
	every time.Duration   // how often to look at the clock, and to ask; see pauseOf
	named bool            // the server has heard the name of the device
	late  bool            // the server has said that the token has ended
}

// run returns when ctx has ended.
func (w *renewer) run(ctx context.Context) {
	if w.token() == "" {
		return
	}
	w.plan(time.Time{})
	sleep(ctx, time.Duration(rand.Float64()*float64(renewSoon)))
	for w.await(ctx) {
		w.renew(ctx)
		sleep(ctx, time.Duration((1+rand.Float64()/2)*float64(w.every)))
	}
}

// plan says when to renew the token that holds now. since is when it was got, by this
// PC's clock; if that is not known, what the token says has to do.
func (w *renewer) plan(since time.Time) {
	w.due, w.every = time.Time{}, renewPause
	c, err := wire.ReadClaims(w.token())
	if err != nil || c.Role != wire.RoleDevice {
		return
	}
	if since.IsZero() {
		since = time.Unix(c.IssuedAt, 0)
	}
	w.due, w.every = halfway(c, since, rand.Float64()), pauseOf(c)
	// A server that does not take the name must not be asked for ever.
	if name := order.Line(w.Device, order.MaxName); !w.named && name != "" && name != c.Name {
		w.due = since
	}
}

// halfway is when half the life of a token is over, which began at since, and up to
// renewSpread later. It is the zero time if the token does not say how long it lives.
// random is in [0,1).
func halfway(c wire.Claims, since time.Time, random float64) time.Time {
	seconds := min(c.Expires-c.IssuedAt, int64(wire.MaxTokenLife/time.Second))
	if seconds <= 0 {
		return time.Time{}
	}
	life := time.Duration(seconds) * time.Second
	spread := min(renewSpread, life/4) // well before it ends
	return since.Add(life/2 + time.Duration(random*float64(spread)))
}

// pauseOf is renewPause, or less for a token that lives for hours only: it must not end
// between two looks at the clock.
func pauseOf(c wire.Claims) time.Duration {
	life := time.Duration(min(c.Expires-c.IssuedAt, int64(wire.MaxTokenLife/time.Second))) * time.Second
	return max(min(renewPause, life/8), leastPause)
}

// await returns once there is reason to renew, or ctx has ended, which it reports by false.
func (w *renewer) await(ctx context.Context) bool {
	for ctx.Err() == nil && (w.due.IsZero() || time.Now().Before(w.due)) {
		select {
		case <-w.ended:
			w.late = true
			return ctx.Err() == nil
		case <-time.After(w.every):
		case <-ctx.Done():
		}
	}
	return ctx.Err() == nil
}

// renew asks once.
func (w *renewer) renew(ctx context.Context) {
	got, err := w.pair(ctx, wire.TokenPath, wire.Renewal{Device: w.Device})
	if ctx.Err() != nil {
		return // the token may be another's by now
	}
	if err != nil {
		w.Log.Warn("the token was not renewed", "mart", w.Mart, "err", err)
		return
	}
	w.Renewed(got.Token)
	w.use(got.Token)
	w.named = true
	w.plan(time.Now().Round(0)) // by the clock that goes on while the PC sleeps
	w.Log.Info("the token was renewed", "mart", w.Mart, "expires", got.Expires)
	if w.late { // the feed waits because of the old one
		w.late = false
		w.Hurry()
	}
}
