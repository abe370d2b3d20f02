package devices

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"

	"jumun/server/internal/redisconn"
	"jumun/server/internal/revocation"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// ErrNoOffer means that nothing is offered under a key: it never was, has expired, or was
// redeemed.
var ErrNoOffer = errors.New("nothing is offered")

var (
	//go:embed redeem.lua
	redeemScript string

	redeem = redis.NewScript(revocation.NowScript + redeemScript)
)

// An Offer is what a code is good for.
type Offer struct {
	wire.Pairing
	Maker Maker `json:"maker,omitzero"`
}

// MartName returns what people call a mart; "" if no offer that was redeemed had a name.
func (r *Registry) MartName(ctx context.Context, mart order.MartID) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, redisconn.IOTimeout)
	defer cancel()
	name, err := r.client.Get(ctx, nameKey(mart)).Result()
	if err != nil && !errors.Is(err, redis.Nil) {
		return "", fmt.Errorf("read the name of a mart: %w", err)
	}
	return order.Line(name, order.MaxName), nil
}

// MartNames returns what people call each of these marts, in one round trip.
func (r *Registry) MartNames(ctx context.Context, marts []order.MartID) ([]string, error) {
	pipe, asked := r.client.Pipeline(), make([]*redis.StringCmd, len(marts))
	for i, mart := range marts {
		asked[i] = pipe.Get(ctx, nameKey(mart))
	}
	if _, err := pipe.Exec(ctx); err != nil && !errors.Is(err, redis.Nil) {
		return nil, fmt.Errorf("read the names of marts: %w", err)
	}
	names := make([]string, len(marts))
	for i, name := range asked {
		names[i] = order.Line(name.Val(), order.MaxName)
	}
	return names, nil
}

// NameMart stores what people call a mart; its devices and the console show it.
func (r *Registry) NameMart(ctx context.Context, mart order.MartID, name string) error {
	ctx, cancel := context.WithTimeout(ctx, redisconn.IOTimeout)
	defer cancel()
	if err := r.client.Set(ctx, nameKey(mart), name, 0).Err(); err != nil {
		return fmt.Errorf("name a mart: %w", err)
	}
	return nil
}

// Offer stores o for the duration life; the first call of Redeem gets it. The name that o gives the mart is
// from then on its name, if it has one: of marts that are made up, nothing is left. Redis sees key, so
// key must not give away the code. Offer replaces an offer under the same key.
func (r *Registry) Offer(ctx context.Context, key string, o Offer, life time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, redisconn.IOTimeout)
	defer cancel()
	body, err := json.Marshal(o)
	if err == nil {
		err = r.client.Set(ctx, offerKey(key), body, max(life, time.Millisecond)).Err() // 0 would be for ever
	}
	if err == nil && o.Name != "" {
		err = r.client.SetXX(ctx, nameKey(o.MartID), o.Name, 0).Err()
	}
	if err != nil {
		return fmt.Errorf("offer a pairing: %w", err)
	}
	return nil
}

// Redeem removes and returns the offer under key. Of several calls at the same time one gets
// it. After an error other than ErrNoOffer it is not known whether the offer still exists. When an answer is lost on the way, the command is sent again,
// and Redeem may return ErrNoOffer: an offer is lost rather than redeemed twice.
//
// An offer that was made before the tokens of its mart were revoked is refused: the person who
// was locked out may have it. So is one whose Maker is revoked, and one that would have lasted longer than a code does.
func (r *Registry) Redeem(ctx context.Context, key string) (Offer, error) {
	o, err := r.take(ctx, key, "GETDEL")
	if err == nil && o.Name != "" {
		ctx, cancel := context.WithTimeout(ctx, redisconn.IOTimeout)
		defer cancel()
		_ = r.client.Set(ctx, nameKey(o.MartID), o.Name, 0).Err() // for people only: the device is paired all the same
	}
	return o, err
}

// Offered returns what Redeem would return now, and leaves the offer where it is.
func (r *Registry) Offered(ctx context.Context, key string) (Offer, error) {
	return r.take(ctx, key, "GET")
}

// take reads the offer under key with a command of Redis.
func (r *Registry) take(ctx context.Context, key, command string) (Offer, error) {
	ctx, cancel := context.WithTimeout(ctx, redisconn.IOTimeout)
	defer cancel()
	answer, err := redeem.Run(ctx, r.client, []string{offerKey(key)}, command).Slice()
	if err != nil {
		return Offer{}, fmt.Errorf("redeem a pairing: %w", err)
	}
	if len(answer) != 3 || answer[1] == nil {
		return Offer{}, ErrNoOffer
	}
	body, _ := answer[1].(string)
	o, err := parseOffer(body)
	if err != nil {
		r.foreign.Skip("err", err)
		return Offer{}, ErrNoOffer
	}
	now, _ := answer[0].(string)
	left, _ := answer[2].(int64)
	at, err := revocation.ParseTime(now)
	if err == nil {
		err = r.checkOffer(ctx, o, at, time.Duration(left)*time.Millisecond)
	}
	return o, err
}

// checkOffer returns ErrNoOffer unless an offer that would have lasted for left may be redeemed.
func (r *Registry) checkOffer(ctx context.Context, o Offer, at time.Time, left time.Duration) error {
	if left < 0 || left > wire.CodeLife {
		r.foreign.Skip("err", redisconn.NotOurs("an offer"))
		return ErrNoOffer
	}
	revoked, err := r.At(ctx, wire.Revocation{MartID: o.MartID}, wire.Revocation{MartID: wire.AnyMart})
	if err != nil {
		return fmt.Errorf("redeem a pairing: %w", err)
	}
	made := at.Add(left - wire.CodeLife)
	for _, since := range revoked {
		if made.Before(since) {
			return ErrNoOffer
		}
	}
	void, err := r.makerVoid(ctx, o.Maker, o.MartID)
	if err == nil && void {
		return ErrNoOffer
	}
	return err
}

// parseOffer does not repeat what it read. Its errors wrap order.ErrMalformed.
func parseOffer(body string) (Offer, error) {
	var o Offer
	if json.Unmarshal([]byte(body), &o) != nil {
		return Offer{}, redisconn.NotOurs("an offer")
	}
	if _, err := order.ParseMartID(string(o.MartID)); err != nil {
		return Offer{}, redisconn.NotOurs("an offer")
	}
	o.Name = order.Line(o.Name, order.MaxName)
	return o, nil
}
