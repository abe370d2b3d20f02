package command

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"jumun/server/internal/devices"
	"jumun/server/internal/revocation"
	"jumun/shared/order"
	"jumun/shared/wire"
)

type revokeCommand struct {
	Device string       `placeholder:"ID" help:"A device, by its ID in \"jumun-server devices\"; or the holder of any other token: an order service, an administrator. With --mart: at that mart only."`
	Mart   order.MartID `placeholder:"42" help:"All devices of a mart that were paired until now; '*': of every mart. Order services and administrators stay as they are."`
	Key    string       `placeholder:"KID" help:"Every token that this key has signed, or will, and what was made of those: of devices, order services and administrators."`
	List   bool         `help:"List what is revoked. With --json it is what --apply takes: keep it where Redis is backed up."`
	Undo   bool         `help:"Take a revocation back: of --device, --mart or --key, or of --device at --mart."`
	Apply  string       `placeholder:"FILE" help:"Revoke again what a file of --list --json has, each with its own time: after Redis was restored from a backup. At Redis only."`
	remote
	Force  bool `help:"Revoke a device or holder too that is not known here."`
	Yes    bool `short:"y" help:"Do not ask."`
	DryRun bool `help:"Print what it would end, and end nothing."`
	JSON   bool `name:"json" help:"Print {\"revocation\",\"devices\",\"connected\",\"stillConnected\",\"dryRun\"} for a script, and do not ask; of --list, {\"revocations\"}."`
}

// Help has examples.
func (revokeCommand) Help() string {
	return "It first prints what it ends, and at a terminal it asks before it ends a mart or a key. Open streams end within a second, on every server. " +
		"An administrator of some marts revokes at those only. --undo makes the same tokens good again; a device can be paired again, too.\n\n" +
		"Examples:\n\n  jumun-server revoke --device device-abc\n\n  jumun-server revoke --mart 42 --dry-run\n\n" +
		"  jumun-server revoke --list --json > revoked.json\n\n  jumun-server revoke --undo --device device-abc"
}

// Validate refuses none, or several, of the things to do.
func (c *revokeCommand) Validate() error {
	switch {
	case c.List && (c.Undo || c.Apply != "") || c.Apply != "" && c.Undo:
		return errors.New("give one of --list, --undo and --apply")
	case c.Apply != "" && c.Server != "":
		return errors.New("--apply works at Redis: give --redis, and not --server")
	case c.List || c.Apply != "":
		return nil
	}
	if err := c.revocation().Check(); err != nil {
		return advise(err, "give one of --device, --mart and --key, or --device and --mart", "--device, --mart, --key 중 하나, 또는 --device와 --mart를 지정하세요")
	}
	return nil
}

func (c *revokeCommand) revocation() wire.Revocation {
	return wire.Revocation{Device: c.Device, MartID: c.Mart, Key: c.Key}
}

// Run prints what would be revoked, and revokes it.
func (c *revokeCommand) Run(ctx context.Context, env environment) error {
	switch {
	case c.List:
		return c.list(ctx, env)
	case c.Apply != "":
		return c.apply(ctx, env)
	case c.Undo:
		return c.undo(ctx, env)
	}
	valid, err := c.devices(ctx, env)
	var tokens int64
	if err == nil {
		tokens, err = c.tokens(ctx, env)
	}
	if err != nil {
		return err
	}
	if !c.JSON {
		if _, err := fmt.Fprintln(env.stderr, c.ends(env.language, valid, tokens)); err != nil {
			return err
		}
	}
	left := 0
	if !c.DryRun {
		if err := c.revoke(ctx, env); err != nil {
			return err
		}
		if left, err = c.awaitEnd(ctx, env, valid); err != nil {
			return err
		}
	}
	return c.print(env, valid, left)
}

// revoke revokes, after a person at a terminal has agreed if it is about more than one device.
func (c *revokeCommand) revoke(ctx context.Context, env environment) error {
	if env.interactive && c.Device == "" && !c.Yes && !c.JSON && !env.confirm(ctx) {
		return advise(errors.New("nothing was revoked"), `answer "y", or give --yes`, `"y"로 답하거나 --yes를 지정하세요`)
	}
	return c.ask(ctx, env, http.MethodPost, wire.RevocationsPath, c.revocation(), nil, func(ctx context.Context, r *devices.Registry) error {
		if c.Device != "" && c.Mart != "" {
			found, err := r.Find(ctx, c.Device, c.Mart)
			if err != nil {
				return err
			}
			return r.RevokeAt(ctx, c.Device, []order.MartID{c.Mart}, len(found) > 0, revocation.Whole)
		}
		return r.Revoke(ctx, c.revocation())
	})
}
