package command

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"text/tabwriter"

	"jumun/server/internal/devices"
	"jumun/shared/wire"
)

// list prints the enrolment keys, or one of them and who has used it.
func (c *enrolCommand) list(ctx context.Context, env environment) error {
	path := wire.EnrolmentsPath
	if c.ID != "" {
		path += "?" + url.Values{wire.IDParam: {c.ID}}.Encode()
	}
	var all wire.Enrolments
	err := c.ask(ctx, env, http.MethodGet, path, nil, &all, func(ctx context.Context, r *devices.Registry) (err error) {
		all.Enrolments, err = c.read(ctx, r)
		return err
	})
	switch {
	case err != nil:
		return err
	case c.JSON:
		return json.NewEncoder(env.stdout).Encode(all)
	}
	if err := printEnrolments(env.stdout, all.Enrolments); err != nil || c.ID == "" {
		return err
	}
	return printUses(env.stdout, all.Enrolments)
}

func (c *enrolCommand) read(ctx context.Context, r *devices.Registry) ([]wire.ListedEnrolment, error) {
	if c.ID == "" {
		return r.Enrolments(ctx, devices.AnyEnrolment)
	}
	one, err := r.FindEnrolment(ctx, c.ID, devices.AnyEnrolment)
	return []wire.ListedEnrolment{one}, err
}

// printEnrolments prints a table. What people have typed comes last; see printDevices.
func printEnrolments(w io.Writer, list []wire.ListedEnrolment) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "ID\tSTATE\tUSED\tMADE\tENDS\tREFUSED\tMADE BY\tMARTS\tLAST REFUSED")
	for _, e := range list {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%d\t%s\t%s\t%s\n", oneLine(e.ID), oneLine(e.State), usedLine(e), date(e.MadeAt), date(e.Expires), e.Refused, pairedByLine(e.MadeBy), martsLine(e), refusedLine(e))
	}
	return t.Flush()
}

// usedLine returns how often a key was used, and may be.
func usedLine(e wire.ListedEnrolment) string {
	if e.Computers > 0 {
		return fmt.Sprintf("%d of %d×%d", e.Used, e.Computers, e.Uses)
	}
	return fmt.Sprintf("%d of %d", e.Used, e.Uses)
}

// maxMartsShown is how many marts of a key are named in its line.
const maxMartsShown = 3

func martsLine(e wire.ListedEnrolment) string {
	var names []string
	for _, mart := range e.Marts[:min(len(e.Marts), maxMartsShown)] {
		names = append(names, oneLine(mart))
	}
	if more := e.MartCount - len(names); more > 0 {
		names = append(names, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(names, " ")
}

func refusedLine(e wire.ListedEnrolment) string {
	if e.LastCause == "" {
		return "-"
	}
	return fmt.Sprintf("%s %s: %s", date(e.LastAt), oneLine(e.LastName), oneLine(e.LastCause))
}

// printUses prints which computers have used a key.
func printUses(w io.Writer, list []wire.ListedEnrolment) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "\nDEVICE\tMART\tENROLLED\tCOMPUTER")
	for _, e := range list {
		for _, u := range e.By {
			fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", oneLine(u.Device), oneLine(u.MartID), date(u.At), cmp.Or(oneLine(u.Computer), "-"))
		}
	}
	return t.Flush()
}
