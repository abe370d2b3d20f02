package command

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"text/tabwriter"
	"time"

	"jumun/server/internal/auth/keyring"
	"jumun/server/internal/auth/token"
	"jumun/server/internal/devices"
	"jumun/server/internal/embeddedredis"
	"jumun/shared/wire"
)

// A keysCommand has the commands about the keys that sign tokens. "keygen" makes one.
type keysCommand struct {
	List   keysListCommand   `cmd:"" help:"List the keys, and how many tokens each still holds."`
	Renew  keysRenewCommand  `cmd:"" help:"Ask all devices with a token of a key to renew it."`
	Remove keysRemoveCommand `cmd:"" help:"Take a key out of the key file."`
}

type keysListCommand struct {
	Keys string `placeholder:"FILE" help:"Key file of the servers: lists what is in it, too."`
	remote
	JSON bool `name:"json" help:"Print {\"keys\":[…]} for a script."`
}

// Help has examples.
func (keysListCommand) Help() string {
	return "To change keys: \"keygen\" adds one, which signs in ten minutes; \"keys renew\" asks for new tokens in place of those of the old one; " +
		"when the list has 0 tokens of it, \"keys remove\" takes it out. TOKENS are those in use that have not expired: of devices, order services and administrators. RENEWED are those of other keys that were made of its tokens: " +
		"they need it no more, but revoking the key ends them too.\n\n" +
		"Examples:\n\n  jumun-server keys list --keys keys.json --redis redis://redis:6379\n\n  JUMUN_TOKEN=… jumun-server keys list --server https://jumun.example.com"
}

// Run prints the keys. If the servers' Redis cannot be asked, it prints what stands in the file, and fails.
func (c *keysListCommand) Run(ctx context.Context, env environment) error {
	var file *token.Keys
	if c.Keys != "" {
		var err error
		if file, err = readKeys(c.Keys, env); err != nil {
			return err
		}
	}
	list, failed := c.listKeys(ctx, env, file)
	if failed != nil {
		list = keyring.InFile(file)
	}
	if failed != nil && file == nil {
		return failed
	}
	return errors.Join(c.print(env, list), failed)
}

func (c *keysListCommand) print(env environment, list []wire.Key) error {
	if c.JSON {
		return json.NewEncoder(env.stdout).Encode(wire.Keys{Keys: list})
	}
	return printKeys(env.stdout, list)
}

// readKeys reads a key file.
func readKeys(path string, env environment) (*token.Keys, error) {
	keys, err := token.ReadKeyFile(path, slog.New(slog.NewTextHandler(env.stderr, nil)))
	if err != nil {
		return nil, advise(fmt.Errorf("cannot use the key file %s (%w)", path, err), "name another one with --keys", "--keys로 다른 파일을 지정하세요")
	}
	return keys, nil
}

// listKeys returns the keys of a file, of which nil is none, and those of the servers.
func (r remote) listKeys(ctx context.Context, env environment, file *token.Keys) ([]wire.Key, error) {
	var list wire.Keys
	err := r.ask(ctx, env, http.MethodGet, wire.KeysPath, nil, &list, func(ctx context.Context, registry *devices.Registry) error {
		return r.atKeyring(func(s *keyring.Store) (err error) {
			list.Keys, err = s.List(ctx, file, registry)
			return err
		})
	})
	return list.Keys, err
}

// atKeyring calls do with what Redis knows of keys.
func (r remote) atKeyring(do func(*keyring.Store) error) error {
	s, err := keyring.Open(embeddedredis.Find(r.Redis))
	if err != nil {
		return badAddress(err)
	}
	defer s.Close()
	return do(s)
}

func printKeys(w io.Writer, list []wire.Key) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "KEY\tMADE\tTOKENS\tRENEWED\tLAST ENDS\tSTATE\tLIMITS")
	for _, k := range list {
		fmt.Fprintf(t, "%s\t%s\t%d\t%d\t%s\t%s\t%s\n", k.ID, date(k.Made), k.Tokens, k.Renewed, date(k.LastEnds), keyState(k), limits(k))
	}
	return t.Flush()
}

// keyState returns what a key is used for now.
func keyState(k wire.Key) string {
	var state []string
	switch {
	case !k.RevokedAt.IsZero():
		state = append(state, "revoked "+date(k.RevokedAt))
	case k.Lent:
		state = append(state, "lent")
	case k.Signs:
		state = append(state, "signs")
	case !k.Missing && time.Since(k.Made) < token.SignAge:
		state = append(state, "signs from "+date(k.Made.Add(token.SignAge)))
	default:
		state = append(state, "verifies")
	}
	if k.Missing {
		state[0] = strings.Replace(state[0], "verifies", "not in the file", 1)
	}
	if !k.RenewalAt.IsZero() {
		state = append(state, "renewal asked "+date(k.RenewalAt))
	}
	return strings.Join(state, ", ")
}

func limits(k wire.Key) string {
	if !k.Lent {
		return "-"
	}
	return strings.TrimSpace(fmt.Sprint(orNothing(k.Roles), " ", orNothing(k.Marts)))
}

func orNothing[T any](limit []T) string {
	if limit == nil {
		return ""
	}
	return fmt.Sprint(limit)
}
