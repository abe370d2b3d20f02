package keyring

import (
	"context"
	"fmt"
	"slices"

	"jumun/server/internal/redisconn"
	"jumun/shared/wire"
)

// maxHoldersNamed is of how many tokens List tells the holders: those that are left when keys are changed.
const maxHoldersNamed = 100

// addHolders tells who holds the tokens of the keys that do not sign any more, if they are few. Those of
// whom every token was revoked need no key: they are not counted any more.
func (s *Store) addHolders(ctx context.Context, list []wire.Key, registry Registry) error {
	for i, k := range list {
		if k.Signs || k.Lent || k.Tokens == 0 || k.Tokens > maxHoldersNamed {
			continue
		}
		holders, err := s.holdersOf(ctx, k.ID, registry)
		if err != nil {
			return err
		}
		list[i].Holders, list[i].Tokens = holders, int64(len(holders))
	}
	return nil
}

func (s *Store) holdersOf(ctx context.Context, kid string, registry Registry) (holders []wire.Device, err error) {
	ids, err := s.client.ZRange(ctx, tokensKey+kid, 0, maxHoldersNamed-1).Result()
	if err != nil {
		return nil, fmt.Errorf("read who holds the tokens of a key: %w", err)
	}
	for _, id := range ids {
		d, valid, err := lookUp(ctx, id, registry)
		if err == nil && !valid {
			err = s.drop(ctx, kid, id)
		}
		if err != nil {
			return nil, err
		}
		if valid {
			holders = append(holders, d)
		}
	}
	return holders, nil
}

// lookUp returns what is known of a holder at one of its marts. valid reports whether it is not revoked
// everywhere.
func lookUp(ctx context.Context, id string, registry Registry) (d wire.Device, valid bool, err error) {
	at, err := registry.At(ctx, wire.Revocation{Device: id})
	if err != nil || !at[0].IsZero() {
		return wire.Device{}, false, err
	}
	found, err := registry.Find(ctx, id)
	if err != nil || len(found) == 0 { // it may not be listed yet
		return wire.Device{ID: id}, true, err
	}
	i := slices.IndexFunc(found, func(d wire.Device) bool { return d.RevokedAt.IsZero() })
	return found[max(i, 0)], i >= 0, nil
}

// drop counts a holder no more.
func (s *Store) drop(ctx context.Context, kid, holder string) error {
	ctx, cancel := context.WithTimeout(ctx, redisconn.IOTimeout)
	defer cancel()
	if err := s.client.ZRem(ctx, tokensKey+kid, holder).Err(); err != nil {
		return fmt.Errorf("drop a holder of a key's tokens: %w", err)
	}
	return nil
}
