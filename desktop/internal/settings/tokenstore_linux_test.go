package settings

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

const testServer, testMart = "https://jumun.example.com", "42"

func newStore(t *testing.T) *TokenStore {
	return NewTokenStore(filepath.Join(t.TempDir(), "jumun", "tokens.json"), testLog(t))
}

// expectToken checks that the store returns token, and whether the token is in the file.
func expectToken(t *testing.T, store *TokenStore, token string, inFile bool) {
	t.Helper()
	if got, err := store.Token(t.Context(), testServer, testMart); got != token || err != nil {
		t.Errorf("the token is %q, %v; want %q", got, err, token)
	}
	info, err := os.Stat(store.path)
	if inFile != (err == nil) {
		t.Errorf("in a file: %v, %v", inFile, err)
	}
	if err == nil && info.Mode().Perm() != 0o600 {
		t.Errorf("the file's mode is %v", info.Mode())
	}
}

func expectNone(t *testing.T, store *TokenStore, want error) {
	t.Helper()
	if got, err := store.Token(t.Context(), testServer, testMart); got != "" || !errors.Is(err, want) {
		t.Errorf("the token is %q, %v; want %v", got, err, want)
	}
}

func TestTheTokenIsInTheKeychain(t *testing.T) {
	address, _ := startBus(t)
	secrets := startSecrets(t, address, &fakeSecrets{})
	store := newStore(t)
	expectNone(t, store, ErrNoToken)
	for _, token := range []string{"one", "two"} {
		if err := store.Save(t.Context(), testServer, testMart, token); err != nil {
			t.Fatal(err)
		}
		expectToken(t, store, token, false)
	}
	if _, as := secrets.item(); as["service"] != "jumun" || as["username"] != testServer+" "+testMart {
		t.Errorf("it has the attributes %v", as)
	}
	if _, err := store.Token(t.Context(), testServer, "43"); !errors.Is(err, ErrNoToken) {
		t.Errorf("another mart: %v", err)
	}
	err := store.Delete(t.Context(), testServer, testMart)
	if secret, _ := secrets.item(); err != nil || secret != nil {
		t.Errorf("forgotten: %q, %v", secret, err)
	}
	expectNone(t, store, ErrNoToken)
}

func TestTheTokenIsInAFileIfThereIsNoKeychain(t *testing.T) {
	tests := []struct {
		name string
		set  func(t *testing.T)
	}{
		{"no bus, as over ssh", func(t *testing.T) { t.Setenv("DBUS_SESSION_BUS_ADDRESS", "") }},
		{"a bus that would be launched", func(t *testing.T) { t.Setenv("DBUS_SESSION_BUS_ADDRESS", "autolaunch:") }},
		{"a bus that has ended", func(t *testing.T) { useBus(t, "unix:path="+filepath.Join(t.TempDir(), "bus")) }},
		{"a bus without a keychain", func(t *testing.T) { startBus(t) }},
		{"a keychain that was never set up", func(t *testing.T) {
			address, _ := startBus(t)
			startSecrets(t, address, &fakeSecrets{empty: true})
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.set(t)
			t.Setenv("PATH", launcher(t))
			store := newStore(t)
			expectNone(t, store, ErrNoToken)
			if err := store.Save(t.Context(), testServer, testMart, "one"); err != nil {
				t.Fatal(err)
			}
			expectToken(t, store, "one", true)
			if err := store.Delete(t.Context(), testServer, testMart); err != nil {
				t.Error(err)
			}
			expectNone(t, store, ErrNoToken)
			if _, err := os.Stat(store.path); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("an empty file stays: %v", err)
			}
		})
	}
}

// launcher returns a folder with a dbus-launch that makes the test fail.
func launcher(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	mark := filepath.Join(dir, "launched")
	if err := os.WriteFile(filepath.Join(dir, "dbus-launch"), []byte("#!/bin/sh\n: > "+mark+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := os.Stat(mark); err == nil {
			t.Error("a bus was launched")
		}
	})
	return dir
}

func TestATokenMovesFromTheFileToTheKeychain(t *testing.T) {
	address, _ := startBus(t)
	store := newStore(t)
	if err := store.Save(t.Context(), testServer, testMart, "old"); err != nil {
		t.Fatal(err)
	}
	expectToken(t, store, "old", true)
	startSecrets(t, address, &fakeSecrets{})
	expectToken(t, store, "old", true)
	if err := store.Save(t.Context(), testServer, testMart, "new"); err != nil {
		t.Fatal(err)
	}
	expectToken(t, store, "new", false)
}

