package escalation

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"jumun/server/internal/eventlog"
	"jumun/shared/order"
)

// keepTold is how long it is kept what people were told, if nothing more happens: longer than a log reaches back.
const keepTold = 30 * 24 * time.Hour

// toldOrder is what people were told of an order.
type toldOrder struct {
	Number      order.OrderID `json:"number"`
	Undelivered bool          `json:"undelivered,omitempty"`
	Unconfirmed int           `json:"unconfirmed,omitempty"` // so often
	Rang        int64         `json:"rang,omitempty"`        // since when it rings, ms since 1970; 0: since it was recorded
	Ended       int64         `json:"ended,omitempty"`       // when they were told of its end
	Round       int           `json:"round,omitempty"`       // so often it was opened again after that
}

func (t toldOrder) any() bool { return t.Undelivered || t.Unconfirmed > 0 }

// outage is that nobody can be heard at a mart.
type outage struct {
	Since   int64 `json:"since"` // when that was noticed, ms since 1970
	Told    bool  `json:"told,omitempty"`
	Revoked int   `json:"revoked,omitempty"` // so many devices are known, and all of them are revoked: nobody is missed
}

// told is what people were told about a mart.
type told struct {
	orders map[order.ID]toldOrder
	outage *outage
}

// outageField is the field of the outage; the others are IDs of events.
const outageField = "offline"

func parseTold(fields map[string]string) told {
	t := told{orders: make(map[order.ID]toldOrder)}
	for field, text := range fields {
		if field == outageField {
			o := new(outage)
			if json.Unmarshal([]byte(text), o) == nil {
				t.outage = o
			}
			continue
		}
		var one toldOrder
		if !strings.HasPrefix(field, shownPrefix) && json.Unmarshal([]byte(text), &one) == nil {
			t.orders[order.ID(field)] = one
		}
	}
	return t
}

// shownPrefix begins the fields of eventlog.Escalate.
const shownPrefix = "shown:"

// readTold returns what people were told about each of these marts, in one round trip.
func readTold(ctx context.Context, client redis.UniversalClient, marts []order.MartID) ([]told, error) {
	pipe, answers := client.Pipeline(), make([]*redis.MapStringStringCmd, len(marts))
	for i, mart := range marts {
		answers[i] = pipe.HGetAll(ctx, eventlog.ToldKey(mart))
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return nil, fmt.Errorf("read what people were told: %w", err)
	}
	all := make([]told, len(marts))
	for i, answer := range answers {
		all[i] = parseTold(answer.Val())
	}
	return all, nil
}

// writeTold stores what people were told, in the field of a mart. nil removes it.
func writeTold(ctx context.Context, client redis.UniversalClient, mart order.MartID, field string, what any) error {
	key := eventlog.ToldKey(mart)
	if what == nil {
		return client.HDel(ctx, key, field, shownPrefix+field).Err()
	}
	body, err := json.Marshal(what)
	if err == nil {
		err = errors.Join(client.HSet(ctx, key, field, body).Err(), client.PExpire(ctx, key, keepTold).Err())
	}
	return err
}
