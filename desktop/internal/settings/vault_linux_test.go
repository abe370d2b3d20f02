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

func newVault(t *testing.T) *Vault {
	return NewVault(filepath.Join(t.TempDir(), "jumun", "tokens.json"), quiet(t))
}

// has checks that v has that token, and whether the file is what has it.
func has(t *testing.T, v *Vault, token string, inFile bool) {
	t.Helper()
	if got, err := v.Token(t.Context(), testServer, testMart); got != token || err != nil {
		t.Errorf("the token is %q, %v; want %q", got, err, token)
	}
	info, err := os.Stat(v.Path)
	if inFile != (err == nil) {
		t.Errorf("in a file: %v, %v", inFile, err)
	}
	if err == nil && info.Mode().Perm() != 0o600 {
		t.Errorf("the file's mode is %v", info.Mode())
	}
}

func hasNone(t *testing.T, v *Vault, want error) {
	t.Helper()
	if got, err := v.Token(t.Context(), testServer, testMart); got != "" || !errors.Is(err, want) {
		t.Errorf("the token is %q, %v; want %v", got, err, want)
	}
}

func TestAKeychainKeepsTheToken(t *testing.T) {
	address, _ := startBus(t)
	secrets := startSecrets(t, address, &fakeSecrets{})
	v := newVault(t)
	hasNone(t, v, ErrNoToken)
	for _, token := range []string{"one", "two"} {
		if err := v.Keep(t.Context(), testServer, testMart, token); err != nil {
			t.Fatal(err)
		}
		has(t, v, token, false)
	}
	if _, as := secrets.holds(); as["service"] != "jumun" || as["username"] != testServer+" "+testMart {
		t.Errorf("it is filed under %v", as)
	}
	if _, err := v.Token(t.Context(), testServer, "43"); !errors.Is(err, ErrNoToken) {
		t.Errorf("another mart: %v", err)
	}
	err := v.Forget(t.Context(), testServer, testMart)
	if secret, _ := secrets.holds(); err != nil || secret != nil {
		t.Errorf("forgotten: %q, %v", secret, err)
	}
	hasNone(t, v, ErrNoToken)
}

func TestAFileKeepsTheTokenWhereNoKeychainDoes(t *testing.T) {
	tests := []struct {
		name string
		set  func(t *testing.T)
	}{
		{"no bus, as over ssh", func(t *testing.T) { t.Setenv("DBUS_SESSION_BUS_ADDRESS", "") }},
		{"a bus that is to be launched", func(t *testing.T) { t.Setenv("DBUS_SESSION_BUS_ADDRESS", "autolaunch:") }},
		{"a bus that is gone", func(t *testing.T) { useBus(t, "unix:path="+filepath.Join(t.TempDir(), "bus")) }},
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
			v := newVault(t)
			hasNone(t, v, ErrNoToken)
			if err := v.Keep(t.Context(), testServer, testMart, "one"); err != nil {
				t.Fatal(err)
			}
			has(t, v, "one", true)
			if err := v.Forget(t.Context(), testServer, testMart); err != nil {
				t.Error(err)
			}
			hasNone(t, v, ErrNoToken)
			if _, err := os.Stat(v.Path); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("an empty file stays: %v", err)
			}
		})
	}
}

// launcher is a folder with a dbus-launch that makes the test fail.
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
	v := newVault(t)
	if err := v.Keep(t.Context(), testServer, testMart, "old"); err != nil {
		t.Fatal(err)
	}
	has(t, v, "old", true)
	startSecrets(t, address, &fakeSecrets{})
	has(t, v, "old", true)
	if err := v.Keep(t.Context(), testServer, testMart, "new"); err != nil {
		t.Fatal(err)
	}
	has(t, v, "new", false)
}

