package command

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"jumun/server/internal/auth"
	"jumun/server/internal/auth/token"
	"jumun/server/internal/escalation"
	"jumun/server/internal/tlsconf"
)

// A checkCommand has the flags of serve.
type checkCommand struct {
	serveCommand `embed:""`
	JSON         bool `name:"json" help:"Print {\"ok\",\"findings\":[{\"about\",\"state\",\"text\"}]} for a script."`
}

// Help has examples.
func (checkCommand) Help() string {
	return "Takes the flags and variables of serve, and says what is wrong with them, with the key and certificate files, and with Redis: " +
		"its version, whether it keeps its data, the rights of its user, its clock. It serves nothing, and leaves nothing behind. Exit code 1: serve would not work.\n\n" +
		"Examples:\n\n  jumun-server check --keys keys.json --redis redis://redis:6379\n\n  docker run --env-file jumun.env jumun-server check"
}

// The states of a finding.
const (
	good = "ok"
	warn = "warning" // it serves; something should be changed
	bad  = "error"   // it would not serve
)

// A finding is what was found out about one thing.
type finding struct {
	About string `json:"about"`
	State string `json:"state"`
	Text  string `json:"text"`
}

// errChecked is that of a check that has printed what is wrong.
var errChecked = errors.New("serve would not work so")

// Run prints what it finds.
func (c *checkCommand) Run(ctx context.Context, env environment) error {
	ctx, cancel := context.WithTimeout(ctx, commandTimeout)
	defer cancel()
	var all []finding
	for _, name := range env.unknown {
		all = append(all, finding{"variables", warn, name + " is ignored: no setting has this name"})
	}
	all = append(all, c.checkKeys()...)
	all = append(all, c.checkCertificate()...)
	all = append(all, c.checkProxies()...)
	if _, err := openReleases(c.Releases); err != nil {
		all = append(all, finding{"--releases", bad, env.language.message(err)})
	}
	all = append(all, c.checkEscalation()...)
	all = append(all, c.checkRedis(ctx, env)...)
	err := c.print(env, all)
	for _, f := range all {
		if f.State == bad && err == nil {
			return errChecked
		}
	}
	return err
}

func (c *checkCommand) print(env environment, all []finding) error {
	if c.JSON {
		ok := true
		for _, f := range all {
			ok = ok && f.State != bad
		}
		return json.NewEncoder(env.stdout).Encode(struct {
			OK       bool      `json:"ok"`
			Findings []finding `json:"findings"`
		}{ok, all})
	}
	for _, f := range all {
		if _, err := fmt.Fprintf(env.stdout, "%-8s %s: %s\n", f.State, f.About, strings.Join(strings.Fields(f.Text), " ")); err != nil {
			return err
		}
	}
	return nil
}

// checkKeys reads the key file, and tells what is wrong with it.
func (c *checkCommand) checkKeys() (all []finding) {
	loopback, err := isLoopback(c.Listen)
	switch {
	case err != nil:
		return []finding{{"--listen", bad, err.Error()}}
	case c.Keys == "" && c.Data != "":
		return []finding{{"keys", good, "they are in the folder of --data, and are made there if there are none"}}
	case c.Keys == "" && !loopback && !c.AllowThrowaway:
		return []finding{{"keys", bad, `there is no --keys, and other machines can reach ` + c.Listen + `: make a file with "jumun-server keygen --keys FILE"`}}
	case c.Keys == "":
		return []finding{{"keys", warn, "there is no --keys: every paired device is forgotten when the server ends"}}
	}
	var log strings.Builder
	_, err = token.OpenKeyFile(c.Keys, slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelWarn, ReplaceAttr: messageOnly})))
	if err != nil {
		return []finding{{"keys", bad, fmt.Sprintf("%v: make a key with \"jumun-server keygen --keys %s\"", err, c.Keys)}}
	}
	for line := range strings.Lines(log.String()) {
		all = append(all, finding{"keys", warn, line})
	}
	return append(all, finding{"keys", good, c.Keys + " has keys"})
}

// checkProxies tells of a range that holds everybody: then each client says itself which address it has.
func (c *checkCommand) checkProxies() (all []finding) {
	trusted, err := auth.ParseTrustedProxies(c.TrustedProxies)
	if err != nil {
		return []finding{{"--trusted-proxies", bad, err.Error()}}
	}
	for _, t := range trusted {
		if t.Bits() == 0 {
			all = append(all, finding{"--trusted-proxies", warn, t.String() + " is everybody: whoever guesses codes has a new address each time; name the addresses of your proxies"})
		}
	}
	return all
}

// messageOnly leaves time and level out of a line of the log.
func messageOnly(_ []string, a slog.Attr) slog.Attr {
	if a.Key == slog.TimeKey || a.Key == slog.LevelKey {
		return slog.Attr{}
	}
	return a
}

// checkEscalation reads the policy of escalation.
func (c *checkCommand) checkEscalation() []finding {
	if c.Escalation == "" {
		return []finding{{"escalation", warn, "there is no --escalation: nobody is told of an order that no PC has taken, or that nobody answers"}}
	}
	p, err := escalation.LoadPolicy(c.Escalation)
	switch {
	case err != nil:
		return []finding{{"escalation", bad, err.Error()}}
	case len(p.Targets()) == 0:
		return []finding{{"escalation", warn, c.Escalation + " has no targets: nobody is told"}}
	}
	return []finding{{"escalation", good, fmt.Sprintf("%s has %d targets", c.Escalation, len(p.Targets()))}}
}

// expiresSoon is when a certificate that was not renewed yet is worth a word: those who renew do so a month before.
const expiresSoon = 14 * 24 * time.Hour

func (c *checkCommand) checkCertificate() []finding {
	if c.TLSCert == "" {
		return nil
	}
	files, err := tlsconf.Open(c.TLSCert, c.TLSKey, slog.New(slog.DiscardHandler))
	if err != nil {
		return []finding{{"certificate", bad, err.Error()}}
	}
	ends := files.Ends()
	text := fmt.Sprintf("%s is good until %s", c.TLSCert, date(ends))
	switch left := time.Until(ends); {
	case left < 0:
		return []finding{{"certificate", bad, fmt.Sprintf("%s has ended on %s: renew it", c.TLSCert, date(ends))}}
	case left < expiresSoon:
		return []finding{{"certificate", warn, text + ": renew it"}}
	}
	return []finding{{"certificate", good, text}}
}
