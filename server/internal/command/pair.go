package command

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"jumun/server/internal/auth/pairing"
	"jumun/server/internal/devices"
	"jumun/shared/order"
	"jumun/shared/wire"
)

type pairCommand struct {
	Mart order.MartID `required:"" placeholder:"42" help:"ID of the mart."`
	Name string       `placeholder:"강남점" help:"Name of the mart, for people."`
	remote
	PublicURL string `name:"public-url" placeholder:"URL" help:"Address at which devices reach the server, if it is not that of --server: for the pairing link."`
	JSON      bool   `name:"json" help:"Print {\"code\",\"martId\",\"expires\",\"link\",\"page\"} for a script."`
}

// Help has examples.
func (pairCommand) Help() string {
	return "The code is good once, for 15 minutes: enter it with the mart ID in the settings of the app, or by \"jumun pair\". " +
		"The link has all of that: pasted into the settings, or opened by the app, it fills them in; the second link is for a browser. They are printed if the server's https address is known.\n\n" +
		"Examples:\n\n  jumun-server pair --mart 42 --name 강남점\n\n  JUMUN_TOKEN=… jumun-server pair --mart 42 --server https://jumun.example.com\n\n" +
		"  jumun-server pair --mart 42 --public-url https://jumun.example.com"
}

// Validate refuses the wildcard, and an address that no device can use.
func (c *pairCommand) Validate() error {
	if err := validPublicURL(c.PublicURL); err != nil {
		return err
	}
	return oneMart(c.Mart)
}

// validPublicURL refuses an address that no browser can use; "" is none.
func validPublicURL(address string) error {
	if u, err := url.Parse(address); address != "" && (err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "") {
		return errors.New("--public-url must be an address such as https://jumun.example.com")
	}
	return nil
}

// Run makes a one-time code that pairs a device.
func (c *pairCommand) Run(ctx context.Context, env environment) error {
	p := wire.Pairing{MartID: c.Mart, Name: order.Line(c.Name, order.MaxName)}
	var code wire.PairingCode
	err := c.ask(ctx, env, http.MethodPost, wire.PairingsPath, p, &code, func(ctx context.Context, r *devices.Registry) (err error) {
		code, err = pairing.CreateCode(ctx, r, p, time.Now())
		return err
	})
	switch {
	case err != nil:
		return err
	case c.JSON:
		return json.NewEncoder(env.stdout).Encode(struct {
			wire.PairingCode
			Link string `json:"link,omitempty"`
			Page string `json:"page,omitempty"`
		}{code, c.link(code).String(), c.link(code).Page()})
	}
	format := env.language.choose("%s\nfor one device of mart %s, until %s\n", "%s\n매장 %s 기기 한 대를 등록하는 코드입니다. %s까지 쓸 수 있습니다\n")
	if _, err = fmt.Fprintf(env.stdout, format, oneLine(code.Code), oneLine(code.MartID), date(code.Expires)); err != nil {
		return err
	}
	if link := c.link(code); link.Server != "" {
		_, err = fmt.Fprintf(env.stdout, "%s\n%s\n", link, link.Page())
	}
	return err
}

// link returns the pairing link with code; without Server, if the address of the server is not known. An http address that
// an administrator uses may be one behind the proxy.
func (c *pairCommand) link(code wire.PairingCode) wire.PairingLink {
	address := c.PublicURL
	if address == "" && strings.HasPrefix(strings.ToLower(c.Server), "https://") {
		address = c.Server
	}
	plain, err := wire.ParseCode(code.Code)
	if address == "" || err != nil {
		return wire.PairingLink{}
	}
	return wire.PairingLink{Server: strings.TrimRight(address, "/"), Mart: code.MartID, Code: plain}
}
