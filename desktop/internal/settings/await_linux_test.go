package settings

import (
	"context"
	"testing"
	"time"
)

// startLocked returns a store and its keychain, which is locked and whose prompt a person has closed.
func startLocked(t *testing.T) (*TokenStore, *fakeSecrets) {
	t.Helper()
	address, _ := startBus(t)
	secrets := startSecrets(t, address, &fakeSecrets{})
	store := newStore(t)
	if err := store.Save(t.Context(), testServer, testMart, "one"); err != nil {
		t.Fatal(err)
	}
	secrets.mu.Lock()
	secrets.locked = true
	secrets.mu.Unlock()
	go func() { <-secrets.asked; secrets.answer(t, true) }()
	expectNone(t, store, ErrLocked)
	return store, secrets
}

// awaiting calls Await, and returns once it waits. The channel gets how long it took after that.
func awaiting(t *testing.T, store *TokenStore, secrets *fakeSecrets) <-chan time.Duration {
	t.Helper()
	before, took := secrets.looked.Load(), make(chan time.Duration, 1)
	started := make(chan time.Time, 1)
	go func() { store.Await(t.Context()); took <- time.Since(<-started) }()
	for secrets.looked.Load() == before {
		if t.Context().Err() != nil {
			t.Fatal("it does not look")
		}
	}
	started <- time.Now()
	return took
}

func TestAKeychainThatIsUnlockedIsNoticed(t *testing.T) {
	for name, tells := range map[string]bool{"by its signal": true, "by looking": false} {
		t.Run(name, func(t *testing.T) {
			store, secrets := startLocked(t)
			took, opened := awaiting(t, store, secrets), secrets.opened.Load()
			secrets.unlock(t, tells)
			switch after := <-took; {
			case tells && after > lookEvery/2, after > 2*lookEvery:
				t.Errorf("after %v", after)
			default:
				t.Logf("after %v", after.Round(time.Millisecond))
			}
			expectToken(t, store, "one", false)
			if n := secrets.opened.Load(); n != opened {
				t.Errorf("%d more windows asked for a password", n-opened)
			}
		})
	}
}

func TestAKeychainThatComesUpLateIsNoticed(t *testing.T) {
	address, _ := startBus(t)
	store := newStore(t)
	expectNone(t, store, ErrNoToken)
	came := make(chan struct{})
	go func() { store.Await(t.Context()); close(came) }()
	startSecrets(t, address, &fakeSecrets{})
	select {
	case <-came:
	case <-time.After(2 * lookEvery):
		t.Error("it was not noticed")
	}
}

func TestACallThatEndsLateIsNoticed(t *testing.T) {
	address, _ := startBus(t)
	store, secrets := startWaiting(t, address)
	took := awaiting(t, store, secrets)
	secrets.answer(t, true) // the state is what it was
	if after := <-took; after > lookEvery/2 {
		t.Errorf("after %v", after)
	}
}

func TestAwaitWaitsWhileNothingChanges(t *testing.T) {
	store, secrets := startLocked(t)
	ctx, cancel := context.WithTimeout(t.Context(), lookEvery+lookEvery/2)
	defer cancel()
	opened := secrets.opened.Load()
	if store.Await(ctx); ctx.Err() == nil {
		t.Error("it returned early")
	}
	if secrets.opened.Load() != opened {
		t.Error("a window asked for a password")
	}
}
