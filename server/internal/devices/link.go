package devices

import (
	"context"
	"errors"
	"fmt"

	"github.com/redis/go-redis/v9"

	"jumun/server/internal/redisconn"
	"jumun/shared/wire"
)

// linkKey is the key of what an administrator's link is good for.
func linkKey(key string) string { return redisconn.KeyPrefix + "link:" + key }

// OfferLink stores what a link is good for, under a key that does not give away its code.
func (r *Registry) OfferLink(ctx context.Context, key, sealed string) error {
	ctx, cancel := context.WithTimeout(ctx, redisconn.IOTimeout)
	defer cancel()
	if err := r.client.Set(ctx, linkKey(key), sealed, wire.LinkLife).Err(); err != nil {
		return fmt.Errorf("offer a link: %w", err)
	}
	return nil
}

// TakeLink removes and returns what a link is good for. Of several calls at the same time one gets it, the others
// ErrNoOffer.
func (r *Registry) TakeLink(ctx context.Context, key string) (sealed string, err error) {
	ctx, cancel := context.WithTimeout(ctx, redisconn.IOTimeout)
	defer cancel()
	sealed, err = r.client.GetDel(ctx, linkKey(key)).Result()
	switch {
	case errors.Is(err, redis.Nil):
		return "", ErrNoOffer
	case err != nil:
		return "", fmt.Errorf("take a link: %w", err)
	}
	return sealed, nil
}
