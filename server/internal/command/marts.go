package command

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"text/tabwriter"
	"time"

	"jumun/server/internal/devices"
	"jumun/server/internal/embeddedredis"
	"jumun/server/internal/escalation"
	"jumun/server/internal/eventlog"
	"jumun/shared/order"
	"jumun/shared/wire"
)

type martsCommand struct {
	State wire.MartState `enum:",heard,unknown,unheard" default:"" placeholder:"STATE" help:"Only marts in this state. heard: a device is connected that can be heard. unknown: only older apps are connected, which do not report that. unheard: no device can be heard."`
	Mart  order.MartID   `placeholder:"42" help:"Only this mart, with its devices and what each reports."`
	remote
	JSON bool `name:"json" help:"Print {\"marts\":[…]} for a script; with --mart one of them."`
}

// Run lists who can be heard at which mart, and what waits there.
func (c *martsCommand) Run(ctx context.Context, env environment) error {
	if c.Mart != "" {
		return c.showOne(ctx, env)
	}
	all := wire.Marts{Marts: []wire.MartStatus{}}
	for after := order.MartID(""); ; {
		page, err := c.page(ctx, env, after)
		if err != nil {
			return err
		}
		all.Marts = append(all.Marts, page.Marts...)
		if after = page.Next; after == "" {
			break
		}
	}
	if c.JSON {
		return json.NewEncoder(env.stdout).Encode(all)
	}
	return printMarts(env.stdout, all.Marts)
}

func (c *martsCommand) page(ctx context.Context, env environment, after order.MartID) (page wire.Marts, err error) {
	path := wire.MartsPath + "?" + url.Values{wire.StateParam: {string(c.State)}, wire.AfterParam: {string(after)}}.Encode()
	err = c.ask(ctx, env, http.MethodGet, path, nil, &page, c.watched(func(ctx context.Context, w escalation.Watched) (err error) {
		page, err = w.Marts(ctx, nil, c.State, after, escalation.MaxMarts)
		return err
	}))
	return page, err
}

// watched calls f with what looks at the marts in Redis.
func (c *martsCommand) watched(f func(context.Context, escalation.Watched) error) func(context.Context, *devices.Registry) error {
	return func(ctx context.Context, registry *devices.Registry) error {
		log, err := openLog(embeddedredis.Find(c.Redis), eventlog.Options{}, slog.New(slog.DiscardHandler))
		if err != nil {
			return err
		}
		defer log.Close()
		return f(ctx, escalation.Watched{Orders: log, Devices: registry})
	}
}

func (c *martsCommand) showOne(ctx context.Context, env environment) error {
	if err := oneMart(c.Mart); err != nil {
		return err
	}
	var status wire.MartStatus
	err := c.ask(ctx, env, http.MethodGet, wire.MartAdminPath(c.Mart), nil, &status, c.watched(func(ctx context.Context, w escalation.Watched) (err error) {
		status, err = w.Mart(ctx, c.Mart)
		return err
	}))
	switch {
	case err != nil:
		return err
	case c.JSON:
		return json.NewEncoder(env.stdout).Encode(status)
	}
	if err := printMarts(env.stdout, []wire.MartStatus{status}); err != nil {
		return err
	}
	fmt.Fprintln(env.stdout)
	return printStatuses(env.stdout, status.Devices)
}

func printMarts(w io.Writer, marts []wire.MartStatus) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "MART\tSTATE\tDEVICES\tCONNECTED\tORDERS OPEN\tOLDEST")
	for _, m := range marts {
		oldest := "-"
		if m.OrdersOpen > 0 {
			oldest = (time.Duration(m.OldestAge) * time.Second).String()
		}
		fmt.Fprintf(t, "%s\t%s\t%d\t%d\t%d\t%s\n", oneLine(m.MartID), oneLine(m.State), m.Known, m.Connected, m.OrdersOpen, oldest)
	}
	return t.Flush()
}

// printStatuses prints a table, the names last: see printDevices.
func printStatuses(w io.Writer, list []wire.DeviceStatus) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "ID\tSTATE\tSINCE\tREPORTED\tVERSION\tPROBLEMS\tNAME")
	for _, d := range list {
		var p wire.Presence
		if d.Presence != nil {
			p = *d.Presence
		}
		problems := oneLine(strings.Join(p.Problems, ", "))
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", holderLine(d.ID), oneLine(d.State), date(d.Since), date(d.Reported), cmp.Or(oneLine(p.Version), "-"), cmp.Or(problems, "-"), oneLine(d.Name))
	}
	return t.Flush()
}
