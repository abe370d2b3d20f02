package escalation

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"jumun/server/internal/redistest"
	"jumun/shared/order"
)

// counted counts commands.
type counted struct{ commands int }

func (c *counted) DialHook(next redis.DialHook) redis.DialHook { return next }

func (c *counted) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		c.commands++
		return next(ctx, cmd)
	}
}

func (c *counted) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []redis.Cmder) error {
		c.commands += len(cmds)
		return next(ctx, cmds)
	}
}

func TestOrdersThatWaitAreNotReadAgainUntilSomethingHappensAtTheirMart(t *testing.T) {
	const mart, waiting = "42", 300
	e := serverOn(t, redistest.Start(t).URL())
	e.forget()
	record := func(number string) {
		t.Helper()
		if _, _, err := e.opts.Orders.Record(t.Context(), order.Placement{Mart: mart, Order: order.OrderID(number)}); err != nil {
			t.Fatal(err)
		}
	}
	c := &counted{}
	look := func() int {
		t.Helper()
		c.commands = 0
		if err := e.lookAt(t.Context(), impatient(), []order.MartID{mart}, newRounds(time.Hour)); err != nil {
			t.Fatal(err)
		}
		return c.commands
	}
	for i := range waiting {
		record(fmt.Sprint(i))
	}
	e.opts.Orders.Client().AddHook(c)
	look() // and tells people, which is in the log
	look()
	if n := look(); n > 10 {
		t.Errorf("a mart where nothing happens costs %d commands", n)
	}
	record("new")
	if _, err := e.opts.Orders.Ack(t.Context(), mart, "7", "카운터"); err != nil {
		t.Fatal(err)
	}
	look()
	told := queued(t, e.opts.Orders.Client())[mart]
	slices.Sort(told)
	if want := append([]Cause{Confirmed}, slices.Repeat([]Cause{Undelivered}, waiting+1)...); !slices.Equal(told, want) {
		t.Errorf("people were told %d times: %v", len(told), told)
	}
}
