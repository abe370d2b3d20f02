package command

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"jumun/server/internal/devices"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// maxNamed is how many devices are named before a revocation: as many as a person reads.
const maxNamed = 20

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
	if err != nil {
		return err
	}
	if !c.JSON {
		if _, err := fmt.Fprintln(env.stderr, c.ends(env.language, valid)); err != nil {
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

// ends returns a sentence about what the revocation ends.
func (c *revokeCommand) ends(in language, valid []wire.Device) string {
	switch {
	case c.Device != "" && c.Mart != "":
		return fmt.Sprintf(in.choose("this ends every token of %s at mart %s%s", "%s의 매장 %s 토큰이 해제됩니다%s"), c.Device, c.Mart, listed(valid))
	case c.Device != "":
		return fmt.Sprintf(in.choose("this ends every token of %s%s", "%s의 모든 토큰이 해제됩니다%s"), c.Device, listed(valid))
	case c.Key != "":
		return fmt.Sprintf(in.choose("this ends every token that the key %s has signed, and what was made of those: of devices, order services and administrators",
			"키 %s로 서명한 모든 토큰과 그 토큰을 연장한 토큰이 해제됩니다: 기기, 주문 서비스, 관리자"), c.Key)
	case c.Mart == wire.AnyMart:
		return in.choose("this ends every device of every mart; tokens of order services and administrators stay valid",
			"모든 매장의 모든 기기가 해제됩니다. 주문 서비스와 관리자의 토큰은 그대로입니다")
	}
	return fmt.Sprintf(in.choose("this ends every device of mart %s, of which %d are known%s; tokens of order services and administrators stay valid",
		"매장 %s의 모든 기기가 해제됩니다. 등록된 기기 %d대%s. 주문 서비스와 관리자의 토큰은 그대로입니다"), c.Mart, len(valid), named(valid))
}

// named returns ": " and the names of devices, of at most maxNamed.
func named(list []wire.Device) string {
	return joined(list, func(d wire.Device) string { return fmt.Sprintf("%s (%s)", oneLine(d.Name), holderLine(d.ID)) })
}

// listed returns ": " and as what one device is listed, at each of its marts.
func listed(list []wire.Device) string {
	return joined(list, func(d wire.Device) string { return fmt.Sprintf("%s, mart %s", oneLine(d.Name), oneLine(d.MartID)) })
}

func joined(list []wire.Device, show func(wire.Device) string) string {
	var names []string
	for _, d := range list[:min(len(list), maxNamed)] {
		names = append(names, show(d))
	}
	if len(list) > maxNamed {
		names = append(names, "…")
	}
	if len(names) == 0 {
		return ""
	}
	return ": " + strings.Join(names, "; ")
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
			return r.RevokeAt(ctx, c.Device, []order.MartID{c.Mart}, len(found) > 0)
		}
		return r.Revoke(ctx, c.revocation())
	})
}

// print prints what was done. left is how many of the devices that were connected still are.
func (c *revokeCommand) print(env environment, valid []wire.Device, left int) (err error) {
	connected := len(connectedOf(valid))
	switch {
	case c.JSON:
		return json.NewEncoder(env.stdout).Encode(struct {
			Revocation wire.Revocation `json:"revocation"`
			Devices    []wire.Device   `json:"devices,omitempty"` // that it ends, as far as they are known
			Connected  int             `json:"connected"`         // of these, before
			Left       int             `json:"stillConnected"`    // of these, after
			DryRun     bool            `json:"dryRun"`
		}{c.revocation(), valid, connected, left, c.DryRun})
	case c.DryRun:
		_, err = fmt.Fprintln(env.stdout, env.language.choose("nothing was revoked", "아무것도 해제하지 않았습니다"))
	case left > 0:
		_, err = fmt.Fprintf(env.stdout, env.language.choose("revoked; %d of %d connected devices STILL HEAR their orders: look at the servers' logs, and again with \"jumun-server devices\"\n",
			"해제했습니다. 연결된 기기 %[2]d대 중 %[1]d대가 아직 연결되어 있습니다: 서버 로그를 확인하고 \"jumun-server devices\"로 다시 확인하세요\n"), left, connected)
	case len(valid) == 0:
		_, err = fmt.Fprintln(env.stdout, env.language.choose("revoked", "해제했습니다"))
	default:
		_, err = fmt.Fprintf(env.stdout, env.language.choose("revoked; %d connected devices were cut off\n", "해제했습니다. 연결된 기기 %d대의 연결을 끊었습니다\n"), connected)
	}
	return err
}
