package client

import (
	"context"
	"math/rand/v2"
	"time"

	"jumun/desktop/internal/wait"
	"jumun/shared/order"
	"jumun/shared/wire"
)

const (
	// renewEvery is the pause after a failed renewal: a token lives for months. It is also
	// how often the clock is read: the clock may be set, and timers stop while the PC sleeps.
	renewEvery = time.Hour
	// minRenewEvery is for a server that gives tokens of seconds: it is not asked without end.
	minRenewEvery = time.Minute
	// renewSpread spreads the stores of a server that were all paired on one day.
	renewSpread = 24 * time.Hour
	// renewSoon is the longest wait at the start: a new name of the PC must be seen soon, but
	// the first stream comes first.
	renewSoon = 10 * time.Second
)

// A renewer asks for a new token when half the life of the old one is over.
type renewer struct {
	*Client
	ended <-chan struct{} // has a value when the server says that the token has expired
	asked <-chan struct{} // has a value when the server asks for a renewal
	due   time.Time       // when to ask; zero: never by the clock
	every time.Duration   // how often to read the clock, and to ask; see checkEvery
	named bool            // the server has the name of the device
	late  bool            // the server has said that the token has expired

	wanted  bool      // the server has asked for a renewal, and due is when that will be
	triedAt time.Time // when a new token was asked for last
	ends    time.Time // what was passed to Ends last
}

// run returns when ctx ends.
func (w *renewer) run(ctx context.Context) {
	if w.token() == "" {
		return
	}
	w.plan(time.Time{})
	w.tellEnd(nil)
	wait.For(ctx, time.Duration(rand.Float64()*float64(renewSoon)))
	for w.await(ctx) {
		w.renew(ctx)
		wait.For(ctx, time.Duration((1+rand.Float64()/2)*float64(w.every)))
	}
}

// plan sets when to renew the token that is used now. since is when it was received, by this
// PC's clock; if that is not known (zero), the token's own time counts.
func (w *renewer) plan(since time.Time) {
	w.due, w.every, w.wanted = time.Time{}, renewEvery, false
	c, err := wire.ReadClaims(w.token())
	if err != nil || c.Role != wire.RoleDevice {
		return
	}
	if since.IsZero() {
		since = time.Unix(c.IssuedAt, 0)
	}
	w.due, w.every = renewAt(c, since, rand.Float64()), checkEvery(c)
	// A server that does not accept the name must not be asked for ever.
	if name := order.Line(w.Device, order.MaxName); !w.named && name != "" && name != c.Name {
		w.due = since
	}
}

// renewAt returns when half the life of a token is over, which began at since, or up to
// renewSpread later. It is the zero time if the token does not say how long it lives, or if no token
// that is made of it can live longer. random is in [0,1).
func renewAt(c wire.Claims, since time.Time, random float64) time.Time {
	life := lifeOf(c)
	if life == 0 || isLast(c) {
		return time.Time{}
	}
	spread := min(renewSpread, life/4) // well before it ends
	return since.Add(life/2 + time.Duration(random*float64(spread)))
}

// checkEvery returns renewEvery, or less for a token that lives only hours: it must not
// expire between two readings of the clock.
func checkEvery(c wire.Claims) time.Duration {
	return max(min(renewEvery, lifeOf(c)/8), minRenewEvery)
}

// lifeOf returns how long a token lives; 0 if it does not say.
func lifeOf(c wire.Claims) time.Duration {
	seconds := min(c.Expires-c.IssuedAt, int64(wire.MaxTokenLife/time.Second))
	return time.Duration(max(seconds, 0)) * time.Second
}

// await returns true when it is time to renew, and false when ctx ends.
func (w *renewer) await(ctx context.Context) bool {
	for ctx.Err() == nil && (w.due.IsZero() || time.Now().Before(w.due)) {
		select {
		case <-w.ended:
			w.late = true
			return ctx.Err() == nil
		case <-w.asked:
			w.renewWhenAsked(time.Now(), rand.Float64())
		case <-time.After(w.pause(time.Now())):
		case <-ctx.Done():
		}
	}
	return ctx.Err() == nil
}

// pause returns how long to wait before the clock is read again.
func (w *renewer) pause(now time.Time) time.Duration {
	if w.due.IsZero() {
		return w.every
	}
	return min(w.every, w.due.Sub(now))
}

// renewWhenAsked plans a renewal that the server asks for. It asks with every answer until it got it.
func (w *renewer) renewWhenAsked(now time.Time, random float64) {
	if w.wanted || now.Sub(w.triedAt) < renewEvery {
		return
	}
	w.wanted = true
	if at := now.Add(time.Duration(random * float64(wire.RenewSoon))); w.due.IsZero() || at.Before(w.due) {
		w.due = at
	}
}

// renew asks once.
func (w *renewer) renew(ctx context.Context) {
	w.triedAt = time.Now()
	got, err := w.pair(ctx, wire.TokenPath, wire.Renewal{Device: w.Device})
	if ctx.Err() != nil {
		return // by now another Client may use the token
	}
	if err != nil {
		w.Log.Warn("the token was not renewed", "mart", w.Mart, "err", err)
		w.failed(err)
		return
	}
	w.Renewed(got.Token)
	w.use(got.Token)
	w.named = true
	w.tellEnd(nil)
	select {
	case <-w.asked: // for the old one
	default:
	}
	w.plan(time.Now().Round(0)) // by the clock that goes on while the PC sleeps
	w.Log.Info("the token was renewed", "mart", w.Mart, "expires", got.Expires)
	if w.late { // the loop waits because of the old one
		w.late = false
		w.Reconnect()
	}
}
