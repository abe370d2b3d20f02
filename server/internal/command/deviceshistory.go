package command

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"text/tabwriter"

	"jumun/server/internal/devices"
	"jumun/shared/wire"
)

// history lists what happened to the connections of the devices of a mart.
func (c *devicesCommand) history(ctx context.Context, env environment) error {
	path, all := wire.ConnectionsPath(c.Mart), wire.Connections{}
	if c.Device != "" {
		path += "?" + url.Values{wire.DeviceParam: {c.Device}}.Encode()
	}
	err := c.ask(ctx, env, http.MethodGet, path, nil, &all, func(ctx context.Context, registry *devices.Registry) (err error) {
		all, err = registry.Connections(ctx, c.Mart, c.Device)
		return err
	})
	switch {
	case err != nil:
		return err
	case c.JSON:
		return json.NewEncoder(env.stdout).Encode(all)
	}
	return printConnections(env.stdout, all.Connections)
}

// printConnections prints a table, the names last: see printDevices.
func printConnections(w io.Writer, all []wire.Connection) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "AT\tEVENT\tID\tNAME")
	for _, c := range all {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", date(c.At), connectionLine(c), holderLine(c.Device), oneLine(c.Name))
	}
	return t.Flush()
}

// connectionLine returns what happened, and why or how often.
func connectionLine(c wire.Connection) string {
	switch {
	case c.Anew > 0:
		return fmt.Sprintf("%s, anew %d times, last %s", oneLine(c.Event), c.Anew, date(c.LastAt))
	case c.Why != "":
		return oneLine(c.Event) + ": " + oneLine(c.Why)
	}
	return oneLine(c.Event)
}
