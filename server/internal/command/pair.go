package command

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
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
	JSON bool `name:"json" help:"Print {\"code\",\"martId\",\"expires\"} for a script."`
}

// Help has examples.
func (pairCommand) Help() string {
	return "The code is good once, for 15 minutes: enter it with the mart ID in the settings of the app, or by \"jumun pair\".\n\n" +
		"Examples:\n\n  jumun-server pair --mart 42 --name 강남점\n\n  JUMUN_TOKEN=… jumun-server pair --mart 42 --server https://jumun.example.com"
}

// Validate refuses the wildcard.
func (c *pairCommand) Validate() error { return oneMart(c.Mart) }

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
		return json.NewEncoder(env.stdout).Encode(code)
	}
	format := env.language.choose("%s\nfor one device of mart %s, until %s\n", "%s\n매장 %s 기기 한 대를 등록하는 코드입니다. %s까지 쓸 수 있습니다\n")
	_, err = fmt.Fprintf(env.stdout, format, oneLine(code.Code), oneLine(code.MartID), code.Expires.Local().Format(time.TimeOnly))
	return err
}
