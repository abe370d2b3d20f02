package agent

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"os"
	"time"

	mathrand "math/rand/v2"

	"jumun/desktop/internal/client"
	"jumun/desktop/internal/i18n"
	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/settings"
	"jumun/desktop/internal/wait"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// EnrolVariable is the environment variable with the enrolment key of this PC.
const EnrolVariable = "JUMUN_ENROL"

const (
	// enrolPatience is how long a PC that is set to a mart looks for its token before it uses an enrolment key:
	// after a login the keychain may come up later than jumun.
	enrolPatience = time.Minute
	// enrolRetry is how soon it is tried again after a failure that may pass, with up to as much again: a
	// thousand PCs may be switched on at once.
	enrolRetry = 10 * time.Second
	// enrolRefusedRetry is the same after the server has refused the key. To the server that is a guess, which
	// holds up whoever types a code in the same store.
	enrolRefusedRetry = time.Hour
)

// enrolmentKey returns the key by which a PC with these settings is to be paired where it has no token; "" if there
// is none. An administrator gives many PCs the same one: in their environment, by a policy, or in the settings file
// of their image.
func enrolmentKey(s settings.Settings) string {
	return cmp.Or(os.Getenv(EnrolVariable), s.Policy.Enrol, s.Enrol)
}

// Enrol pairs this PC at the server of s by an enrolment key, as Pair does by a code. The server says which mart
// it is; if s has a mart, the key must be for that one. The key in s is removed: the file of an image would pair
// other PCs.
func (p Pairing) Enrol(ctx context.Context, s settings.Settings, key string) (settings.Settings, error) {
	paired, err := p.requestEnrolment(ctx, s, key, rand.Text())
	if err != nil {
		return s, err
	}
	s.Mart, s.Enrol = paired.MartID, ""
	return p.keep(ctx, s, paired)
}

// requestEnrolment exchanges an enrolment key for a token at the server. request are random letters, the same for
// each further try.
func (p Pairing) requestEnrolment(ctx context.Context, s settings.Settings, key, request string) (wire.Paired, error) {
	if _, err := wire.ParseEnrolKey(key); err != nil { // the server would answer the same, and count the try
		return wire.Paired{}, p.enrolFailure(client.ErrEnrol)
	}
	transport, err := client.Transport(ctx, s.CA)
	if err != nil {
		return wire.Paired{}, p.enrolFailure(err)
	}
	defer transport.CloseIdleConnections()
	host, _ := os.Hostname() // it may have none
	paired, err := client.Enrol(ctx, s.Server, transport, wire.EnrolRequest{Key: key, Computer: cmp.Or(wire.ComputerName(host), "pc"), Device: deviceName(s), MartID: s.Mart, Request: request})
	if err == nil && s.Mart != "" && paired.MartID != s.Mart {
		err = client.ErrEnrol
	}
	if err != nil {
		return wire.Paired{}, p.enrolFailure(err)
	}
	p.Log.Info("this PC was paired by an enrolment key", "mart", paired.MartID, "device", paired.Device)
	return paired, nil
}

func (p Pairing) enrolFailure(err error) error {
	return &PairingError{Text: client.Explain(p.Translator, err), cause: err}
}

// Works reports whether this PC has a token for the mart of s that the server takes. If the server does not say,
// that is an error.
func (p Pairing) Works(ctx context.Context, s settings.Settings) (bool, error) {
	token, err := p.Tokens.Token(ctx, s.Server, s.Mart)
	if errors.Is(err, settings.ErrNoToken) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	transport, err := client.Transport(ctx, s.CA)
	if err != nil {
		return false, p.enrolFailure(err)
	}
	defer transport.CloseIdleConnections()
	err = (&client.Client{Server: s.Server, Mart: s.Mart, Token: token, HTTP: transport}).Check(ctx)
	if err == nil || client.RefusesToken(err) {
		return err == nil, nil
	}
	return false, p.enrolFailure(err)
}

