package settings

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/zalando/go-keyring"
)

// service is what the keychain shows people as the owner of our tokens.
const service = "jumun"

// patience is longer than any keychain takes that asks nobody, and shorter than people
// wait for a window to answer.
const patience = 5 * time.Second

// errNoKeychain says that this computer, or this session, has none: over ssh, say.
var errNoKeychain = errors.New("no keychain")

// A keychain is the one of the system, asked by one call at a time: each may open a window
// that wants a password. The zero value is ready. It is for one goroutine at a time.
type keychain struct {
	left <-chan answer // of a call that took too long; it is the only one, and goes on
}

type answer struct {
	token string
	err   error
}

func (k *keychain) get(ctx context.Context, user string) (string, error) {
	token, err := k.ask(ctx, func() (string, error) { return keyring.Get(service, user) })
	if errors.Is(err, keyring.ErrNotFound) || err == nil && token == "" {
		return "", ErrNoToken
	}
	return token, err
}

// set returns nil only if the token can be read again.
func (k *keychain) set(ctx context.Context, user, token string) error {
	kept, err := k.ask(ctx, func() (string, error) {
		if err := keyring.Set(service, user, token); err != nil {
			return "", err
		}
		return keyring.Get(service, user)
	})
	if err == nil && kept != token {
		return errors.New("the keychain gives back something else")
	}
	return err
}

func (k *keychain) remove(ctx context.Context, user string) error {
	_, err := k.ask(ctx, func() (string, error) { return "", keyring.Delete(service, user) })
	if errors.Is(err, keyring.ErrNotFound) {
		return nil
	}
	return err
}

// ask makes one call, and goes on without it after a while or when ctx ends: nothing can
// end a call that waits for a person. Until it has ended by itself the next ones are not
// made, and are ErrLocked at once. All errors but errNoKeychain are ErrLocked too.
func (k *keychain) ask(ctx context.Context, call func() (string, error)) (string, error) {
	if !isReachable() {
		return "", errNoKeychain
	}
	if !k.isFree() {
		return "", fmt.Errorf("%w: an earlier question waits", ErrLocked)
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	answered := make(chan answer, 1) // so that a late one is not left behind
	go func() { answered <- safely(call) }()
	select {
	case a := <-answered:
		return a.token, means(a.err)
	case <-ctx.Done():
		k.left = answered
		return "", fmt.Errorf("%w: %w", ErrLocked, ctx.Err())
	}
}

// isFree reports whether no call goes on.
func (k *keychain) isFree() bool {
	if k.left == nil {
		return true
	}
	select {
	case <-k.left:
		k.left = nil
		return true
	default:
		return false
	}
}

// safely makes a call, if there is a keychain, and turns a panic into an error: the library
// has one when the session ends while a person is asked for the password.
func safely(call func() (string, error)) (a answer) {
	defer func() {
		if p := recover(); p != nil {
			a = answer{err: fmt.Errorf("the keychain broke off: %v", p)}
		}
	}()
	if err := open(); err != nil {
		return answer{err: err}
	}
	token, err := call()
	return answer{token, err}
}

// means sorts the errors of a call.
func means(err error) error {
	switch {
	case err == nil, errors.Is(err, keyring.ErrNotFound), errors.Is(err, errNoKeychain):
		return err
	case isAbsent(err):
		return fmt.Errorf("%w: %w", errNoKeychain, err)
	}
	return fmt.Errorf("%w: %w", ErrLocked, err)
}
