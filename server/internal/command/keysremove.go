package command

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"jumun/server/internal/auth/keyring"
	"jumun/server/internal/auth/token"
	"jumun/shared/wire"
)

type keysRemoveCommand struct {
	Key  string `required:"" placeholder:"KID" help:"The key, by its kid in \"jumun-server keys list\"."`
	Keys string `placeholder:"FILE" help:"Key file of the servers. Without it the key is only forgotten in Redis: for one that no server has any more."`
	remote
	Yes  bool `short:"y" help:"Also if tokens still need the key, or nobody can say how many: their holders are shut out."`
	JSON bool `name:"json" help:"Print {\"kid\",\"tokens\"} for a script."`
}

// Help has examples.
func (keysRemoveCommand) Help() string {
	return "Servers read the file again within a second: they refuse the key's tokens then, and end their streams. Other copies of the file must be replaced too. " +
		"Tokens that were renewed since by another key stay good.\n\n" +
		"A key that leaked must be revoked instead (\"jumun-server revoke --key\"): an old copy of the file cannot bring it back then, and it ends what was renewed from its tokens too.\n\n" +
		"Examples:\n\n  jumun-server keys remove --keys keys.json --key 20260101-abcdefgh --redis redis://redis:6379"
}

// Run removes the key.
func (c *keysRemoveCommand) Run(ctx context.Context, env environment) error {
	key, err := c.find(ctx, env)
	if err != nil {
		return err
	}
	if c.Keys != "" {
		if err := c.removeFromFile(); err != nil && !(errors.Is(err, token.ErrNotInFile) && key.ID != "") {
			return err
		}
	}
	if c.Server == "" {
		if err := c.forget(ctx); err != nil {
			return err
		}
	}
	if c.JSON {
		return json.NewEncoder(env.stdout).Encode(struct {
			Key    string `json:"kid"`
			Tokens int64  `json:"tokens"` // that needed it
		}{c.Key, key.Tokens})
	}
	_, err = fmt.Fprintf(env.stdout, env.language.choose("removed key %s, which %d tokens needed\n", "키 %s를 제거했습니다. 이 키가 필요한 토큰: %d개\n"), c.Key, key.Tokens)
	return err
}

// find returns what is known of the key. It fails if tokens need it, unless that is allowed.
func (c *keysRemoveCommand) find(ctx context.Context, env environment) (wire.Key, error) {
	list, err := c.listKeys(ctx, env, nil)
	if err != nil && !c.Yes {
		return wire.Key{}, err
	}
	i := slices.IndexFunc(list, func(k wire.Key) bool { return k.ID == c.Key })
	if i < 0 {
		return wire.Key{}, nil // in the file it may be
	}
	if k := list[i]; k.Tokens > 0 && k.RevokedAt.IsZero() && !c.Yes {
		return k, advise(fmt.Errorf("%d tokens need the key %s, the last until %s%s", k.Tokens, c.Key, date(k.LastEnds), named(k.Holders)),
			`have them renewed ("jumun-server keys renew"), wait, or give --yes: their devices are paired again then`,
			`"jumun-server keys renew"로 갱신하고 기다리거나 --yes를 지정하세요: 그 기기들은 다시 등록해야 합니다`)
	}
	return list[i], nil
}

func (c *keysRemoveCommand) removeFromFile() error {
	err := token.RemoveKey(c.Keys, c.Key)
	switch {
	case errors.Is(err, token.ErrLastOwn):
		return advise(err, "make another one first: jumun-server keygen --keys "+c.Keys, "먼저 다른 키를 만드세요: jumun-server keygen --keys "+c.Keys)
	case err != nil:
		return advise(fmt.Errorf("cannot take the key %s out of %s (%w)", c.Key, c.Keys, err), `see "jumun-server keys list"`, `"jumun-server keys list"를 보세요`)
	}
	return nil
}

// forget makes Redis forget the key. If that fails after the file was changed, nothing is harmed: the
// servers do so too.
func (c *keysRemoveCommand) forget(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, commandTimeout)
	defer cancel()
	err := c.atKeyring(func(s *keyring.Store) error { return s.Forget(ctx, c.Key) })
	switch {
	case c.Keys != "" && (c.Yes || errors.Is(err, keyring.ErrUnknownKey)):
		return nil
	case errors.Is(err, keyring.ErrUnknownKey):
		return advise(err, `see "jumun-server keys list"`, `"jumun-server keys list"를 보세요`)
	case err != nil:
		return c.away(err)
	}
	return nil
}
