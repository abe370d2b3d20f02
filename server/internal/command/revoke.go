package command

import (
	"context"
	"fmt"
	"net/http"

	"jumun/server/internal/devices"
	"jumun/shared/order"
	"jumun/shared/wire"
)

type revokeCommand struct {
	Device string       `placeholder:"ID" help:"A device, by its ID in \"jumun-server devices\"; or the subject of any other token."`
	Mart   order.MartID `placeholder:"42" help:"Every token of a mart that was issued until now; '*': every token there is."`
	Key    string       `placeholder:"KID" help:"Every token that this key has signed, or will."`
	remote
}

// Help has examples.
func (revokeCommand) Help() string {
	return "Open streams end within a second, on every server, and it cannot be taken back: pair the device again.\n\n" +
		"Examples:\n\n  jumun-server revoke --device device-abc\n\n  jumun-server revoke --mart 42"
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

// Run revokes it.
func (c *revokeCommand) Run(ctx context.Context, env environment) error {
	err := c.ask(ctx, env, http.MethodPost, wire.RevocationsPath, c.revocation(), nil, func(ctx context.Context, r *devices.Registry) error {
		return r.Revoke(ctx, c.revocation())
	})
	if err == nil {
		_, err = fmt.Fprintln(env.stdout, env.language.choose("revoked", "해제했습니다"))
	}
	return err
}
