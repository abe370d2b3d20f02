package command

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"jumun/desktop/internal/agent"
	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/ipc/instance"
	"jumun/desktop/internal/settings"
	"jumun/shared/order"
)

// pair holds the arguments of "jumun pair". A setting without an argument stays as it is.
type pair struct {
	Server       string       `help:"Address of the server, such as https://jumun.example.com."`
	Mart         order.MartID `help:"ID of the mart, such as 42."`
	Code         string       `help:"Pairing code, such as ABCD-EFGH. Others on this computer can read what is typed here; the environment is this user's." env:"JUMUN_CODE"`
	Enrol        string       `placeholder:"KEY" help:"In place of a code: the enrolment key of a roll-out. The server says which mart this PC is of. A PC that is paired already stays as it is." env:"JUMUN_ENROL"`
	Name         string       `help:"Name of this PC, for people."`
	CA           string       `name:"ca" help:"PEM file with certificate authorities to trust beside the system's."`
	pinFrom      `embed:""`
	LeaveWaiting bool `help:"Change the mart though orders of the mart before wait: here they ring no more."`
	AllowHTTP    bool `name:"allow-http" help:"Allow an http address of another computer: anybody on the way can read the orders."`
}

// Validate refuses what cannot pair.
func (c pair) Validate() error {
	if c.Code == "" && c.Enrol == "" {
		return errors.New("give --code or --enrol")
	}
	return nil
}

// enrols reports whether to pair by the enrolment key: who has typed a code wants that.
func (c pair) enrols() bool { return c.Code == "" }

// apply returns s with the arguments.
func (c pair) apply(s settings.Settings) (settings.Settings, error) {
	if s.Server = cmp.Or(c.Server, s.Server); c.Mart != "" || c.enrols() { // a key says itself of which mart it is
		s.Mart = c.Mart
	}
	s.Device, s.Insecure = cmp.Or(c.Name, s.Device), c.AllowHTTP || s.Insecure
	if c.CA != "" {
		path, err := filepath.Abs(c.CA)
		if err != nil {
			return s, fmt.Errorf("--ca: %w", err)
		}
		s.CA = path
	}
	return s.Policy.Apply(settings.Clean(s)), nil
}

// checkPolicy returns an error if c asks for another server or mart than the administrator of this PC has decided.
func (p program) checkPolicy(c pair, decided settings.Policy) error {
	asked := settings.Clean(settings.Settings{Server: c.Server, Mart: c.Mart})
	switch {
	case asked.Server != "" && decided.Server != "" && asked.Server != decided.Server:
		return errors.New(p.translator.Text("managed.server", "Server", decided.Server))
	case asked.Mart != "" && decided.Mart != "" && asked.Mart != decided.Mart:
		return errors.New(p.translator.Text("managed.mart", "Mart", decided.Mart))
	}
	return nil
}

// pair pairs this PC without a screen. A running agent uses the new settings at once.
func (p program) pair(ctx context.Context, c pair) error {
	file, err := p.settingsPath()
	if err != nil {
		return err
	}
	old, err := p.loadSettings(file)
	if err != nil {
		return err
	}
	if err := p.checkPolicy(c, old.Policy); err != nil {
		return err
	}
	if err := p.checkPIN(ctx, c.pinFrom, file, old.PIN); err != nil {
		return err
	}
	s, err := c.apply(old)
	if err != nil {
		return err
	}
	pairing := agent.Pairing{SettingsPath: file, Tokens: p.tokenStore(file), Translator: p.translator, Log: p.log}
	if paired, err := p.isPaired(ctx, c, pairing, old, s); err != nil || paired {
		return err
	}
	if err := p.checkAll(s, c.enrols()); err != nil {
		return err
	}
	if err := p.checkWaiting(ctx, c, s.Mart); err != nil {
		return err
	}
	if c.enrols() {
		s, err = pairing.Enrol(ctx, s, c.Enrol)
	} else {
		s, err = pairing.Pair(ctx, s, c.Code)
	}
	if err != nil {
		return err
	}
	pairing.RemoveOldToken(ctx, old, s)
	settings.MarkRead(file) // of damaged settings: what they lost was given anew
	done := p.translator.Text("main.pair-done", "Mart", s.Mart)
	if name := s.ShopName(); name != "" {
		done = p.translator.Text("main.pair-done-name", "Mart", s.Mart, "Name", name)
	}
	fmt.Fprintln(p.out, done)
	p.tellAutostart(setAutostart(s.Login))
	return p.reload(ctx)
}

// isPaired reports whether an enrolment key is not needed, because this PC is paired with the server of s, and says so:
// a script may run the command at each login, and a key is good for so many uses.
func (p program) isPaired(ctx context.Context, c pair, pairing agent.Pairing, old, s settings.Settings) (bool, error) {
	if !c.enrols() || old.Mart == "" || old.Server != s.Server || s.Mart != "" && s.Mart != old.Mart {
		return false, nil
	}
	works, err := pairing.Works(ctx, old)
	if works {
		_, err = fmt.Fprintln(p.out, p.translator.Text("main.pair-already", "Mart", old.Mart))
	}
	return works, err
}

// loadSettings reads the settings, or what can be used of them.
func (p program) loadSettings(file string) (settings.Settings, error) {
	s, err := settings.Load(file)
	if text := agent.PolicyText(p.translator, s.Policy); text != "" {
		fmt.Fprintln(p.err, text)
	}
	var corrupt *settings.CorruptError
	if errors.As(err, &corrupt) { // the file is kept aside
		p.log.Warn("the settings were corrupt", "kept", corrupt.Kept, "err", err)
		return s, nil
	}
	if err != nil {
		return s, textError{p.translator.Text("agent.settings-unreadable", "Cause", err), err}
	}
	return s, nil
}

// checkWaiting returns an error if orders of another mart ring, unless a person wants to end them.
func (p program) checkWaiting(ctx context.Context, c pair, mart order.MartID) error {
	reply, err := p.reply(ctx, ipc.Command{Do: ipc.DoStatus}, answerTimeout)
	s := reply.Status
	if err != nil || s == nil || s.Mart == "" || s.Mart == mart || s.Orders == 0 || c.LeaveWaiting { // nothing rings where none runs
		return nil
	}
	return errors.New(p.translator.Text("main.pair-waiting", "Mart", s.Mart, "N", s.Orders))
}

// tellAutostart says why jumun will not start at login. The PC is paired all the same.
func (p program) tellAutostart(err error) {
	if err != nil {
		fmt.Fprintln(p.err, agent.AutostartText(p.translator, err))
	}
}

// checkAll returns an error with the texts of everything that is wrong with s. It may have no mart if the server says
// which.
func (p program) checkAll(s settings.Settings, martLater bool) error {
	problems := p.check(s)
	if martLater && s.Mart == "" {
		delete(problems, "mart")
	}
	texts := slices.Sorted(maps.Values(problems)) // in a fixed order
	if len(texts) == 0 {
		return nil
	}
	return errors.New(strings.Join(texts, "\n"))
}

// tokenStore returns the store beside the settings in file.
func (p program) tokenStore(file string) *settings.TokenStore {
	return settings.NewTokenStore(filepath.Join(filepath.Dir(file), "tokens.json"), p.log)
}

// reload tells the running agent to read the settings again. If none is running, the next
// one reads them when it starts.
func (p program) reload(ctx context.Context) error {
	err := p.ask(ctx, ipc.Command{Do: ipc.DoReload})
	if errors.Is(err, instance.ErrNotRunning) {
		return nil
	}
	return err
}
