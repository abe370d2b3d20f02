package command

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"jumun/server/internal/escalation"
	"jumun/server/internal/escalation/webhook"
	"jumun/shared/wire"
)

type webhookCommand struct {
	Test webhookTestCommand `cmd:"" help:"Send a test message to a target, and say what it answers."`
	List webhookListCommand `cmd:"" help:"List the targets of a server, what waits for each, and what failed there."`
}

type webhookTestCommand struct {
	Target       string `arg:"" help:"URL of the target, or with --escalation the name of one in the policy."`
	Escalation   string `placeholder:"FILE" help:"Policy in which the target stands."`
	SecretsFile  string `placeholder:"FILE" help:"File with the secrets that sign, one a line: whsec_…."`
	Format       string `enum:"standard,slack" default:"standard" help:"standard, or slack for {\"text\":…}."`
	AllowHTTP    bool   `name:"allow-http" help:"Allow http://."`
	AllowPrivate bool   `help:"Allow addresses of this network."`
}

// Help has examples.
func (webhookTestCommand) Help() string {
	return "Examples:\n\n  jumun-server webhook test https://hooks.example.com/jumun --secrets-file jumun.secrets\n\n  jumun-server webhook test head-office --escalation escalation.yaml"
}

// Run makes one attempt.
func (c *webhookTestCommand) Run(ctx context.Context, env environment) error {
	t, err := c.target()
	if err != nil {
		return err
	}
	m, began := escalation.TestMessage(t.Format, time.Now()), time.Now()
	a := webhook.Send(ctx, t, m)
	if a.Err != nil {
		return advise(fmt.Errorf("%s did not take the message (%w)", t.URL.Host, a.Err), "look at the target, its URL and its secrets", "받는 쪽 프로그램과 주소, 비밀값을 확인하세요")
	}
	fmt.Fprintf(env.stdout, "%s answered %d after %v; webhook-id %s\n", t.URL.Host, a.Status, time.Since(began).Round(time.Millisecond), m.ID)
	return nil
}

func (c *webhookTestCommand) target() (t webhook.Target, err error) {
	if c.Escalation != "" {
		p, err := escalation.LoadPolicy(c.Escalation)
		if err != nil {
			return t, err
		}
		if t, ok := p.Target(c.Target); ok {
			return t, nil
		}
		if !strings.Contains(c.Target, "://") {
			return t, fmt.Errorf("%s has no target %q", c.Escalation, c.Target)
		}
	}
	t = webhook.Target{Name: "test", Format: c.Format, AllowHTTP: c.AllowHTTP, AllowPrivate: c.AllowPrivate}
	if t.URL, err = escalation.ParseURL(c.Target); err != nil || c.SecretsFile == "" {
		return t, err
	}
	body, err := os.ReadFile(c.SecretsFile)
	for line := range strings.FieldsSeq(string(body)) {
		secret, wrong := webhook.ParseSecret(line)
		t.Secrets, err = append(t.Secrets, secret), errors.Join(err, wrong)
	}
	return t, err
}

type webhookListCommand struct {
	Server    string `required:"" placeholder:"URL" help:"The server to ask, with the token of an admin of all marts in $JUMUN_TOKEN."`
	AllowHTTP bool   `name:"allow-http" help:"Send the token to another computer by http too: whoever is on the way can read it, and use it."`
	JSON      bool   `name:"json" help:"Print {\"targets\":[…]} for a script."`
}

// Run lists the targets.
func (c *webhookListCommand) Run(ctx context.Context, env environment) error {
	ctx, cancel := context.WithTimeout(ctx, commandTimeout)
	defer cancel()
	var list wire.Webhooks
	if err := (remote{Server: c.Server, AllowHTTP: c.AllowHTTP}).call(ctx, env.token, http.MethodGet, wire.WebhooksPath, nil, &list); err != nil {
		return err
	}
	if c.JSON {
		return json.NewEncoder(env.stdout).Encode(list)
	}
	t := tabwriter.NewWriter(env.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "TARGET\tHOST\tWAITING\tSTATE\tFAILED\tLAST FAILURE")
	for _, target := range list.Targets {
		state, last := "on", "-"
		if target.Failing != "" {
			state = "failing: " + oneLine(target.Failing)
		}
		if target.Off != "" {
			state = "off since " + date(target.OffAt) + ": " + oneLine(target.Off)
		}
		if len(target.Failures) > 0 {
			f := target.Failures[0]
			last = date(f.Added) + " " + oneLine(f.Type) + ": " + oneLine(f.Error)
		}
		fmt.Fprintf(t, "%s\t%s\t%d\t%s\t%d\t%s\n", oneLine(target.Name), oneLine(target.Host), target.Waiting, state, len(target.Failures), last)
	}
	return t.Flush()
}
