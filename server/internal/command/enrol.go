package command

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"jumun/server/internal/auth/pairing"
	"jumun/server/internal/devices"
	"jumun/shared/order"
	"jumun/shared/wire"
)

type enrolCommand struct {
	Mart   order.MartID  `placeholder:"42" help:"ID of the mart, of a key for any computer of one mart."`
	Name   string        `placeholder:"강남점" help:"Name of the mart, for people."`
	Map    string        `type:"path" placeholder:"FILE" help:"In place of --mart, a CSV file of computers: name, mart, and the mart's name if you like. The key gives each computer its own mart."`
	Uses   int           `default:"1" help:"How often the key may be used; with --map, by each computer."`
	For    time.Duration `default:"168h" help:"How long the key is good."`
	List   bool          `help:"List the keys, and why each is not good any more."`
	ID     string        `name:"id" placeholder:"enrol-…" help:"With --list: this key only, and which computers have used it."`
	Revoke string        `placeholder:"enrol-…" help:"Revoke this key. The devices that were paired by it stay."`
	remote
	JSON bool `name:"json" help:"Print {\"key\",\"id\",\"expires\"} for a script; of --list, {\"enrolments\":[…]}."`
}

// Help has examples.
func (enrolCommand) Help() string {
	return "The key pairs many PCs, for a roll-out: put it into the settings of their image, or run \"jumun pair --server URL --enrol KEY\" on each. " +
		"The server then says of which mart a PC is. Whoever has the key can pair a PC, so make it short-lived, and revoke it after the roll-out.\n\n" +
		"Examples:\n\n  jumun-server enrol --mart 42 --uses 3 --for 720h\n\n  jumun-server enrol --map stores.csv\n\n" +
		"  jumun-server enrol --list\n\n  jumun-server enrol --revoke enrol-EXAMPLE"
}

// Validate refuses none, or several, of the things to do.
func (c *enrolCommand) Validate() error {
	chosen := 0
	for _, is := range []bool{c.Mart != "", c.Map != "", c.List, c.Revoke != ""} {
		if is {
			chosen++
		}
	}
	switch {
	case chosen != 1:
		return errors.New("give one of --mart, --map, --list and --revoke")
	case c.ID != "" && !c.List:
		return errors.New("--id is for --list")
	case c.Uses < 1 || c.Uses > wire.MaxEnrolmentUses:
		return fmt.Errorf("--uses must be 1 to %d", wire.MaxEnrolmentUses)
	case c.For < time.Second || c.For > wire.MaxEnrolmentLife:
		return fmt.Errorf("--for must be 1s to %v", wire.MaxEnrolmentLife)
	}
	return oneMart(c.Mart)
}

// Run makes, lists or revokes enrolment keys.
func (c *enrolCommand) Run(ctx context.Context, env environment) error {
	switch {
	case c.List:
		return c.list(ctx, env)
	case c.Revoke != "":
		return c.revoke(ctx, env)
	}
	wanted := wire.Enrolment{MartID: c.Mart, Name: order.Line(c.Name, order.MaxName), Uses: c.Uses, Seconds: int64(c.For / time.Second)}
	var err error
	if c.Map != "" {
		wanted.Computers, err = readMap(c.Map)
	}
	if err == nil {
		wanted, err = wanted.Clean()
	}
	if err != nil {
		return err
	}
	var key wire.EnrolmentKey
	err = c.ask(ctx, env, http.MethodPost, wire.EnrolmentsPath, wanted, &key, func(ctx context.Context, r *devices.Registry) (err error) {
		key, err = pairing.CreateEnrolment(ctx, r, wanted)
		return err
	})
	switch {
	case err != nil:
		return err
	case c.JSON:
		return json.NewEncoder(env.stdout).Encode(key)
	}
	return c.print(env, wanted, key)
}

func (c *enrolCommand) print(env environment, made wire.Enrolment, key wire.EnrolmentKey) error {
	what := fmt.Sprintf(env.language.choose("mart %s, %d times", "매장 %s, %d번"), oneLine(made.MartID), made.Uses)
	if n := len(made.Computers); n > 0 {
		what = fmt.Sprintf(env.language.choose("%d computers of %d marts, %d× each", "PC %d대, 매장 %d곳, PC마다 %d번"), n, len(made.Marts()), made.Uses)
	}
	format := env.language.choose("%s\nfor %s, until %s; it is listed as %s, and nobody can show it again\n", "%s\n%s 쓸 수 있고 %s까지입니다. 목록에는 %s(으)로 나오며, 키는 다시 볼 수 없습니다\n")
	_, err := fmt.Fprintf(env.stdout, format, oneLine(key.Key), what, date(key.Expires), oneLine(key.ID))
	return err
}

// revoke revokes a key.
func (c *enrolCommand) revoke(ctx context.Context, env environment) error {
	err := c.ask(ctx, env, http.MethodPost, wire.EndEnrolment, wire.EnrolmentID{ID: c.Revoke}, nil, func(ctx context.Context, r *devices.Registry) error {
		return r.EndEnrolment(ctx, c.Revoke, "", devices.AnyEnrolment)
	})
	if err == nil {
		_, err = fmt.Fprintln(env.stdout, env.language.choose("revoked; the devices that were paired by it stay", "해제했습니다. 이 키로 등록한 기기는 그대로입니다"))
	}
	return err
}
