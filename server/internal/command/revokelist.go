package command

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"slices"
	"text/tabwriter"

	"jumun/server/internal/devices"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// list prints what is revoked: for people what counts, for scripts also what was taken back.
func (c *revokeCommand) list(ctx context.Context, env environment) error {
	all, err := c.all(ctx, env)
	if err != nil {
		return err
	}
	if c.JSON {
		return json.NewEncoder(env.stdout).Encode(wire.Revocations{Revocations: all})
	}
	t := tabwriter.NewWriter(env.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "REVOKED\tWHAT")
	for _, v := range all {
		if v.Counts() {
			fmt.Fprintf(t, "%s\t%s\n", date(v.At), subjectOf(v))
		}
	}
	return t.Flush()
}

// subjectOf returns what v is about.
func subjectOf(v wire.Revocation) string {
	switch {
	case v.Older:
		return "the older tokens of " + holderLine(v.Device) + ": two had one"
	case v.Device != "" && v.MartID != "":
		return holderLine(v.Device) + " at mart " + oneLine(v.MartID)
	case v.Device != "":
		return holderLine(v.Device)
	case v.MartID == wire.AnyMart:
		return "the devices of all marts"
	case v.MartID != "":
		return "the devices of mart " + oneLine(v.MartID)
	}
	return "key " + oneLine(v.Key)
}

// holderLine returns a holder as one line, whatever it contains.
func holderLine(holder string) string { return order.Line(holder, wire.MaxHolder) }

// all returns all revocations, each once, in the order in which they were made.
func (c *revokeCommand) all(ctx context.Context, env environment) ([]wire.Revocation, error) {
	merged := map[wire.Revocation]wire.Revocation{}
	for from, more := "", true; more; more = from != "" {
		var page wire.Revocations
		path := wire.RevocationsPath + "?" + url.Values{wire.AfterParam: {from}}.Encode()
		err := c.ask(ctx, env, http.MethodGet, path, nil, &page, func(ctx context.Context, r *devices.Registry) (err error) {
			page.Revocations, page.Next, err = r.Page(ctx, from)
			return err
		})
		if err != nil {
			return nil, err
		}
		from = page.Next
		for _, v := range page.Revocations {
			merge(merged, v)
		}
	}
	all := make([]wire.Revocation, 0, len(merged))
	for _, v := range merged {
		all = append(all, v)
	}
	slices.SortFunc(all, func(a, b wire.Revocation) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Device, b.Device), cmp.Compare(a.MartID, b.MartID), cmp.Compare(a.Key, b.Key))
	})
	return all, nil
}

// merge adds v to what is known of the same thing.
func merge(known map[wire.Revocation]wire.Revocation, v wire.Revocation) {
	what := wire.Revocation{Device: v.Device, MartID: v.MartID, Key: v.Key, Older: v.Older}
	was, ok := known[what]
	if !ok {
		was = what
	}
	if v.At.After(was.At) {
		was.At = v.At
	}
	if v.UndoneAt.After(was.UndoneAt) {
		was.UndoneAt = v.UndoneAt
	}
	known[what] = was
}

// undo takes a revocation back.
func (c *revokeCommand) undo(ctx context.Context, env environment) error {
	if c.DryRun {
		return errors.New("--undo has no --dry-run: see --list")
	}
	was := true
	err := c.ask(ctx, env, http.MethodPost, wire.UndoPath, c.revocation(), nil, func(ctx context.Context, r *devices.Registry) (err error) {
		was, err = r.Undo(ctx, c.revocation())
		return err
	})
	if err == nil && !was {
		err = advise(errors.New("it is not revoked"), `see "jumun-server revoke --list"`, `"jumun-server revoke --list"를 확인하세요`)
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(env.stdout, env.language.choose("taken back: its tokens are good again, unless something else voids them", "해제를 취소했습니다"))
	return err
}

// apply revokes again what a file lists.
func (c *revokeCommand) apply(ctx context.Context, env environment) error {
	raw, err := os.ReadFile(c.Apply)
	var file wire.Revocations
	if err == nil {
		err = json.Unmarshal(raw, &file)
	}
	if err == nil && file.Revocations == nil {
		err = errors.New("it has no revocations")
	}
	for _, v := range file.Revocations {
		err = errors.Join(err, v.Check())
	}
	if err != nil {
		return advise(fmt.Errorf("cannot use %s (%w)", c.Apply, err), `make it with "jumun-server revoke --list --json"`, `"jumun-server revoke --list --json"으로 만드세요`)
	}
	if !c.DryRun {
		err = c.ask(ctx, env, "", applied, nil, nil, func(ctx context.Context, r *devices.Registry) error { return r.Restore(ctx, file.Revocations) })
	}
	if err == nil {
		_, err = fmt.Fprintf(env.stdout, env.language.choose("applied %d revocations\n", "해제 %d건을 적용했습니다\n"), len(file.Revocations))
	}
	return err
}
