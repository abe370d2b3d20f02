package command

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"jumun/server/internal/eventlog"
	"jumun/shared/order"
	"jumun/shared/wire"
)

type orderCommand struct {
	Mart     order.MartID  `placeholder:"42" help:"ID of the mart."`
	Order    order.OrderID `placeholder:"1001" help:"ID of the order, as staff call it out."`
	Key      string        `placeholder:"KEY" help:"The publisher's own name for this one order: two orders with different keys are never taken for one."`
	Summary  string        `placeholder:"TEXT" help:"What was ordered, in one line."`
	Amount   string        `placeholder:"TEXT" help:"What was paid."`
	PlacedAt time.Time     `placeholder:"TIME" help:"When it was placed, such as 2026-07-27T20:00:00+09:00."`
	Message  string        `placeholder:"JSON" help:"Take the order from a message, as an order service publishes it; \"-\" reads it from standard input."`
	Cancel   bool          `help:"Withdraw the order."`
	DryRun   bool          `xor:"what" help:"Print what would become of it, and why, and who would hear it; publish nothing. Asks the Redis, not a server."`
	Show     bool          `xor:"what" help:"Print what happened to the orders of this number."`
	remote
	JSON bool `name:"json" help:"Print the answer as JSON, for a script."`
}

// Help has examples.
func (orderCommand) Help() string {
	return "An order that repeats one of the last 48 hours does not ring again, and the command says so.\n\n" +
		"Examples:\n\n  jumun-server order --mart 42 --order 20260727-0001\n\n  jumun-server order --mart 42 --order 20260727-0001 --cancel\n\n" +
		"  jumun-server order --mart 42 --order 20260727-0001 --show\n\n" +
		`  jumun-server order --dry-run --message '{"martId":42,"orderId":1001}'`
}

// Validate refuses what names no order.
func (c *orderCommand) Validate() error {
	switch {
	case c.Message != "" && (c.Mart != "" || c.Order != "" || c.Key != ""):
		return errors.New("give --message, or --mart and --order, not both")
	case c.Message == "" && (c.Mart == "" || c.Order == "" && (!c.Cancel || c.Key == "")):
		return errors.New("give --mart and --order, or --message; --cancel also takes --mart and --key")
	case c.Show && c.Order == "":
		return errors.New("--show needs --mart and --order")
	case c.DryRun && c.Cancel:
		return errors.New("--dry-run is about orders that are placed, not about --cancel")
	case c.DryRun && c.Server != "":
		return errors.New("--dry-run asks the Redis: give --redis, not --server")
	}
	_, err := order.ParseKey(c.Key)
	if c.Key == "" {
		return nil
	}
	return err
}

// Run publishes or withdraws the order, as an order service does, or tells of it.
func (c *orderCommand) Run(ctx context.Context, env environment) error {
	ctx, cancel := context.WithTimeout(ctx, commandTimeout)
	defer cancel()
	if c.Show {
		return c.show(ctx, env)
	}
	p, err := c.placement(env.stdin)
	switch {
	case err != nil:
		return err
	case c.DryRun && p.Cancelled:
		return advise(errors.New("the message is a withdrawal"), "--dry-run is about orders that are placed", "--dry-run은 새 주문에만 씁니다")
	case c.DryRun:
		return c.foresee(ctx, env, p)
	}
	published, err := c.publish(ctx, env, p)
	switch {
	case err != nil:
		return err
	case c.JSON:
		return json.NewEncoder(env.stdout).Encode(published)
	}
	_, err = fmt.Fprintln(env.stdout, strings.Join(strings.Fields(c.sentence(p, published)), " "))
	return err
}

// placement returns the order that the flags or the message name.
func (c *orderCommand) placement(stdin io.Reader) (order.Placement, error) {
	if c.Message == "" {
		return order.Placement{Mart: c.Mart, Order: c.Order, Key: c.Key, Cancelled: c.Cancel,
			Details: order.Details{Summary: c.Summary, Amount: c.Amount, PlacedAt: c.PlacedAt}}, nil
	}
	message := []byte(c.Message)
	if c.Message == "-" {
		var err error
		if message, err = io.ReadAll(io.LimitReader(stdin, wire.MaxPublication+1)); err != nil {
			return order.Placement{}, err
		}
	}
	p, err := wire.ParsePublication(message)
	if err != nil {
		return order.Placement{}, advise(fmt.Errorf("it would be refused, reason %s (%w)", wire.ReasonOf(err), err), "see PUBLISHERS.md", "PUBLISHERS.md를 보세요")
	}
	p.Cancelled = p.Cancelled || c.Cancel
	return p, nil
}

func (c *orderCommand) sentence(p order.Placement, published wire.Published) string {
	switch {
	case published.ID == eventlog.Beginning && p.Cancelled:
		return fmt.Sprintf("withdrawn: %s of mart %s was not recorded before; it will not ring", name(p), p.Mart)
	case published.ID == eventlog.Beginning:
		return fmt.Sprintf("withdrawn before: %s of mart %s does not ring", name(p), p.Mart)
	case p.Cancelled && published.Duplicate:
		return fmt.Sprintf("%s of mart %s was withdrawn before", name(p), p.Mart)
	case p.Cancelled:
		return fmt.Sprintf("withdrawn %s of mart %s as %s", name(p), p.Mart, published.ID)
	case published.Duplicate:
		return fmt.Sprintf("duplicate: %s for mart %s was recorded before as %s, and does not ring again", name(p), p.Mart, published.ID)
	}
	return fmt.Sprintf("recorded %s for mart %s as %s", name(p), p.Mart, published.ID)
}

// name returns what people call an order.
func name(p order.Placement) string {
	if p.Order != "" {
		return string(p.Order)
	}
	return "the order with the key " + p.Key
}

func (c *orderCommand) publish(ctx context.Context, env environment, p order.Placement) (published wire.Published, err error) {
	if c.Server != "" {
		err = c.call(ctx, env.token, http.MethodPost, wire.PublishPath, json.RawMessage(wire.Publication(p)), &published)
		return published, err
	}
	err = c.atRedis(ctx, func(log *eventlog.Log) error {
		p.Way = "command"
		e, duplicate, err := log.Record(ctx, p)
		published = wire.Published{ID: e.ID, Duplicate: duplicate}
		return err
	})
	return published, err
}

// atRedis calls do with the log, which has the limits of the servers.
func (c *orderCommand) atRedis(ctx context.Context, do func(*eventlog.Log) error) error {
	log, err := c.openLog()
	if err != nil {
		return err
	}
	defer log.Close()
	err = log.UseLimits(ctx)
	if err == nil {
		err = do(log)
	}
	if err != nil {
		return c.away(err)
	}
	return nil
}
