package settings

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/zalando/go-keyring"
)

// service is the owner of our tokens that the keychain shows to people.
const service = "jumun"

// keychainTimeout is longer than any keychain needs that asks nobody for a password, and
// shorter than people wait for a window to react.
const keychainTimeout = 5 * time.Second

// errNoKeychain means that this computer or this session has no keychain, as over ssh.
var errNoKeychain = errors.New("no keychain")

// A keychain is the system's keychain. It makes one call at a time, because each call may
// open a window that asks for a password. The zero keychain is ready to use, by one
// goroutine at a time.
type keychain struct {
	pending *keychainCall // took too long and still runs
	state   string        // keychainState before the last call
}

// A keychainCall is one call of the keychain. Its result is there once done is closed.
type keychainCall struct {
	done  chan struct{}
	token string
	err   error
}

func (k *keychain) get(ctx context.Context, user string) (string, error) {
	token, err := k.do(ctx, func() (string, error) { return keyring.Get(service, user) })
	if errors.Is(err, keyring.ErrNotFound) || err == nil && token == "" {
		return "", ErrNoToken
	}
	return token, err
}

// set returns nil only if the token can be read back.
func (k *keychain) set(ctx context.Context, user, token string) error {
	stored, err := k.do(ctx, func() (string, error) {
		if err := keyring.Set(service, user, token); err != nil {
			return "", err
		}
		return keyring.Get(service, user)
	})
	if err == nil && stored != token {
		return errors.New("the keychain returned another token than it was given")
	}
	return err
}

func (k *keychain) remove(ctx context.Context, user string) error {
	_, err := k.do(ctx, func() (string, error) { return "", keyring.Delete(service, user) })
	if errors.Is(err, keyring.ErrNotFound) {
		return nil
	}
	return err
}

func (k *keychain) removeAll(ctx context.Context) error {
	_, err := k.do(ctx, func() (string, error) { return "", keyring.DeleteAll(service) })
	if errors.Is(err, keyring.ErrNotFound) {
		return nil
	}
	return err
}

// do makes one call. It stops waiting after keychainTimeout or when ctx ends, because
// nothing can end a call that waits for a person. Until that call has ended, further calls
// are not made and return ErrLocked at once. Any error but errNoKeychain and
// keyring.ErrNotFound wraps ErrLocked.
func (k *keychain) do(ctx context.Context, call func() (string, error)) (string, error) {
	if !mayHaveKeychain() {
		return "", errNoKeychain
	}
	if k.isBusy() {
		return "", fmt.Errorf("%w: an earlier call has not ended", ErrLocked)
	}
	ctx, cancel := context.WithTimeout(ctx, keychainTimeout)
	defer cancel()
	k.state = keychainState(ctx)
	c := &keychainCall{done: make(chan struct{})}
	go func() { defer close(c.done); c.token, c.err = callSafely(call) }()
	select {
	case <-c.done:
		return c.token, classify(c.err)
	case <-ctx.Done():
		k.pending = c
		return "", fmt.Errorf("%w: %w", ErrLocked, ctx.Err())
	}
}

// isBusy reports whether an earlier call still runs.
func (k *keychain) isBusy() bool {
	if k.pending == nil {
		return false
	}
	select {
	case <-k.pending.done:
		k.pending = nil
		return false
	default:
		return true
	}
}

// callSafely makes a call if there is a keychain. It converts a panic to an error: the
// library panics if the session ends while a person is asked for the password.
func callSafely(call func() (string, error)) (token string, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the keychain failed: %v", p)
		}
	}()
	if err := findCollection(); err != nil {
		return "", err
	}
	return call()
}

// classify adds errNoKeychain or ErrLocked to the error of a call.
func classify(err error) error {
	switch {
	case err == nil, errors.Is(err, keyring.ErrNotFound), errors.Is(err, errNoKeychain):
		return err
	case isAbsent(err):
		return fmt.Errorf("%w: %w", errNoKeychain, err)
	}
	return fmt.Errorf("%w: %w", ErrLocked, err)
}
