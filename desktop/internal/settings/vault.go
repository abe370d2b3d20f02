package settings

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"jumun/shared/order"
	"jumun/shared/wire"
)

var (
	// ErrNoToken says that this PC has no token for a server and a mart: pair it.
	ErrNoToken = errors.New("no token")

	// ErrLocked says that the keychain does not give out what it may have: it waits for a
	// person's password, say. Ask again later.
	ErrLocked = errors.New("the keychain is locked or does not answer")
)

// A Vault keeps the tokens of this PC, one for each server and mart: in the system's
// keychain, or in a file that only this user may read where there is no keychain, where
// it does not answer, or where it takes none so long (Windows: 2560 bytes). A token in the
// file is the newer one, and is used without asking the keychain.
//
// It may be used from several goroutines: what they ask is done one after another. The
// file is not for two processes that change it at once: the later one wins.
type Vault struct {
	Path string // of the file

	log      *slog.Logger
	keychain keychain
	turn     chan struct{} // holds one while something is done
}

// NewVault returns a Vault with its file at path, which need not exist.
func NewVault(path string, log *slog.Logger) *Vault {
	return &Vault{Path: path, log: log, turn: make(chan struct{}, 1)}
}

// Token returns what Keep was given last for server and mart, ErrNoToken, or an error that
// is ErrLocked. It waits at most 5 s for the keychain.
func (v *Vault) Token(ctx context.Context, server string, mart order.MartID) (string, error) {
	if err := v.begin(ctx); err != nil {
		return "", err
	}
	defer v.end()
	tokens, err := v.load()
	if err != nil {
		return "", err
	}
	if token := tokens.of(server, mart); token != "" {
		return token, nil
	}
	token, err := v.keychain.get(ctx, user(server, mart))
	if errors.Is(err, errNoKeychain) {
		return "", ErrNoToken
	}
	return token, err
}

// Keep stores a token in place of an earlier one. It is stored even if ctx ends
// meanwhile: it cannot be had again. An error means that it is not.
func (v *Vault) Keep(ctx context.Context, server string, mart order.MartID, token string) error {
	if token == "" || len(token) > wire.MaxToken {
		return fmt.Errorf("not a token: %w", order.ErrMalformed)
	}
	if err := v.begin(context.WithoutCancel(ctx)); err != nil {
		return err
	}
	defer v.end()
	locked := v.keychain.set(ctx, user(server, mart), token)
	if locked == nil {
		return v.dropFromFile(server, mart) // or its old one would be taken for the newer
	}
	v.log.Info("the token is kept in a file, not in the keychain", "err", locked)
	if err := v.keepInFile(server, mart, token); err != nil {
		return errors.Join(err, locked)
	}
	return nil
}

// Forget removes the token for server and mart. That there is none is no error. One that
// is ErrLocked says that the keychain may still have it.
func (v *Vault) Forget(ctx context.Context, server string, mart order.MartID) error {
	if err := v.begin(ctx); err != nil {
		return err
	}
	defer v.end()
	err := v.dropFromFile(server, mart)
	if inKeychain := v.keychain.remove(ctx, user(server, mart)); !errors.Is(inKeychain, errNoKeychain) {
		err = errors.Join(err, inKeychain)
	}
	return err
}

// user is what the keychain files a token under. Neither part has a space.
func user(server string, mart order.MartID) string { return server + " " + string(mart) }

func (v *Vault) begin(ctx context.Context) error {
	select {
	case v.turn <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (v *Vault) end() { <-v.turn }
