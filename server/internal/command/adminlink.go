package command

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"jumun/server/internal/auth/pairing"
	"jumun/server/internal/devices"
	"jumun/shared/order"
	"jumun/shared/wire"
)

type adminCommand struct {
	Keys string         `placeholder:"FILE" help:"Key file of the servers: without --server, the link is for a new administrator."`
	Mart []order.MartID `sep:"none" placeholder:"42" help:"With --keys: ID of a mart that the administrator looks after; may be given several times. The default is all."`
	Name string         `placeholder:"본사" help:"With --keys: name by which people know the administrator."`
	remote
	PublicURL string `name:"public-url" placeholder:"URL" help:"Address at which browsers reach the server, if it is not that of --server."`
	JSON      bool   `name:"json" help:"Print {\"code\",\"expires\",\"page\"} for a script."`
}

// Help has examples.
func (adminCommand) Help() string {
	return "The link is good once, for 15 minutes, and signs a browser in for 12 hours, at the marts of the administrator only. What stands behind # reaches no log.\n\n" +
		"Examples:\n\n  jumun-server admin-link --keys keys.json --redis redis://redis:6379 --public-url https://jumun.example.com\n\n" +
		"  JUMUN_TOKEN=… jumun-server admin-link --server https://jumun.example.com"
}

// Validate refuses what says twice, or not at all, who is signed in.
func (c *adminCommand) Validate() error {
	switch {
	case c.Keys == "" && c.Server == "":
		return errors.New("give --keys, for a new administrator, or --server, for the one of $JUMUN_TOKEN")
	case c.Server != "" && (len(c.Mart) > 0 || c.Name != ""):
		return errors.New("--mart and --name are for --keys: the token of $JUMUN_TOKEN has its own")
	}
	return validPublicURL(c.PublicURL)
}

// Run makes a link.
func (c *adminCommand) Run(ctx context.Context, env environment) error {
	var link wire.AdminLink
	err := c.ask(ctx, env, http.MethodPost, wire.LinksPath, nil, &link, func(ctx context.Context, r *devices.Registry) error {
		text, err := c.token(env)
		if err == nil {
			link, err = pairing.CreateLink(ctx, r, text, time.Now())
		}
		return err
	})
	if err != nil {
		return err
	}
	page := link.Page(strings.TrimRight(c.address(), "/"))
	if c.JSON {
		return json.NewEncoder(env.stdout).Encode(struct {
			wire.AdminLink
			Page string `json:"page"`
		}{link, page})
	}
	format := env.language.choose("%s\nsigns a browser in once, until %s\n", "%s\n%s까지 한 번 로그인할 수 있는 링크입니다\n")
	_, err = fmt.Fprintf(env.stdout, format, order.Line(page, wire.MaxPairingLink), date(link.Expires))
	return err
}

func (c *adminCommand) address() string {
	if c.PublicURL != "" {
		return c.PublicURL
	}
	return c.Server
}

// token makes the token of a new administrator.
func (c *adminCommand) token(env environment) (string, error) {
	marts := c.Mart
	if len(marts) == 0 {
		marts = []order.MartID{wire.AnyMart}
	}
	t := tokenCommand{Keys: c.Keys, Role: wire.RoleAdmin, Mart: marts, Name: c.Name, TTL: wire.SessionLife}
	text, _, err := t.sign(env)
	return text, err
}
