package command

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/user"
	"slices"
	"strings"
	"text/tabwriter"

	"jumun/server/internal/audit"
	"jumun/server/internal/devices"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// applied stands for the path of what no server does: a list of revocations is written back.
const applied = "revoke --apply"

// audited is what is kept of a command that acts straight at Redis, by the path that it would have asked.
var audited = map[string]string{
	wire.PairingsPath: "made a pairing code", wire.LinksPath: "made a link to the console", wire.EnrolmentsPath: "made an enrolment key", wire.EndEnrolment: "revoked an enrolment key",
	wire.RevocationsPath: "revoked", wire.UndoPath: "took a revocation back", wire.KeyRenewalsPath: "asked to renew the tokens of a key", applied: "applied a list of revocations",
}

// keepTrail keeps what this command did at Redis. in is what it would have sent to a server.
func keepTrail(ctx context.Context, env environment, r *devices.Registry, did string, in any) {
	e := audit.Entry{Way: audit.Command, By: thisUser(), Did: did}
	if raw, err := json.Marshal(in); err == nil {
		_ = json.Unmarshal(raw, &e.Details)
	}
	if err := r.Trail.Write(ctx, e); err != nil {
		fmt.Fprintln(env.stderr, "jumun-server: it is done, and not kept for the audit:", err)
	}
}

// thisUser returns who runs this command, for people: it proves nothing.
func thisUser() string {
	name := os.Getenv("SUDO_USER")
	if u, err := user.Current(); err == nil {
		name = cmp.Or(name, u.Username)
	}
	host, _ := os.Hostname()
	return name + "@" + host
}

type auditCommand struct {
	Last int `default:"100" help:"How many of the last entries."`
	redisFlag
	JSON bool `name:"json" help:"Print {\"entries\":[…]} for a script."`
}

// Help says what is kept.
func (auditCommand) Help() string {
	return "Who paired, enrolled, revoked, and made codes and keys, by a server or straight at Redis: the last 20,000 of those. A command is named by its user and machine, " +
		"as it says itself. REQUEST is the X-Request-Id of an answer, and stands in the server's log.\n\nExample: jumun-server audit --redis redis://redis:6379 --last 20"
}

// Validate refuses what lists nothing.
func (c *auditCommand) Validate() error {
	if c.Last < 1 {
		return errors.New("--last must be positive")
	}
	return nil
}

// Run prints the trail.
func (c *auditCommand) Run(ctx context.Context, env environment) error {
	ctx, cancel := context.WithTimeout(ctx, commandTimeout)
	defer cancel()
	registry, err := c.openDevices()
	if err != nil {
		return err
	}
	defer registry.Close()
	all, err := registry.Trail.Last(ctx, int64(c.Last))
	switch {
	case err != nil:
		return c.away(err)
	case c.JSON:
		return json.NewEncoder(env.stdout).Encode(struct {
			Entries []audit.Entry `json:"entries"`
		}{append([]audit.Entry{}, all...)})
	}
	t := tabwriter.NewWriter(env.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "AT\tWAY\tBY\tREQUEST\tDID")
	for _, e := range all {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\n", date(e.At), oneLine(e.Way), cmp.Or(oneLine(e.By), "-"), cmp.Or(oneLine(e.Request), "-"), order.Line(e.Did+details(e.Details), maxDetails))
	}
	return t.Flush()
}

// maxDetails is how much of an entry a line shows, in characters; --json has all.
const maxDetails = 300

// details returns " name=value …", in the order of the names.
func details(of map[string]any) string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(of)) {
		b.WriteString(" " + name + "=" + plain(of[name]))
	}
	return b.String()
}

// plain returns a text as it is, and all else as JSON: fmt would write 2592000 seconds as 2.592e+06.
func plain(value any) string {
	if text, is := value.(string); is {
		return text
	}
	raw, err := json.Marshal(value)
	if err != nil {
		return err.Error()
	}
	return string(raw)
}
