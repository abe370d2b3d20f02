package command

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"jumun/server/internal/auth/token"
	"jumun/shared/order"
	"jumun/shared/wire"
)

type tokenCommand struct {
	Keys    string         `required:"" placeholder:"FILE" help:"Key file of the servers."`
	Role    wire.Role      `required:"" enum:"device,publisher,admin" placeholder:"ROLE" help:"What the token is for: device (reads and confirms orders), publisher (publishes them) or admin (pairs and revokes devices)."`
	Mart    []order.MartID `required:"" sep:"none" placeholder:"42" help:"ID of a mart for which it is good; '*' for all. May be given several times."`
	Name    string         `placeholder:"카운터" help:"Name by which people know its holder."`
	Subject string         `placeholder:"ID" help:"ID of its holder, by which it can be revoked. The default is a new one."`
	TTL     time.Duration  `name:"ttl" default:"720h" help:"How long the token is valid; at most 9600h, 400 days."`
	Renew   time.Duration  `name:"renew-for" default:"0" placeholder:"0s" help:"For a device: for how long the token, and what is made of it, may be renewed; at most 43800h, five years. By default it is not. A paired device renews for ever."`
	JSON    bool           `name:"json" help:"Print {\"token\",\"subject\",\"expires\"} for a script."`
}

// Help has examples.
func (tokenCommand) Help() string {
	return "Prints the token, and its holder on stderr. The token is a secret. No server has to run.\n\n" +
		"Better pair a device: then it renews its token, and is listed.\n\n" +
		"Examples:\n\n  export JUMUN_TOKEN=$(jumun-server token --keys keys.json --role publisher --mart '*')\n\n" +
		"  jumun-server token --keys keys.json --role device --mart 42 --mart 43 --name 카운터 --ttl 2160h"
}

// maxRenew is the longest time for which a token may be renewed.
const maxRenew = 5 * 365 * 24 * time.Hour

// Validate refuses renewals that no server makes.
func (c *tokenCommand) Validate() error {
	switch {
	case c.Renew < 0 || c.Renew > maxRenew:
		return fmt.Errorf("--renew-for must be between 0s and %v", maxRenew)
	case c.Renew > 0 && c.Role != wire.RoleDevice:
		return errors.New("--renew-for is for --role device: others have no way to renew")
	}
	return nil
}

// Run makes a token.
func (c *tokenCommand) Run(env environment) error {
	text, claims, err := c.sign(env)
	if err != nil {
		return err
	}
	return c.print(env, text, claims)
}

func (c *tokenCommand) sign(env environment) (text string, claims wire.Claims, err error) {
	keys, err := token.ReadKeyFile(c.Keys, slog.New(slog.NewTextHandler(env.stderr, nil)))
	if err != nil {
		return "", claims, advise(fmt.Errorf("cannot use the key file %s (%w)", c.Keys, err),
			`make one with "jumun-server keygen --keys FILE", or name another one with --keys`, `"jumun-server keygen --keys 파일"로 만들거나 --keys로 다른 파일을 지정하세요`)
	}
	now := time.Now()
	claims = c.claims(now)
	if text, err = keys.Sign(claims, now); err != nil {
		return "", claims, advise(err, "correct the flags, or use another key file", "옵션을 고치거나 다른 키 파일을 사용하세요")
	}
	return text, claims, nil
}

func (c *tokenCommand) claims(now time.Time) wire.Claims {
	subject := c.Subject
	if subject == "" {
		subject = string(c.Role) + "-" + strings.ToLower(rand.Text()[:16]) // 80 bits: no two are equal
	}
	made := wire.Claims{Subject: subject, Name: c.Name, Role: c.Role, Marts: c.Mart, IssuedAt: now.Unix(), Expires: now.Add(c.TTL).Unix()}
	if c.Renew > 0 {
		made.Renew = now.Add(c.Renew).Unix()
	}
	return made
}

func (c *tokenCommand) print(env environment, text string, claims wire.Claims) (err error) {
	expires := time.Unix(claims.Expires, 0).UTC()
	if c.JSON {
		return json.NewEncoder(env.stdout).Encode(struct {
			Token   string    `json:"token"`
			Subject string    `json:"subject"`
			Expires time.Time `json:"expires"`
		}{text, claims.Subject, expires})
	}
	if _, err = fmt.Fprintf(env.stderr, "its holder is %s, and it expires at %s\n", claims.Subject, expires.Format(time.RFC3339)); err != nil {
		return err
	}
	_, err = fmt.Fprintln(env.stdout, text)
	return err
}
