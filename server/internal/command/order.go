package command

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"

	"jumun/server/internal/eventlog"
	"jumun/shared/order"
	"jumun/shared/wire"
)

type orderCommand struct {
	Mart  order.MartID  `required:"" placeholder:"42" help:"ID of the mart."`
	Order order.OrderID `required:"" placeholder:"1001" help:"ID of the order, as staff call it out."`
	target
	JSON bool `name:"json" help:"Print {\"id\",\"duplicate\"} for a script."`
}

// Help has examples.
func (orderCommand) Help() string {
	return "An order that was published within 48 hours is not published again: nothing rings, and this is said.\n\n" +
		"Example: jumun-server order --mart 42 --order 20260727-0001"
}

// Run records the order, as if an order service had published it.
func (c *orderCommand) Run(ctx context.Context, io streams, s secrets) error {
	ctx, cancel := context.WithTimeout(ctx, commandTimeout)
	defer cancel()
	p := order.Placement{Mart: c.Mart, Order: c.Order}
	if c.Server != "" {
		var answer wire.Published
		if err := c.call(ctx, s, http.MethodPost, wire.PublishPath, json.RawMessage(wire.Publication(p)), &answer); err != nil {
			return err
		}
		return c.print(io, answer)
	}
	log, err := openLog(c.Redis, eventlog.Options{}, quietly())
	if err != nil {
		return err
	}
	defer log.Close()
	e, duplicate, err := log.Record(ctx, p)
	if err != nil {
		return redisAway(c.Redis, err)
	}
	return c.print(io, wire.Published{ID: e.ID, Duplicate: duplicate})
}

func (c *orderCommand) print(io streams, p wire.Published) (err error) {
	switch {
	case c.JSON:
		err = json.NewEncoder(io.out).Encode(p)
	case p.Duplicate:
		_, err = fmt.Fprintf(io.out, "duplicate: %s for mart %s was recorded before as %s, and does not ring again\n", c.Order, c.Mart, p.ID)
	default:
		_, err = fmt.Fprintf(io.out, "recorded %s for mart %s as %s\n", c.Order, c.Mart, p.ID)
	}
	return err
}

func openLog(address string, opts eventlog.Options, log *slog.Logger) (*eventlog.Log, error) {
	l, err := eventlog.Open(address, opts, log)
	if err != nil {
		return nil, badAddress(err)
	}
	return l, nil
}

// quietly is for commands, which say themselves what went wrong.
func quietly() *slog.Logger { return slog.New(slog.DiscardHandler) }

func badAddress(err error) error {
	return advise(fmt.Errorf("the Redis address cannot be used (%w)", err),
		"write it as redis://host:6379, rediss://… or unix:///path", "redis://호스트:6379 형식으로 적으세요")
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
