package escalation

import (
	"context"
	"encoding/json"
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
	due    map[string]event // by the field that notes it as told: it may not have been
}

const (
	// outageField is the field of the outage; the others are IDs of events.
	outageField = "offline"
	// duePrefix begins the fields of what may not have been told, and shownPrefix those of eventlog.Escalate.
	duePrefix, shownPrefix = "due:", "shown:"
)

// A dueEvent is an event as Redis holds it until it was told.
type dueEvent struct {
	Event      event  `json:"event"`
	Occurrence string `json:"occurrence"`
}

func parseTold(fields map[string]string) told {
	t := told{orders: make(map[order.ID]toldOrder), due: make(map[string]event)}
	for field, text := range fields {
		t.parse(field, []byte(text))
	}
	return t
}

// parse takes up a field. What is not ours is left out.
func (t *told) parse(field string, text []byte) {
	of, isDue := strings.CutPrefix(field, duePrefix)
	switch {
	case isDue:
		var d dueEvent
		if json.Unmarshal(text, &d) == nil {
			d.Event.occurrence = d.Occurrence
			t.due[of] = d.Event
		}
	case field == outageField:
		o := new(outage)
		if json.Unmarshal(text, o) == nil {
			t.outage = o
		}
	case !strings.HasPrefix(field, shownPrefix):
		var one toldOrder
		if json.Unmarshal(text, &one) == nil {
			t.orders[order.ID(field)] = one
		}
	}
}

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

// writeTold stores what people are told by a step, and its event as due, if it has one: both or nothing.
func writeTold(ctx context.Context, client redis.UniversalClient, mart order.MartID, st step) error {
	key, pipe := eventlog.ToldKey(mart), client.TxPipeline()
	if st.told == nil {
		pipe.HDel(ctx, key, st.field, shownPrefix+st.field)
	} else {
		body, err := json.Marshal(st.told)
		if err != nil {
			return err
		}
		pipe.HSet(ctx, key, st.field, body)
	}
	if st.event != nil {
		body, err := json.Marshal(dueEvent{*st.event, st.event.occurrence})
		if err != nil {
			return err
		}
		pipe.HSet(ctx, key, duePrefix+st.field, body)
	}
	pipe.PExpire(ctx, key, keepTold)
	_, err := pipe.Exec(ctx)
	return err
}

// doneTelling notes that what was due of a field was told.
func doneTelling(ctx context.Context, client redis.UniversalClient, mart order.MartID, field string) error {
	return client.HDel(ctx, eventlog.ToldKey(mart), duePrefix+field).Err()
}
