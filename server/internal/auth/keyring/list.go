package keyring

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"jumun/server/internal/auth/token"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// Why the tokens of a key cannot be renewed.
var (
	// ErrSigns means that no other key signs: a new token would be of the same key.
	ErrSigns = errors.New("the servers sign with this key: a new token would be of it too; make another key, and wait until it is ten minutes old")
	// ErrLent means that a token needs its first key, whoever renews it.
	ErrLent = errors.New("others hold this key, and what is made of its tokens needs it too")
)

// A Registry knows devices and other holders, and what was revoked: a *devices.Registry.
type Registry interface {
	At(ctx context.Context, wanted ...wire.Revocation) ([]time.Time, error)
	Find(ctx context.Context, id string, marts ...order.MartID) ([]wire.Device, error)
}

// List returns the keys of a file, of which nil is none, and those of which Redis knows, the oldest first,
// with what is known of them.
func (s *Store) List(ctx context.Context, file *token.Keys, registry Registry) ([]wire.Key, error) {
	stored, err := s.Keys(ctx)
	if err != nil {
		return nil, err
	}
	list := InFile(file)
	for kid, k := range stored {
		i := slices.IndexFunc(list, func(k wire.Key) bool { return k.ID == kid })
		if i < 0 {
			i = len(list)
			list = append(list, wire.Key{ID: kid, Made: k.Made, Lent: k.Lent, Missing: file != nil || time.Since(k.Seen) > recent})
		}
		list[i].Seen = k.Seen
	}
	if err := s.addTokens(ctx, list); err != nil {
		return nil, err
	}
	if err := addRevoked(ctx, list, registry); err != nil {
		return nil, err
	}
	markSigner(list, time.Now())
	if err := s.addHolders(ctx, list, registry); err != nil {
		return nil, err
	}
	slices.SortFunc(list, func(a, b wire.Key) int { return cmp.Or(a.Made.Compare(b.Made), cmp.Compare(a.ID, b.ID)) })
	return list, nil
}

// InFile returns the keys of a file, of which nil is none.
func InFile(file *token.Keys) []wire.Key {
	list := []wire.Key{}
	if file == nil {
		return list
	}
	for _, k := range file.List() {
		list = append(list, wire.Key{ID: k.ID, Made: k.Made, Lent: k.Lent, Roles: k.Roles, Marts: k.Marts})
	}
	markSigner(list, time.Now())
	return list
}

func (s *Store) addTokens(ctx context.Context, list []wire.Key) error {
	var all []string
	for _, k := range list {
		all = append(all, k.ID)
	}
	held, err := s.Count(ctx, all)
	if err != nil {
		return err
	}
	renewals, err := s.Renewals(ctx)
	for i, k := range list {
		list[i].Tokens, list[i].Renewed, list[i].LastEnds, list[i].RenewalAt = held[k.ID].Tokens, held[k.ID].Renewed, held[k.ID].Last, renewals[k.ID]
	}
	return err
}

func addRevoked(ctx context.Context, list []wire.Key, registry Registry) error {
	if len(list) == 0 {
		return nil
	}
	var wanted []wire.Revocation
	for _, k := range list {
		wanted = append(wanted, wire.Revocation{Key: k.ID})
	}
	at, err := registry.At(ctx, wanted...)
	for i := range at {
		list[i].RevokedAt = at[i]
	}
	return err
}

// markSigner marks the key with which the servers sign at the time now: of their own keys that are not
// revoked the newest one that is old enough, or the oldest.
func markSigner(list []wire.Key, now time.Time) {
	signer := -1
	for i, k := range list {
		list[i].Signs = false
		if k.Lent || k.Missing || !k.RevokedAt.IsZero() {
			continue
		}
		if signer < 0 || isBetter(k, list[signer], now) {
			signer = i
		}
	}
	if signer >= 0 {
		list[signer].Signs = true
	}
}

// isBetter reports whether k signs rather than other.
func isBetter(k, other wire.Key, now time.Time) bool {
	old := now.Add(-token.SignAge)
	if k.Made.After(old) || other.Made.After(old) {
		return k.Made.Before(other.Made)
	}
	return !k.Made.Before(other.Made)
}

// Renew asks for new tokens in place of those that a key has signed until now. It fails if new ones would
// need that key too.
func (s *Store) Renew(ctx context.Context, kid string) error {
	stored, err := s.Keys(ctx)
	if err != nil {
		return err
	}
	k, known := stored[kid]
	switch {
	case !known:
		return ErrUnknownKey
	case k.Lent:
		return ErrLent
	case !slices.ContainsFunc(slices.Collect(maps.Values(stored)), func(other Key) bool {
		return !other.Lent && other.Made.After(k.Made) && time.Since(other.Made) >= token.SignAge
	}):
		return ErrSigns
	}
	return s.askRenewal(ctx, kid)
}
