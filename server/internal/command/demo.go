package command

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"jumun/server/internal/wait"
	"jumun/shared/order"
	"jumun/shared/wire"
)

type demoCommand struct {
	Mart  order.MartID  `default:"42" help:"ID of the mart that gets the orders."`
	Every time.Duration `default:"15s" help:"Time between orders, more or less a fifth. The first one comes at once."`
	Count int           `default:"0" help:"End after so many orders; 0: go on until stopped."`
	Topic string        `default:"order" help:"Pub/Sub topic to publish on, as the server's --topic."`
	redisFlag
}

// Help says what the demo does.
func (demoCommand) Help() string {
	return "Publishes orders the way an order service does, numbered by day: 20260727-0001 and on. Waits for a Redis that is not there yet.\n\n" +
		"Example: jumun-server demo --mart 42 --every 5s --count 10"
}

// Validate refuses flags that cannot work.
func (c *demoCommand) Validate() error {
	if c.Every <= 0 || c.Count < 0 {
		return errors.New("--every must be positive, --count must not be negative")
	}
	return nil
}

// Run publishes until Count orders are out or ctx ends.
func (c *demoCommand) Run(ctx context.Context, env environment) error {
	log, err := c.openLog()
	if err != nil { // no address: nothing to wait for
		return err
	}
	_ = log.Close()
	for n := 1; ; n++ {
		if err := c.publish(ctx, env); err != nil {
			return nil // it was asked to stop
		}
		if n == c.Count {
			return nil
		}
		wait.For(ctx, time.Duration((0.8+0.4*rand.Float64())*float64(c.Every)))
	}
}

// publish publishes one order, however long Redis is away. It fails when ctx ends.
func (c *demoCommand) publish(ctx context.Context, env environment) error {
	for waiting := false; ctx.Err() == nil; wait.For(ctx, time.Second) {
		number, subscribers, err := c.try(ctx)
		switch {
		case err == nil:
			c.print(env, number, subscribers)
			return nil
		case ctx.Err() == nil && !waiting:
			waiting = true
			fmt.Fprintln(env.stderr, env.language.message(c.away(err)))
			fmt.Fprintln(env.stderr, env.language.choose("waiting for it", "기다리는 중입니다"))
		}
	}
	return ctx.Err()
}

// try publishes one order. It opens the Redis anew: one inside a server has another password each time
// that the server is started.
func (c *demoCommand) try(ctx context.Context) (number order.OrderID, subscribers int64, err error) {
	log, err := c.openLog()
	if err != nil {
		return "", 0, err
	}
	defer log.Close()
	day := time.Now().Format("20060102")
	n, err := log.Number(ctx, day+":"+string(c.Mart))
	if err != nil {
		return "", 0, err
	}
	number = order.OrderID(fmt.Sprintf("%s-%04d", day, n))
	subscribers, err = log.Publish(ctx, c.Topic, wire.Publication(order.Placement{Mart: c.Mart, Order: number}))
	return number, subscribers, err
}

func (c *demoCommand) print(env environment, number order.OrderID, subscribers int64) {
	if subscribers == 0 {
		fmt.Fprintf(env.stdout, "%s for mart %s: no server listens on topic %q, this order is lost: start \"jumun-server serve\"\n", number, c.Mart, c.Topic)
		return
	}
	fmt.Fprintf(env.stdout, "%s for mart %s: published, heard by %d\n", number, c.Mart, subscribers)
}
