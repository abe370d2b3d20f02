package command

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"jumun/server/internal/devices"
	"jumun/shared/order"
	"jumun/shared/wire"
)

type devicesCommand struct {
	Mart    order.MartID `required:"" placeholder:"42" help:"ID of the mart; '*' lists who is not a device: order services and administrators, as they were seen."`
	History bool         `help:"List when its devices came and went, and why, instead: the last 50 events or so of each."`
	Device  string       `placeholder:"ID" help:"With --history: of this device only."`
	remote
	JSON bool `name:"json" help:"Print {\"devices\":[…]} for a script; with --history {\"connections\":[…]}."`
}

// Help says where more is told of them.
func (devicesCommand) Help() string {
	return "\"connected\" is a device that has a stream; whether it can be heard, or is frozen, tells \"jumun-server marts --mart\". " +
		"\"asleep\" is a PC that has told the server so. " +
		"\"away, paired again\" is a PC that has another ID now, with the same name: its old one can be revoked.\n\nExample: jumun-server devices --mart 42"
}

// Validate refuses what would be ignored.
func (c *devicesCommand) Validate() error {
	if c.Device != "" && !c.History {
		return errors.New("--device is for --history")
	}
	return nil
}

// Run lists the devices of a mart.
func (c *devicesCommand) Run(ctx context.Context, env environment) error {
	if c.History {
		return c.history(ctx, env)
	}
	list, err := c.listDevices(ctx, env, c.Mart)
	switch {
	case err != nil:
		return err
	case c.JSON:
		return json.NewEncoder(env.stdout).Encode(list)
	}
	return printDevices(env.stdout, list.Devices)
}

// listDevices returns the devices of a mart.
func (r remote) listDevices(ctx context.Context, env environment, mart order.MartID) (list wire.Devices, err error) {
	err = r.ask(ctx, env, http.MethodGet, wire.DevicesPath(mart), nil, &list, func(ctx context.Context, registry *devices.Registry) (err error) {
		list.Devices, err = registry.Devices(ctx, mart)
		return err
	})
	return list, err
}

// printDevices prints a table. The names come last: a Korean letter is two columns wide,
// which tabwriter does not know.
func printDevices(w io.Writer, list []wire.Device) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "ID\tPAIRED\tLAST SEEN\tSTATE\tKEY\tTOKEN ENDS\tPAIRED BY\tAPP\tNAME")
	for _, d := range list {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", holderLine(d.ID), date(d.PairedAt), date(d.SeenAt), deviceState(list, d), keyLine(d.Key), date(d.EndsAt), pairedByLine(d.PairedBy), appLine(d), strings.TrimSpace(fmt.Sprint(oneLine(d.Name), " ", oneLine(d.Role), " ", oneLine(d.For))))
	}
	return t.Flush()
}

// oneLine returns what a server or Redis says as one line of a table, whatever it contains.
func oneLine[T ~string](s T) string { return order.Line(string(s), order.MaxName) }

// keyLine returns the kid of a key, or a dash if it is not known.
func keyLine(kid string) string { return cmp.Or(oneLine(kid), "-") }

// pairedByLine returns who made the code of a device, or a dash if it is not known.
func pairedByLine(holder string) string {
	if holder == "" {
		return "-"
	}
	return holderLine(holder)
}

// withZone is how a time is printed: tables are mailed to other places, and logs of servers are in UTC.
const withZone = "2006-01-02 15:04:05 -07:00"

// appLine returns the version of the app on a device, and which one it gave up, or a dash if it did not tell.
func appLine(d wire.Device) string {
	line := cmp.Or(oneLine(d.Version), "-")
	if d.FailedUpdate != "" {
		line += ", gave up " + oneLine(d.FailedUpdate)
	}
	return line
}

func date(at time.Time) string {
	if at.IsZero() {
		return "-"
	}
	return at.Local().Format(withZone)
}

func deviceState(list []wire.Device, d wire.Device) string {
	switch {
	case !d.RevokedAt.IsZero():
		return "revoked " + date(d.RevokedAt)
	case d.Connected:
		return "connected"
	case d.Asleep:
		return "asleep"
	case pairedAgain(list, d):
		return "away, paired again"
	}
	return "away"
}

// pairedAgain reports whether a PC that is away is most likely another one of the list, paired since it was
// seen last, with the same name: a PC has another ID each time. Whoever revokes the old one loses nothing.
func pairedAgain(list []wire.Device, d wire.Device) bool {
	return d.Name != "" && slices.ContainsFunc(list, func(other wire.Device) bool {
		return other.ID != d.ID && other.Name == d.Name && other.RevokedAt.IsZero() && other.PairedAt.After(d.SeenAt) && other.PairedAt.After(d.PairedAt)
	})
}
