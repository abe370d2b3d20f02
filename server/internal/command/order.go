package command

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"jumun/shared/order"
	"jumun/shared/wire"
)

type orderCommand struct {
	Mart  order.MartID  `required:"" placeholder:"42" help:"ID of the mart."`
	Order order.OrderID `required:"" placeholder:"1001" help:"ID of the order, as staff call it out."`
	remote
	JSON bool `name:"json" help:"Print {\"id\",\"duplicate\"} for a script."`
}

// Help has examples.
func (orderCommand) Help() string {
	return "An order that was published within 48 hours is not published again: nothing rings, and the command says so.\n\n" +
		"Example: jumun-server order --mart 42 --order 20260727-0001"
}

// Run records the order, as if an order service had published it.
func (c *orderCommand) Run(ctx context.Context, env environment) error {
	ctx, cancel := context.WithTimeout(ctx, commandTimeout)
	defer cancel()
	published, err := c.publish(ctx, env)
	switch {
	case err != nil:
		return err
	case c.JSON:
		return json.NewEncoder(env.stdout).Encode(published)
	case published.Duplicate:
		_, err = fmt.Fprintf(env.stdout, "duplicate: %s for mart %s was recorded before as %s, and does not ring again\n", c.Order, c.Mart, published.ID)
	default:
		_, err = fmt.Fprintf(env.stdout, "recorded %s for mart %s as %s\n", c.Order, c.Mart, published.ID)
	}
	return err
}

func (c *orderCommand) publish(ctx context.Context, env environment) (published wire.Published, err error) {
	p := order.Placement{Mart: c.Mart, Order: c.Order}
	if c.Server != "" {
		err = c.call(ctx, env.token, http.MethodPost, wire.PublishPath, json.RawMessage(wire.Publication(p)), &published)
		return published, err
	}
	log, err := c.openLog()
	if err != nil {
		return published, err
	}
	defer log.Close()
	e, duplicate, err := log.Record(ctx, p)
	if err != nil {
		return published, c.away(err)
	}
	return wire.Published{ID: e.ID, Duplicate: duplicate}, nil
}
