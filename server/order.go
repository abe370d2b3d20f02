package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/url"
	"time"

	"jumun/server/orderlog"
	"jumun/shared/order"
)

// orderTimeout is how long a person waits before being told that Redis is away.
const orderTimeout = 5 * time.Second

type orderCommand struct {
	Mart  order.MartID  `required:"" placeholder:"42" help:"ID of the mart."`
	Order order.OrderID `required:"" placeholder:"1001" help:"ID of the order, as staff call it out."`
	Redis string        `default:"redis://${embedded}" help:"The server's Redis. The default is that of a serve without --redis on this machine; give a password by the variable, not by the flag."`
	JSON  bool          `name:"json" help:"Print {\"id\",\"duplicate\"} for a script."`
}

// Help has examples.
func (orderCommand) Help() string {
	return "An order that was published within 48 hours is not published again: nothing rings, and this is said.\n\n" +
		"Example: jumun-server order --mart 42 --order 20260727-0001"
}

// Run records the order, as if an order service had published it.
func (c *orderCommand) Run(ctx context.Context, io streams) error {
	log, err := openLog(c.Redis, orderlog.Options{}, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	defer log.Close()
	ctx, cancel := context.WithTimeout(ctx, orderTimeout)
	defer cancel()
	e, duplicate, err := log.Record(ctx, order.Placement{Mart: c.Mart, Order: c.Order})
	if err != nil {
		return redisAway(c.Redis, err)
	}
	return c.print(io, e, duplicate)
}

func (c *orderCommand) print(io streams, e order.Event, duplicate bool) (err error) {
	switch {
	case c.JSON:
		err = json.NewEncoder(io.out).Encode(struct {
			ID        order.ID `json:"id"`
			Duplicate bool     `json:"duplicate"`
		}{e.ID, duplicate})
	case duplicate:
		_, err = fmt.Fprintf(io.out, "duplicate: %s for mart %s was recorded before as %s, and does not ring again\n", e.Order, e.Mart, e.ID)
	default:
		_, err = fmt.Fprintf(io.out, "recorded %s for mart %s as %s\n", e.Order, e.Mart, e.ID)
	}
	return err
}

func openLog(address string, opts orderlog.Options, log *slog.Logger) (*orderlog.Log, error) {
	l, err := orderlog.Open(address, opts, log)
	if err != nil {
		return nil, advise(fmt.Errorf("the Redis address cannot be used (%w)", err),
			"write it as redis://host:6379, rediss://… or unix:///path", "redis://호스트:6379 형식으로 적으세요")
	}
	return l, nil
}

func redisAway(address string, err error) error {
	return advise(fmt.Errorf("the Redis at %s cannot be used (%w)", place(address), err),
		`start "jumun-server serve", or name its Redis with --redis`, `"jumun-server serve"를 먼저 실행하거나 --redis로 Redis를 지정하세요`)
}

// place is a Redis address without its password.
func place(address string) string {
	u, err := url.Parse(address)
	switch {
	case err != nil:
		return "this address"
	case u.Scheme == "unix":
		return u.Path
	}
	return u.Host
}
