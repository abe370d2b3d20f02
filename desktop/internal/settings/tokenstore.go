package settings

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"

	"jumun/shared/order"
	"jumun/shared/wire"
)

var (
	// ErrNoToken means that this PC has no token for a server and a mart: it must be paired.
	ErrNoToken = errors.New("no token")

	// ErrLocked means that the keychain may have a token but does not return it, for example
	// because it waits for a person's password. The caller should try again later.
	ErrLocked = errors.New("the keychain is locked or does not answer")
)

// A TokenStore stores the tokens of this PC, one for each server and mart. It uses the
// system's keychain. It uses a file that only this user may read if there is no keychain,
// if the keychain does not answer, or if the token is too long for it (on Windows: 2560
// bytes). If the file has a token, that one is newer than the keychain's, and the keychain
// is not asked.
//
// A TokenStore is safe for concurrent use; its calls run one after another. If two
// processes change the file at once, the later one wins.
type TokenStore struct {
	path string // of the file

	log      *slog.Logger
	keychain keychain
	turn     chan struct{} // a lock that a context can interrupt
}

// NewTokenStore returns a TokenStore with its file at path, which need not exist.
func NewTokenStore(path string, log *slog.Logger) *TokenStore {
	return &TokenStore{path: path, log: log, turn: make(chan struct{}, 1)}
}

// Token returns the token that was saved last for server and mart. The error is ErrNoToken
// if there is none, and wraps ErrLocked if the keychain does not say. Token waits for the
// keychain for at most 5 s.
func (t *TokenStore) Token(ctx context.Context, server string, mart order.MartID) (string, error) {
	if err := t.lock(ctx); err != nil {
		return "", err
	}
	defer t.unlock()
	entries, err := t.load()
	if err != nil {
		return "", err
	}
	if token := entries.find(server, mart); token != "" {
		return token, nil
	}
	token, err := t.keychain.get(ctx, account(server, mart))
	if errors.Is(err, errNoKeychain) {
		return "", ErrNoToken
	}
	return token, err
}

// Save stores a token in place of an earlier one. It does so even if ctx ends meanwhile,
// because the server gives out a token only once. An error means that the token is not
// stored.
func (t *TokenStore) Save(ctx context.Context, server string, mart order.MartID, token string) error {
	if token == "" || len(token) > wire.MaxToken {
		return fmt.Errorf("not a token: %w", order.ErrMalformed)
	}
	if err := t.lock(context.WithoutCancel(ctx)); err != nil {
		return err
	}
	defer t.unlock()
	keychainErr := t.keychain.set(ctx, account(server, mart), token)
	if keychainErr == nil {
		return t.deleteFromFile(server, mart) // or the old token in the file would count as the newer one
	}
	t.log.Info("the token is stored in a file, because the keychain does not take it", "err", keychainErr)
	if err := t.saveToFile(server, mart, token); err != nil {
		return errors.Join(err, keychainErr)
	}
	return nil
}

// Delete removes the token for server and mart, if there is one. An error that wraps
// ErrLocked means that the keychain may still have it.
func (t *TokenStore) Delete(ctx context.Context, server string, mart order.MartID) error {
	if err := t.lock(ctx); err != nil {
		return err
	}
	defer t.unlock()
	err := t.deleteFromFile(server, mart)
	if keychainErr := t.keychain.remove(ctx, account(server, mart)); !errors.Is(keychainErr, errNoKeychain) {
		err = errors.Join(err, keychainErr)
	}
	return err
}

// DeleteAll removes every token of this PC, also those of which no settings know any more. An error that wraps
// ErrLocked means that the keychain may still have some.
func (t *TokenStore) DeleteAll(ctx context.Context) error {
	if err := t.lock(ctx); err != nil {
		return err
	}
	defer t.unlock()
	var err error
	for _, path := range []string{t.path, t.path + damaged} {
		if removeErr := os.Remove(path); !errors.Is(removeErr, fs.ErrNotExist) {
			err = errors.Join(err, removeErr)
		}
	}
	if keychainErr := t.keychain.removeAll(ctx); !errors.Is(keychainErr, errNoKeychain) {
		err = errors.Join(err, keychainErr)
	}
	return err
}

// account returns the user name of a token in the keychain. Neither part has a space.
func account(server string, mart order.MartID) string { return server + " " + string(mart) }

func (t *TokenStore) lock(ctx context.Context) error {
	select {
	case t.turn <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (t *TokenStore) unlock() { <-t.turn }
