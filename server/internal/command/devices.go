package command

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"text/tabwriter"
	"time"

	"jumun/shared/order"
	"jumun/shared/wire"
)

type devicesCommand struct {
	Mart order.MartID `required:"" placeholder:"42" help:"ID of the mart."`
	target
	JSON bool `name:"json" help:"Print {\"devices\":[…]} for a script."`
}

// Validate refuses wildcards: only tokens have them.
func (c *devicesCommand) Validate() error { return oneMart(c.Mart) }

// Run lists the devices of a mart.
func (c *devicesCommand) Run(ctx context.Context, io streams, s secrets) error {
	ctx, cancel := context.WithTimeout(ctx, commandTimeout)
	defer cancel()
	list, err := c.list(ctx, s)
	if err != nil {
		return err
	}
	if c.JSON {
		return json.NewEncoder(io.out).Encode(list)
	}
	// Names come last: Korean letters are two columns wide, which tabwriter does not know.
	t := tabwriter.NewWriter(io.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "ID\tPAIRED\tLAST SEEN\tSTATE\tNAME")
	for _, d := range list.Devices {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\n", d.ID, day(d.PairedAt), day(d.SeenAt), deviceState(d), d.Name)
	}
	return t.Flush()
}

func (c *devicesCommand) list(ctx context.Context, s secrets) (list wire.Devices, err error) {
	if c.Server != "" {
		err = c.call(ctx, s, http.MethodGet, wire.DevicesPath(c.Mart), nil, &list)
		return list, err
	}
	r, err := c.roster()
	if err != nil {
		return list, err
	}
	defer r.Close()
	list.Devices, err = r.Devices(ctx, c.Mart)
	if err != nil {
		return list, redisAway(c.Redis, err)
	}
	return list, nil
}

func day(at time.Time) string {
	if at.IsZero() {
		return "-"
	}
	return at.Local().Format(time.DateTime)
}

func deviceState(d wire.Device) string {
	switch {
	case !d.RevokedAt.IsZero():
		return "revoked " + day(d.RevokedAt)
	case d.Connected:
		return "connected"
	}
	return "away"
}
