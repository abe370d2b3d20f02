package escalation

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"slices"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"jumun/server/internal/devices"
	"jumun/server/internal/escalation/webhook"
	"jumun/server/internal/eventlog"
	"jumun/server/internal/redistest"
	"jumun/shared/order"
)

var errKilled = errors.New("the server was killed")

// killedAfter ends a server after so many of the commands by which it reads and writes orders, and what people were
// told of them: Redis gets no further one.
type killedAfter struct{ commands int }

func (k *killedAfter) next() error {
	if k.commands--; k.commands < 0 {
		return errKilled
	}
	return nil
}

func (k *killedAfter) DialHook(next redis.DialHook) redis.DialHook { return next }

func (k *killedAfter) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		if err := k.next(); err != nil {
			cmd.SetErr(err)
			return err
		}
		return next(ctx, cmd)
	}
}

func (k *killedAfter) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []redis.Cmder) error {
		if err := k.next(); err != nil {
			return err
		}
		return next(ctx, cmds)
	}
}

// impatient is a policy by which each order is told at once, in the very millisecond of its recording.
func impatient() *Policy {
	u, _ := url.Parse("https://hq.example.com/")
	return &Policy{zone: time.UTC, targets: []target{{Target: webhook.Target{Name: "hq", URL: u}, language: korean}},
		general: rules{times: Times{Unconfirmed: []time.Duration{time.Hour}, Offline: time.Hour}}}
}

// serverOn returns what acts on a server of a Redis.
func serverOn(t *testing.T, address string) *Escalator {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	orders, err := eventlog.Open(address, eventlog.Options{}, log)
	if err != nil {
		t.Fatal(err)
	}
	known, err := devices.Open(address, devices.Options{}, log)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = orders.Close(); _ = known.Close() })
	return &Escalator{opts: Options{Watched: Watched{Orders: orders, Devices: known}, Log: log,
		CountEscalation: func(string) {}, CountWebhook: func(string, string) {}}}
}

// looksAt looks once at a mart.
func (e *Escalator) looksAt(t *testing.T, mart order.MartID) {
	t.Helper()
	e.forget()
	if err := e.lookAt(t.Context(), impatient(), []order.MartID{mart}, newRounds(time.Hour)); err != nil && !errors.Is(err, errKilled) {
		t.Fatal(err)
	}
}

// queued returns the causes that wait for a target, by mart.
func queued(t *testing.T, client redis.UniversalClient) map[order.MartID][]Cause {
	t.Helper()
	keys, err := client.Keys(t.Context(), "*:messages").Result()
	if err != nil {
		t.Fatal(err)
	}
	all := make(map[order.MartID][]Cause)
	for _, key := range keys {
		for _, text := range client.HVals(t.Context(), key).Val() {
			var m struct{ Body event }
			if err := json.Unmarshal([]byte(text), &m); err != nil {
				t.Fatal(err)
			}
			all[m.Body.Data.MartID] = append(all[m.Body.Data.MartID], m.Body.Type)
		}
	}
	return all
}

func TestWhoeverWasToldOfAnOrderIsToldOfItsEndThoughAServerWasKilledAtAnyCommand(t *testing.T) {
	address := redistest.Start(t).URL()
	next := serverOn(t, address)
	marts := []order.MartID{}
	for commands, alive := 0, false; !alive; commands++ {
		mart := order.MartID(fmt.Sprint("m", commands))
		marts = append(marts, mart)
		if _, _, err := next.opts.Orders.Record(t.Context(), order.Placement{Mart: mart, Order: "1"}); err != nil {
			t.Fatal(err)
		}
		killed, kill := serverOn(t, address), &killedAfter{commands}
		killed.opts.Orders.Client().AddHook(kill)
		killed.looksAt(t, mart)
		alive = kill.commands >= 0
		if _, err := next.opts.Orders.Ack(t.Context(), mart, "1", "카운터"); err != nil {
			t.Fatal(err)
		}
		next.looksAt(t, mart)
	}
	told := queued(t, next.opts.Orders.Client())
	both := []Cause{Confirmed, Undelivered}
	for _, mart := range marts {
		slices.Sort(told[mart])
		if len(told[mart]) > 0 && !slices.Equal(told[mart], both) {
			t.Errorf("of %s, whose server was killed after so many commands, people were told %v", mart, told[mart])
		}
	}
	if last := marts[len(marts)-1]; len(marts) < 8 || !slices.Equal(told[last], both) {
		t.Errorf("a server that lives has told %v after %d commands", told[last], len(marts)-1)
	}
}
