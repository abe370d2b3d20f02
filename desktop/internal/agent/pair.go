package agent

import (
	"context"
	"errors"
	"log/slog"

	"jumun/desktop/internal/client"
	"jumun/desktop/internal/i18n"
	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/settings"
	"jumun/shared/wire"
)

// A Pairing makes this PC a device of a mart. The agent uses it for the settings window, and the
// command "jumun pair" where there is no screen. All fields are required.
type Pairing struct {
	SettingsPath string // of the settings file
	Tokens       TokenStore
	Translator   *i18n.Translator
	Log          *slog.Logger
}

// A PairingError is why this PC was not paired.
type PairingError struct {
	Field string // the setting that a person has to type again, by its JSON name; "": none
	Text  string // for people, in their language
	cause error  // nil: Text says all
}

func (e *PairingError) Unwrap() error { return e.cause }

func (e *PairingError) Error() string { return e.Text }

// Pair pairs this PC with the mart of s by a code as a person typed it. It stores the token and
// then s. The caller must have cleaned and checked s. Pair returns s with the name of the mart.
//
// Every error is a *PairingError, and leaves the settings file as it was. The code may be used up
// then: a server that could be reached does not take it twice.
func (p Pairing) Pair(ctx context.Context, s settings.Settings, typed string) (settings.Settings, error) {
	paired, err := p.requestToken(ctx, s, typed)
	if err != nil {
		return s, err
	}
	return p.keep(ctx, s, paired)
}

// keep stores a token and then s, and returns s with the name of the mart.
func (p Pairing) keep(ctx context.Context, s settings.Settings, paired wire.Paired) (settings.Settings, error) {
	if err := p.Tokens.Save(ctx, s.Server, s.Mart, paired.Token); err != nil {
		return s, p.failure("", "agent.token-not-kept", "Cause", err)
	}
	s.MartName = settings.MartName{Mart: s.Mart, Name: paired.MartName}
	s = settings.Clean(s) // it may have no name
	if err := settings.Save(p.SettingsPath, s); err != nil {
		return s, p.failure("", "agent.settings-not-saved", "Cause", err)
	}
	return s, nil
}

// requestToken exchanges the code for a token at the server.
func (p Pairing) requestToken(ctx context.Context, s settings.Settings, typed string) (wire.Paired, error) {
	code, err := wire.ParseCode(typed)
	if err != nil { // the server would answer the same, and count the try
		return wire.Paired{}, p.failure("code", "agent.pairing-wrong")
	}
	transport, err := client.Transport(ctx, s.CA)
	if err != nil {
		return wire.Paired{}, &PairingError{"ca", client.Explain(p.Translator, err), err}
	}
	defer transport.CloseIdleConnections()
	paired, err := client.Pair(ctx, s.Server, transport, wire.PairRequest{MartID: s.Mart, Code: code, Device: deviceName(s)})
	var busy *client.TooManyError
	switch {
	case errors.Is(err, client.ErrCode):
		return wire.Paired{}, p.failure("code", "agent.pairing-wrong")
	case errors.As(err, &busy):
		return wire.Paired{}, p.failure("code", "agent.pairing-wait", "Wait", p.Translator.Wait(busy.Wait))
	case err != nil:
		return wire.Paired{}, p.failure("", "agent.pairing-failed", "Cause", client.Explain(p.Translator, err))
	}
	p.Log.Info("this PC was paired", "mart", s.Mart, "device", paired.Device)
	return paired, nil
}

func (p Pairing) failure(field, id string, pairs ...any) error {
	return &PairingError{Field: field, Text: p.Translator.Text(id, pairs...)}
}

// RemoveOldToken removes the token of another server or mart, old: the next owner of this PC must not
// find it. Here nobody uses it any more, so a failure is only logged.
func (p Pairing) RemoveOldToken(ctx context.Context, old, s settings.Settings) {
	if old.Server == "" || old.Mart == "" || old.Server == s.Server && old.Mart == s.Mart {
		return
	}
	if err := p.Tokens.Delete(ctx, old.Server, old.Mart); err != nil {
		p.Log.Warn("the token of the mart before was not removed", "mart", old.Mart, "err", err)
	}
}

// pair pairs this PC outside the loop, and stores and applies s. Until the server has answered
// nothing changes.
func (a *Agent) pair(s settings.Settings, code string) {
	ctx, cancel := context.WithCancel(context.Background())
	a.cancelPairing = cancel
	p := Pairing{SettingsPath: a.SettingsPath, Tokens: a.Tokens, Translator: a.Translator, Log: a.Log}
	old, known := a.settings, a.knowsShop(s)
	a.wait.Go(func() {
		defer cancel()
		s, err := p.Pair(ctx, s, code)
		a.post(func() {
			if a.cancelPairing = nil; err == nil {
				a.pairingDone(old, s, known)
			} else {
				a.pairingFailed(s, err)
			}
		})
	})
}

func (a *Agent) pairingFailed(s settings.Settings, err error) {
	view := &ipc.SettingsView{Settings: s}
	var failure *PairingError
	switch {
	case !a.ui.settingsWanted: // the window was closed: it shows the error when it opens next
		a.Log.Warn("this PC was not paired", "mart", s.Mart, "err", err)
		a.settingsNotice = err.Error()
		return
	case errors.As(err, &failure) && failure.Field != "":
		view.Problems = map[string]string{failure.Field: failure.Text}
	default:
		view.Notice = err.Error()
	}
	view.Settings = view.Settings.WithoutSecrets()
	a.ui.pending.settings = view
}
