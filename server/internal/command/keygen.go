package command

import (
	"encoding/json"
	"fmt"
	"time"

	"jumun/server/internal/auth/token"
	"jumun/shared/order"
	"jumun/shared/wire"
)

type keygenCommand struct {
	Keys string         `required:"" placeholder:"FILE" help:"Key file, a JWK Set; a missing one is made."`
	Role []wire.Role    `sep:"none" enum:"device,publisher,admin" placeholder:"ROLE" help:"The key is for tokens of this role only: device, publisher or admin. May be given several times."`
	Mart []order.MartID `sep:"none" placeholder:"42" help:"The key is for tokens of this mart only. May be given several times."`
	JSON bool           `name:"json" help:"Print {\"kid\",\"file\"} for a script."`
}

// Help has examples.
func (keygenCommand) Help() string {
	return "Whoever can read the file can make tokens with its keys. Running servers read it again by themselves. " +
		"A further key signs when it is 10 minutes old, so that every server knows it by then; to change keys, add one, " +
		"have the tokens of the old one renewed (\"keys renew\"), and remove it when it has none left (\"keys list\", \"keys remove\").\n\n" +
		"A key with limits (--role, --mart) is lent: somebody else makes tokens with it, such as the backend of a mart. " +
		"Servers take those tokens, and never sign by it. They need a key without limits, too.\n\n" +
		"Examples:\n\n  jumun-server keygen --keys keys.json\n\n  jumun-server keygen --keys keys.json --role publisher --mart 42"
}

// Run adds a key to the file.
func (c *keygenCommand) Run(env environment) error {
	kid, err := token.AddKey(c.Keys, c.Role, c.Mart, time.Now())
	if err != nil {
		return advise(fmt.Errorf("cannot add a key to %s (%w)", c.Keys, err),
			"correct the file, or name another one with --keys", "파일을 고치거나 --keys로 다른 파일을 지정하세요")
	}
	if c.JSON {
		return json.NewEncoder(env.stdout).Encode(struct {
			Key  string `json:"kid"`
			File string `json:"file"`
		}{kid, c.Keys})
	}
	_, err = fmt.Fprintf(env.stdout, "added key %s to %s: keep that file secret, and give it to every server: jumun-server serve --keys %[2]s\n"+
		"%[3]sThe first key of a file signs at once, a further one in 10 minutes. See \"jumun-server token --help\" for how to make a token.\n", kid, c.Keys, c.limits())
	return err
}

// limits says what the key is limited to: JUMUN_MART may be set for another command.
func (c *keygenCommand) limits() (text string) {
	if len(c.Role) > 0 {
		text += fmt.Sprintf("It is for tokens of these roles only: %v\n", c.Role)
	}
	if len(c.Mart) > 0 {
		text += fmt.Sprintf("It is for tokens of these marts only: %v\n", c.Mart)
	}
	return text
}
