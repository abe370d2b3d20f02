package command

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"jumun/server/internal/auth/keyring"
	"jumun/server/internal/devices"
	"jumun/shared/wire"
)

type keysRenewCommand struct {
	Key string `required:"" placeholder:"KID" help:"The key, by its kid in \"jumun-server keys list\"."`
	remote
	JSON bool `name:"json" help:"Print {\"kid\"} for a script."`
}

// Help has examples.
func (keysRenewCommand) Help() string {
	return "The apps renew their tokens within minutes of their next connection; older apps do when half of a token's life is over. Tokens of order services and administrators do not renew: make new ones.\n\n" +
		"Examples:\n\n  jumun-server keys renew --key 20260101-abcdefgh --redis redis://redis:6379"
}

// Run asks for the renewal.
func (c *keysRenewCommand) Run(ctx context.Context, env environment) error {
	var refused error
	err := c.ask(ctx, env, http.MethodPost, wire.KeyRenewalsPath, wire.KeyRenewal{Key: c.Key}, nil, func(ctx context.Context, _ *devices.Registry) error {
		return c.atKeyring(func(s *keyring.Store) error {
			err := s.Renew(ctx, c.Key)
			if errors.Is(err, keyring.ErrUnknownKey) || errors.Is(err, keyring.ErrLent) || errors.Is(err, keyring.ErrSigns) {
				refused, err = err, nil
			}
			return err
		})
	})
	switch {
	case err != nil:
		return err
	case refused != nil:
		return advise(refused, `see "jumun-server keys list", and add a key with "jumun-server keygen"`, `"jumun-server keys list"를 보고 "jumun-server keygen"으로 새 키를 추가하세요`)
	case c.JSON:
		return json.NewEncoder(env.stdout).Encode(wire.KeyRenewal{Key: c.Key})
	}
	_, err = fmt.Fprintln(env.stdout, env.language.choose("asked: see \"jumun-server keys list\" for how many tokens are left", "요청했습니다. 남은 토큰 수는 \"jumun-server keys list\"로 확인하세요"))
	return err
}
