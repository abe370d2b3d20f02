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
	Device string       `placeholder:"ID" help:"A device, by its ID in \"jumun-server devices\"; or the holder of any other token: an order service, an administrator."`
	Mart   order.MartID `placeholder:"42" help:"All devices of a mart that were paired until now; '*': of every mart. Order services and administrators stay as they are."`
	Key    string       `placeholder:"KID" help:"Every token that this key has signed, or will: of devices, order services and administrators."`
	remote
	Yes    bool `short:"y" help:"Do not ask."`
	DryRun bool `help:"Print what it would end, and end nothing."`
	JSON   bool `name:"json" help:"Print {\"revocation\",\"devices\",\"dryRun\"} for a script, and do not ask."`
}

// Help has examples.
func (revokeCommand) Help() string {
	return "It first prints what it ends, and at a terminal it asks before it ends a mart or a key. Open streams end within a second, on every server, " +
		"and it cannot be taken back: pair the device again.\n\n" +
		"Examples:\n\n  jumun-server revoke --device device-abc\n\n  jumun-server revoke --mart 42 --dry-run"
}

// Validate refuses none, or several, of the three.
func (c *revokeCommand) Validate() error {
	if err := c.revocation().Check(); err != nil {
		return advise(err, "give one of --device, --mart and --key", "--device, --mart, --key 중 하나만 지정하세요")
	}
	return nil
}

func (c *revokeCommand) revocation() wire.Revocation {
	return wire.Revocation{Device: c.Device, MartID: c.Mart, Key: c.Key}
}

// Run prints what would be revoked, and revokes it.
func (c *revokeCommand) Run(ctx context.Context, env environment) error {
	valid, err := c.devices(ctx, env)
	if err != nil {
		return err
	}
	if !c.JSON {
		if _, err := fmt.Fprintln(env.stderr, c.ends(env.language, valid)); err != nil {
			return err
		}
	}
	if !c.DryRun {
		if err := c.revoke(ctx, env); err != nil {
			return err
		}
	}
	return c.print(env, valid)
}

// devices returns the devices of the mart that are still paired, if it is one mart.
func (c *revokeCommand) devices(ctx context.Context, env environment) (valid []wire.Device, err error) {
	if c.Mart == "" || c.Mart == wire.AnyMart {
		return nil, nil
	}
	list, err := c.listDevices(ctx, env, c.Mart)
	for _, d := range list.Devices {
		if d.RevokedAt.IsZero() {
			valid = append(valid, d)
		}
	}
	return valid, err
}

// ends returns a sentence about what the revocation ends.
func (c *revokeCommand) ends(in language, valid []wire.Device) string {
	switch {
	case c.Device != "":
		return fmt.Sprintf(in.choose("this ends every token of %s", "%s의 모든 토큰이 해제됩니다"), c.Device)
	case c.Key != "":
		return fmt.Sprintf(in.choose("this ends every token that the key %s has signed: of devices, order services and administrators",
			"키 %s로 서명한 모든 토큰이 해제됩니다: 기기, 주문 서비스, 관리자"), c.Key)
	case c.Mart == wire.AnyMart:
		return in.choose("this ends every device of every mart; tokens of order services and administrators stay valid",
			"모든 매장의 모든 기기가 해제됩니다. 주문 서비스와 관리자의 토큰은 그대로입니다")
	}
	return fmt.Sprintf(in.choose("this ends every device of mart %s, of which %d are known%s; tokens of order services and administrators stay valid",
		"매장 %s의 모든 기기가 해제됩니다. 등록된 기기 %d대%s. 주문 서비스와 관리자의 토큰은 그대로입니다"), c.Mart, len(valid), named(valid))
}

// named returns ": " and the names of devices, of at most maxNamed.
func named(list []wire.Device) string {
	var names []string
	for _, d := range list[:min(len(list), maxNamed)] {
		names = append(names, fmt.Sprintf("%s (%s)", oneLine(d.Name), oneLine(d.ID)))
	}
	if len(list) > maxNamed {
		names = append(names, "…")
	}
	if len(names) == 0 {
		return ""
	}
	return ": " + strings.Join(names, ", ")
}

// revoke revokes, after a person at a terminal has agreed if it is about more than one device.
func (c *revokeCommand) revoke(ctx context.Context, env environment) error {
	if env.interactive && c.Device == "" && !c.Yes && !c.JSON && !env.confirm(ctx) {
		return advise(errors.New("nothing was revoked"), `answer "y", or give --yes`, `"y"로 답하거나 --yes를 지정하세요`)
	}
	return c.ask(ctx, env, http.MethodPost, wire.RevocationsPath, c.revocation(), nil, func(ctx context.Context, r *devices.Registry) error {
		return r.Revoke(ctx, c.revocation())
	})
}

func (c *revokeCommand) print(env environment, valid []wire.Device) (err error) {
	switch {
	case c.JSON:
		return json.NewEncoder(env.stdout).Encode(struct {
			Revocation wire.Revocation `json:"revocation"`
			Devices    []wire.Device   `json:"devices,omitempty"` // of the mart
			DryRun     bool            `json:"dryRun"`
		}{c.revocation(), valid, c.DryRun})
	case c.DryRun:
		_, err = fmt.Fprintln(env.stdout, env.language.choose("nothing was revoked", "아무것도 해제하지 않았습니다"))
	default:
		_, err = fmt.Fprintln(env.stdout, env.language.choose("revoked", "해제했습니다"))
	}
	return err
}