// An enroller pairs this PC by an enrolment key where it has no token, or one that has expired or that the server
// does not know. Where the token was revoked it does nothing: a person has to undo that.
type enroller struct {
	pairing  Pairing
	settings settings.Settings
	key      string // "": it does nothing
	request  string
	done     func(wire.Paired) // posts that this PC is paired; the token is stored

	due     time.Time     // when to try next
	state   client.State  // what people see until then
	useless chan struct{} // has a value when the server has said that the token is no good
}

func (a *Agent) newEnroller(s settings.Settings, t *i18n.Translator, post func(func())) *enroller {
	patience := enrolPatience
	if s.Mart == "" {
		patience = 0
	}
	return &enroller{
		pairing:  Pairing{SettingsPath: a.SettingsPath, Tokens: a.Tokens, Translator: t, Log: a.Log},
		settings: s, key: enrolmentKey(s), request: a.enrolRequest,
		done:  func(paired wire.Paired) { post(func() { a.enrolled(paired) }) },
		state: client.State{Name: ipc.Refused, Reason: ipc.RefusedUnpaired}, due: time.Now().Add(patience), useless: make(chan struct{}, 1),
	}
}

// enrolled makes this PC one of the mart with which it was paired by an enrolment key.
func (a *Agent) enrolled(paired wire.Paired) {
	s := a.settings
	s.Mart, s.MartName, s.Enrol = paired.MartID, settings.MartName{Mart: paired.MartID, Name: paired.MartName}, ""
	s = settings.Clean(s) // the mart may have no name
	if err := settings.Save(a.SettingsPath, s); err != nil {
		a.Log.Error("the settings were not stored", "err", err)
		a.settingsNotice = a.Translator.Text("agent.settings-not-saved", "Cause", err)
	}
	a.setSettings(s)
	a.setAutostart(s.Login)
	a.reconnect()
}

// enrolWithoutToken tries to pair this PC if it is time, and returns what people see until it is.
func (e *enroller) enrolWithoutToken(ctx context.Context) client.State {
	if time.Now().Before(e.due) {
		return e.state
	}
	e.state = e.try(ctx)
	return e.state
}

// try tries once, and returns what people see after a failure. After a success it waits for ctx: the loop begins a
// new connection, which ends this one.
func (e *enroller) try(ctx context.Context) client.State {
	paired, err := e.pairing.requestEnrolment(ctx, e.settings, e.key, e.request)
	if err == nil {
		err = e.pairing.Tokens.Save(ctx, e.settings.Server, paired.MartID, paired.Token)
	}
	if err == nil {
		e.done(paired)
		<-ctx.Done()
		return client.State{}
	}
	pause, state := enrolRetry, client.State{Name: ipc.Connecting, Detail: order.Line(err.Error(), order.MaxName)}
	var busy *client.TooManyError
	switch {
	case errors.Is(err, client.ErrEnrol):
		pause, state = enrolRefusedRetry, client.State{Name: ipc.Refused, Reason: ipc.RefusedEnrol}
	case errors.As(err, &busy):
		pause = max(busy.Wait, pause)
	}
	e.due = time.Now().Add(pause + mathrand.N(pause))
	if ctx.Err() == nil {
		e.pairing.Log.Warn("this PC was not paired by its enrolment key", "err", err, "again", e.due)
	}
	return state
}

// await returns when it is time to try again, or when there may be a token.
func (e *enroller) await(ctx context.Context, token func(context.Context)) {
	limited, cancel := context.WithDeadline(ctx, e.due)
	defer cancel()
	token(limited)
}

// watch returns a func that calls report, and notes that the server says that the token is no good.
func (e *enroller) watch(report func(client.State)) func(client.State) {
	return func(s client.State) {
		if e.key != "" && (s.Reason == ipc.RefusedExpired || s.Reason == ipc.RefusedToken) {
			select {
			case e.useless <- struct{}{}:
			default: // it is known
			}
		}
		report(s)
	}
}

// replace pairs this PC again once its token is no good. It tries until it is paired or ctx ends.
func (e *enroller) replace(ctx context.Context) {
	select {
	case <-e.useless:
	case <-ctx.Done():
	}
	for ctx.Err() == nil {
		e.try(ctx)
		wait.For(ctx, time.Until(e.due))
	}
}
