package agent

import (
	"context"
	"errors"
	"time"

	"jumun/desktop/internal/client"
	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/settings"
	"jumun/shared/order"
)

// A TokenStore stores this PC's tokens, one for each server and mart. Its calls may wait for
// a person who unlocks it, but not after ctx has ended. See settings.TokenStore.
type TokenStore interface {
	// Token returns settings.ErrNoToken if there is none; after any other error, such as
	// settings.ErrLocked, there may be one.
	Token(ctx context.Context, server string, mart order.MartID) (string, error)
	// Save stores a token in place of an earlier one.
	Save(ctx context.Context, server string, mart order.MartID, token string) error
	// Delete removes a token. It returns nil if there is none.
	Delete(ctx context.Context, server string, mart order.MartID) error
}

// admitRetry is how soon a store that is locked is asked again, or a file that is not there
// yet looked for: soon enough for whoever has just unlocked it, and seldom enough for who
// has closed the prompt that each may cost.
const tokenRetry = 2 * time.Minute

// admit gives f what it needs to be let in by the server, for as long as that takes. say
// gets why there is none yet. It returns false if ctx ends first. Where there is no token it
// looks again as well: after a login the keychain may be there later than we are.
func (a *Agent) waitForToken(ctx context.Context, f *client.Feed, s settings.Settings, say func(client.State)) bool {
	var said client.State
	for ; ctx.Err() == nil; pause(ctx, tokenRetry) {
		why := a.loadToken(ctx, f, s)
		switch {
		case ctx.Err() != nil:
			return false
		case why == client.State{}:
			return true
		case why != said: // the log would fill with one line
			said = why
			say(why)
		}
	}
	return false
}

// enter is one try of admit; the zero State is success.
func (a *Agent) loadToken(ctx context.Context, f *client.Feed, s settings.Settings) client.State {
	transport, err := client.Transport(s.CA)
	if err != nil {
		return client.State{Name: ipc.Refused, Detail: err.Error()}
	}
	token, err := a.Tokens.Token(ctx, s.Server, s.Mart)
	switch {
	case errors.Is(err, settings.ErrNoToken):
		return client.State{Name: ipc.Refused, Reason: ipc.RefusedUnpaired}
	case err != nil:
		return client.State{Name: ipc.Refused, Reason: ipc.RefusedKeychain, Detail: err.Error()}
	}
	f.HTTP, f.Token = transport, token
	return client.State{}
}

// pause waits for d, or until ctx ends.
func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// keepRenewed stores the token that the server gave in place of the one of s. Without it
// this PC is known until the old one ends, and is given another before.
func (a *Agent) saveRenewedToken(ctx context.Context, s settings.Settings, token string, post func(func())) {
	err := a.Tokens.Save(ctx, s.Server, s.Mart, token)
	if err == nil {
		a.Log.Info("the token was renewed", "mart", s.Mart)
		return
	}
	a.Log.Error("the renewed token was not stored", "mart", s.Mart, "err", err)
	post(func() { a.settingsNotice = a.Translator.Text("agent.token-not-kept", "Cause", err) })
}
