package settings

import (
	"context"
	"time"
)

// lookEvery is how often Await looks at the keychain though no signal came. A look asks nobody for a
// password, and takes less than a millisecond.
const lookEvery = 3 * time.Second

// Await returns when Token may return something else than it did: the keychain has come up, was
// unlocked, or has ended a call that took too long. It returns after askAgain at the latest, and
// when ctx ends. Beside Await, one goroutine may ask for a token.
func (t *TokenStore) Await(ctx context.Context) {
	if t.lock(ctx) != nil {
		return
	}
	before, ended := t.keychain.state, make(chan struct{})
	if t.keychain.isBusy() {
		ended = t.keychain.pending.done
	}
	t.unlock()
	limited, cancel := context.WithTimeout(ctx, askAgain())
	defer cancel()
	now := awaitState(limited, before, ended)
	if t.lock(ctx) == nil {
		t.keychain.state = now
		t.unlock()
	}
}

// awaitState returns when ctx has ended, a call of the keychain has ended, or the keychain's state is not
// before any more. It returns the state that it saw last.
func awaitState(ctx context.Context, before string, ended <-chan struct{}) string {
	signals, stop := keychainSignals(ctx)
	defer stop()
	look := time.NewTicker(lookEvery)
	defer look.Stop()
	for {
		if now := keychainState(ctx); now != before && ctx.Err() == nil {
			return now
		}
		select {
		case <-look.C:
		case _, ok := <-signals:
			if !ok { // the session has ended
				signals = nil
			}
		case <-ended:
			return before
		case <-ctx.Done():
			return before
		}
	}
}
