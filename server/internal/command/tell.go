package command

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"jumun/server/internal/devices"
	"jumun/server/internal/eventlog"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// show prints what happened to the orders of a number.
func (c *orderCommand) show(ctx context.Context, env environment) error {
	var h wire.History
	if c.Server != "" {
		if err := c.call(ctx, env.token, http.MethodGet, wire.HistoryPath(c.Mart, c.Order), nil, &h); err != nil {
			return err
		}
	} else if err := c.readHistory(ctx, &h); err != nil {
		return err
	}
	if c.JSON {
		return json.NewEncoder(env.stdout).Encode(h)
	}
	if len(h.Orders) == 0 {
		fmt.Fprintf(env.stdout, "the log of mart %s has no order %s\n", c.Mart, c.Order)
	}
	for _, o := range h.Orders {
		fmt.Fprint(env.stdout, past(o))
	}
	if h.Cut {
		fmt.Fprintln(env.stdout, "the log is longer than what was read of it: there may be newer ones")
	}
	fmt.Fprintf(env.stdout, "\nwho could hear mart %s:\n", c.Mart)
	return printDevices(env.stdout, h.Devices)
}

// readHistory fills in h from Redis.
func (c *orderCommand) readHistory(ctx context.Context, h *wire.History) error {
	err := c.atRedis(ctx, func(log *eventlog.Log) (err error) {
		*h, err = log.History(ctx, c.Mart, c.Order)
		return err
	})
	if err != nil {
		return err
	}
	registry, err := c.openDevices()
	if err != nil {
		return err
	}
	defer registry.Close()
	if err := registry.FillHistory(ctx, h); err != nil {
		return c.away(err)
	}
	return nil
}

func (c *orderCommand) devicesOf(ctx context.Context, mart order.MartID) ([]wire.Device, error) {
	registry, err := c.openDevices()
	if err != nil {
		return nil, err
	}
	defer registry.Close()
	list, err := registry.Devices(ctx, mart)
	if err != nil {
		return nil, c.away(err)
	}
	return list, nil
}

// past returns an order for people: a line, and one for each thing that happened to it.
func past(o wire.PastOrder) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s  recorded %s", oneLine(o.ID), date(o.At))
	for _, detail := range []struct{ name, value string }{{"by", o.Way}, {"key", o.Key}, {"amount", o.Amount}, {"summary", o.Summary}} {
		if detail.value != "" {
			fmt.Fprintf(&b, ", %s %s", detail.name, oneLine(detail.value))
		}
	}
	if o.Open {
		fmt.Fprint(&b, ": nobody has confirmed it")
	}
	fmt.Fprintln(&b)
	for _, e := range o.Events {
		fmt.Fprintf(&b, "  %s  %s", date(e.At), map[string]string{wire.AckEvent: "confirmed", wire.CancelEvent: "withdrawn by its publisher",
			wire.ReopenEvent: "the confirmation was taken back", wire.EscalateEvent: "nobody had answered it: people outside of the store were told"}[e.Event])
		if e.Device != "" {
			fmt.Fprintf(&b, " on %s", oneLine(e.Device))
		}
		fmt.Fprintln(&b)
	}
	for _, d := range o.Deliveries {
		fmt.Fprintf(&b, "  %s  %s: %s\n", date(d.At), oneLine(cmp.Or(d.Name, d.Device)), map[string]string{wire.DeliveryReceived: "sent, and the device has told that it has it",
			wire.DeliverySent: "sent; the device has not told yet that it has it", wire.DeliveryWaiting: "not sent: the device was not connected since", wire.DeliveryUnknown: "not known"}[d.State])
	}
	return b.String()
}

// foresee prints what would become of an order, and who would hear it.
func (c *orderCommand) foresee(ctx context.Context, env environment, p order.Placement) error {
	var f wire.Forecast
	err := c.atRedis(ctx, func(log *eventlog.Log) (err error) {
		f, err = log.Foresee(ctx, p)
		return err
	})
	if err != nil {
		return err
	}
	list, err := c.devicesOf(ctx, p.Mart)
	if err != nil {
		return err
	}
	if c.JSON {
		return json.NewEncoder(env.stdout).Encode(struct {
			wire.Forecast
			Devices []wire.Device `json:"devices"`
		}{f, list})
	}
	fmt.Fprintf(env.stdout, "understood: mart %s, %s\n%s\n", p.Mart, name(p), forecast(f))
	if len(list) > 0 {
		return printDevices(env.stdout, list)
	}
	fmt.Fprintf(env.stdout, "NOBODY would hear it: no device of mart %q is paired%s\n", p.Mart, c.similar(ctx, p.Mart))
	return nil
}

func forecast(f wire.Forecast) string {
	switch {
	case f.Why == wire.WhyUsed:
		return fmt.Sprintf("it would ring: another order has had the number, as %s, but something differs, or it was confirmed an hour ago", f.ID)
	case f.Why == wire.WhyNew:
		return "it would ring: the number is new"
	case f.ID == eventlog.Beginning:
		return "it would not ring: it was withdrawn before it came"
	}
	why := map[string]string{wire.WhyKey: "the key is the same", wire.WhyOpen: "nothing differs, and nobody has confirmed that one",
		wire.WhyConfirmed: "nothing differs, and that one was confirmed or withdrawn at " + date(f.Confirmed)}[f.Why]
	return fmt.Sprintf("it would not ring: it repeats %s of %s: %s", f.ID, date(f.ID.Time()), why)
}

// similar names a mart that has devices and whose ID differs in capitals only.
func (c *orderCommand) similar(ctx context.Context, mart order.MartID) string {
	registry, err := c.openDevices()
	if err != nil {
		return ""
	}
	defer registry.Close()
	return similarTo(ctx, registry, mart)
}

func similarTo(ctx context.Context, registry *devices.Registry, mart order.MartID) string {
	for _, other := range []string{strings.ToLower(string(mart)), strings.ToUpper(string(mart))} {
		if list, err := registry.Devices(ctx, order.MartID(other)); err == nil && len(list) > 0 && other != string(mart) {
			return fmt.Sprintf("; mart %q has devices: capitals count", other)
		}
	}
	return ""
}