func TestAKeychainThatGivesBackSomethingElseIsNotTrusted(t *testing.T) {
	address, _ := startBus(t)
	startSecrets(t, address, &fakeSecrets{spoils: true})
	v := newVault(t)
	if err := v.Keep(t.Context(), testServer, testMart, "one"); err != nil {
		t.Fatal(err)
	}
	has(t, v, "one", true)
}

func TestAPersonWhoDismissesThePromptKeepsItLocked(t *testing.T) {
	address, _ := startBus(t)
	secrets := startSecrets(t, address, &fakeSecrets{locked: true})
	go func() { <-secrets.asked; secrets.answer(t, true) }()
	v := newVault(t)
	hasNone(t, v, ErrLocked)
}

func canceled(t *testing.T) context.Context {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	return ctx
}

// waits returns a vault and the keychain behind it, which wants a password: a first call
// was given up.
func waits(t *testing.T, address string) (*Vault, *fakeSecrets) {
	t.Helper()
	secrets := startSecrets(t, address, &fakeSecrets{locked: true})
	v := newVault(t)
	ctx, giveUp := context.WithCancel(t.Context())
	go func() { <-secrets.asked; giveUp() }()
	if _, err := v.Token(ctx, testServer, testMart); !errors.Is(err, ErrLocked) {
		t.Fatalf("a keychain that waits for a person: %v", err)
	}
	return v, secrets
}

func TestAKeychainThatHangsIsNotAskedAgainUntilItAnswers(t *testing.T) {
	address, _ := startBus(t)
	v, secrets := waits(t, address)
	var many sync.WaitGroup
	for range 20 {
		many.Go(func() { hasNone(t, v, ErrLocked) })
	}
	many.Wait()
	if err := v.Forget(t.Context(), testServer, testMart); !errors.Is(err, ErrLocked) {
		t.Errorf("forgotten: %v", err)
	}
	if err := v.Keep(t.Context(), testServer, testMart, "one"); err != nil {
		t.Fatal(err)
	}
	has(t, v, "one", true)
	if n := secrets.opened.Load(); n != 1 {
		t.Errorf("%d windows want a password", n)
	}
	secrets.answer(t, false)
	v.keychain.left = ended(t, v)
	if err := v.Keep(t.Context(), testServer, testMart, "two"); err != nil {
		t.Fatal(err)
	}
	has(t, v, "two", false)
}

// ended waits for the call that was given up, and puts its answer back.
func ended(t *testing.T, v *Vault) <-chan answer {
	t.Helper()
	back := make(chan answer, 1)
	select {
	case a := <-v.keychain.left:
		back <- a
	case <-time.After(10 * time.Second):
		t.Fatal("the call does not end")
	}
	return back
}

func TestASessionThatEndsAtThePromptIsAnError(t *testing.T) {
	address, kill := startBus(t)
	v, _ := waits(t, address)
	kill()
	if a := <-ended(t, v); a.err == nil {
		t.Error("the call ended well")
	}
}

func TestTheKeychainHasFiveSeconds(t *testing.T) {
	address, _ := startBus(t)
	startSecrets(t, address, &fakeSecrets{locked: true})
	v, begun := newVault(t), time.Now()
	hasNone(t, v, ErrLocked)
	if took := time.Since(begun); took < patience || took > 2*patience {
		t.Errorf("it had %v", took)
	}
}

func TestATokenIsKeptThoughNobodyWaitsForIt(t *testing.T) {
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "")
	v := newVault(t)
	for range 20 { // the turn and the end of ctx are there at once: either may be seen
		if err := v.Keep(canceled(t), testServer, testMart, "one"); err != nil {
			t.Fatal(err)
		}
	}
	has(t, v, "one", true)
}

func TestWhatIsNoTokenIsNotKept(t *testing.T) {
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "")
	v := newVault(t)
	for _, token := range []string{"", strings.Repeat("a", 8<<10+1)} {
		if err := v.Keep(t.Context(), testServer, testMart, token); err == nil {
			t.Errorf("kept %d bytes", len(token))
		}
	}
}
