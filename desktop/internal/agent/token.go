package agent

import (
	"context"
	"errors"
	"time"

	"jumun/desktop/internal/client"
	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/settings"
	"jumun/desktop/internal/wait"
	"jumun/shared/order"
)

// A TokenStore stores the tokens of this PC, one for each server and mart. A call may wait for a
// person who unlocks the store, but not after ctx has ended. See settings.TokenStore.
type TokenStore interface {
	// Token returns settings.ErrNoToken if there is none. After any other error, such as
	// settings.ErrLocked, there may be one.
	Token(ctx context.Context, server string, mart order.MartID) (string, error)
	// Save stores a token in place of an earlier one.
	Save(ctx context.Context, server string, mart order.MartID, token string) error
	// Await returns when Token may return something else than it did, after some minutes at the latest, and
	// when ctx ends.
	Await(ctx context.Context)
	// Delete removes a token. It returns nil if there is none.
	Delete(ctx context.Context, server string, mart order.MartID) error
}

// caRetry is how soon a CA file that cannot be used is tried again: it may be on a drive that comes up later
// than jumun.
const caRetry = 5 * time.Second

// waitForToken gives c its token and its transport, and tries until it has both. report gets why
// there is none yet. It returns false if ctx ends first. Where there is no token it tries again
// too: after a login the keychain may come up later than jumun.
func (a *Agent) waitForToken(ctx context.Context, c *client.Client, s settings.Settings, e *enroller, report func(client.State)) bool {
	var reported client.State
	for ctx.Err() == nil {
		state, again := a.loadToken(ctx, c, s, e)
		switch {
		case ctx.Err() != nil:
			return false
		case state == client.State{}:
			return true
		case state != reported: // the log would fill with the same line
			reported = state
			report(state)
		}
		again(ctx)
	}
	return false
}

// loadToken is one try of waitForToken. It returns the zero State if it succeeds, else what to wait for before
// the next try.
func (a *Agent) loadToken(ctx context.Context, c *client.Client, s settings.Settings, e *enroller) (_ client.State, again func(context.Context)) {
	transport, err := client.Transport(ctx, s.CA)
	if err != nil {
		return client.State{Name: ipc.Refused, Detail: c.Explain(err)}, func(ctx context.Context) { wait.For(ctx, caRetry) }
	}
	token, err := a.findToken(ctx, s)
	switch {
	case errors.Is(err, settings.ErrNoToken) && e.key != "":
		return e.enrolWithoutToken(ctx), func(ctx context.Context) { e.await(ctx, a.Tokens.Await) }
	case errors.Is(err, settings.ErrNoToken):
		return client.State{Name: ipc.Refused, Reason: ipc.RefusedUnpaired}, a.Tokens.Await
	case err != nil:
		return client.State{Name: ipc.Refused, Reason: ipc.RefusedKeychain, Detail: err.Error()}, a.Tokens.Await
	}
	c.HTTP, c.Token = transport, token
	return client.State{}, nil
}

// findToken returns the token for the mart of s, if there is a mart.
func (a *Agent) findToken(ctx context.Context, s settings.Settings) (string, error) {
	if s.Mart == "" {
		return "", settings.ErrNoToken
	}
	return a.Tokens.Token(ctx, s.Server, s.Mart)
}

// pairingEndsSoon is how long before the end of a pairing that is not renewed people are told: the head
// office may need some days to give out a code.
const pairingEndsSoon = 7 * 24 * time.Hour

func (a *Agent) pairingEndChanged(at time.Time) {
	if !at.IsZero() {
		a.Log.Warn("the server does not renew the pairing of this PC: pair it again before it ends", "mart", a.settings.Mart, "ends", at)
	}
	a.pairingEnds = at
}

// pairingEndText returns what people read of a pairing that ends soon; "" if there is none.
func (a *Agent) pairingEndText(now time.Time) string {
	if a.pairingEnds.IsZero() || a.pairingEnds.Sub(now) > pairingEndsSoon {
		return ""
	}
	return a.Translator.Text("agent.pairing-ends", "When", a.pairingEnds.Local().Format("2006-01-02 15:04"))
}

// saveRenewedToken stores the token that the server sent in place of the one of s. If that fails,
// the old token works until it expires, and the server sends another new one before.
func (a *Agent) saveRenewedToken(ctx context.Context, s settings.Settings, token string, post func(func())) {
	err := a.Tokens.Save(ctx, s.Server, s.Mart, token)
	if err == nil {
		a.Log.Info("the token was renewed", "mart", s.Mart)
		return
	}
	a.Log.Error("the renewed token was not stored", "mart", s.Mart, "err", err)
	post(func() { a.settingsNotice = a.Translator.Text("agent.token-not-kept", "Cause", err) })
}