func TestAKeychainThatReturnsAnotherTokenIsNotUsed(t *testing.T) {
	address, _ := startBus(t)
	startSecrets(t, address, &fakeSecrets{spoils: true})
	store := newStore(t)
	if err := store.Save(t.Context(), testServer, testMart, "one"); err != nil {
		t.Fatal(err)
	}
	expectToken(t, store, "one", true)
}

func TestTheKeychainStaysLockedIfAPersonDismissesThePrompt(t *testing.T) {
	address, _ := startBus(t)
	secrets := startSecrets(t, address, &fakeSecrets{locked: true})
	go func() { <-secrets.asked; secrets.answer(t, true) }()
	store := newStore(t)
	expectNone(t, store, ErrLocked)
}

func canceled(t *testing.T) context.Context {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	return ctx
}

// startWaiting returns a store and its keychain, which waits for a password: a first call
// has given up.
func startWaiting(t *testing.T, address string) (*TokenStore, *fakeSecrets) {
	t.Helper()
	secrets := startSecrets(t, address, &fakeSecrets{locked: true})
	store := newStore(t)
	ctx, giveUp := context.WithCancel(t.Context())
	go func() { <-secrets.asked; giveUp() }()
	if _, err := store.Token(ctx, testServer, testMart); !errors.Is(err, ErrLocked) {
		t.Fatalf("a keychain that waits for a person: %v", err)
	}
	return store, secrets
}

func TestAKeychainThatHangsIsNotAskedAgainUntilItAnswers(t *testing.T) {
	address, _ := startBus(t)
	store, secrets := startWaiting(t, address)
	var many sync.WaitGroup
	for range 20 {
		many.Go(func() { expectNone(t, store, ErrLocked) })
	}
	many.Wait()
	if err := store.Delete(t.Context(), testServer, testMart); !errors.Is(err, ErrLocked) {
		t.Errorf("forgotten: %v", err)
	}
	if err := store.Save(t.Context(), testServer, testMart, "one"); err != nil {
		t.Fatal(err)
	}
	expectToken(t, store, "one", true)
	if n := secrets.opened.Load(); n != 1 {
		t.Errorf("%d windows ask for a password", n)
	}
	secrets.answer(t, false)
	lateResult(t, store)
	if err := store.Save(t.Context(), testServer, testMart, "two"); err != nil {
		t.Fatal(err)
	}
	expectToken(t, store, "two", false)
}

// lateResult waits for the end of the call that was given up, and returns its error.
func lateResult(t *testing.T, store *TokenStore) error {
	t.Helper()
	select {
	case <-store.keychain.pending.done:
	case <-time.After(10 * time.Second):
		t.Fatal("the call did not end")
	}
	return store.keychain.pending.err
}

func TestASessionThatEndsDuringThePromptIsAnError(t *testing.T) {
	address, kill := startBus(t)
	store, _ := startWaiting(t, address)
	kill()
	if lateResult(t, store) == nil {
		t.Error("the call returned no error")
	}
}

func TestTheKeychainIsGivenFiveSeconds(t *testing.T) {
	address, _ := startBus(t)
	startSecrets(t, address, &fakeSecrets{locked: true})
	store, begun := newStore(t), time.Now()
	expectNone(t, store, ErrLocked)
	if took := time.Since(begun); took < keychainTimeout || took > 2*keychainTimeout {
		t.Errorf("it had %v", took)
	}
}

func TestATokenIsSavedThoughItsContextHasEnded(t *testing.T) {
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "")
	store := newStore(t)
	for range 20 { // the lock is free and ctx has ended: select may take either
		if err := store.Save(canceled(t), testServer, testMart, "one"); err != nil {
			t.Fatal(err)
		}
	}
	expectToken(t, store, "one", true)
}

func TestAnInvalidTokenIsNotSaved(t *testing.T) {
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "")
	store := newStore(t)
	for _, token := range []string{"", strings.Repeat("a", 8<<10+1)} {
		if err := store.Save(t.Context(), testServer, testMart, token); err == nil {
			t.Errorf("saved %d bytes", len(token))
		}
	}
}
