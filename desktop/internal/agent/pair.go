package agent

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"jumun/desktop/internal/client"
	"jumun/desktop/internal/i18n"
	"jumun/desktop/internal/settings"
	"jumun/shared/wire"
)

// A Pairing makes this PC one of a mart's. The agent does so for the settings window, and
// a command where there is no screen. All fields are needed.
type Pairing struct {
	SettingsPath string // of the settings file
	Tokens       TokenStore
	Translator   *i18n.Translator
	Log          *slog.Logger
}

// A PairingError says why this PC was not paired.
type PairingError struct {
	Field string // what to type anew, by its JSON name; empty: it is not what was typed
	Text  string // for people, in their language
}

func (e *PairingError) Error() string { return e.Text }

// Pair has the server of s, which was cleaned and found without problems, make this PC one
// of its mart, by a code as a person typed it. The token and then s are stored, and the
// token that belonged to old is forgotten.
//
// Every error is a *PairingError, and leaves the settings file as it was. The code may be
// used up then: a server that could be reached does not take it twice.
func (p Pairing) Pair(ctx context.Context, old, s settings.Settings, typed string) error {
	token, err := p.token(ctx, s, typed)
	if err != nil {
		return err
	}
	if err := p.Tokens.Save(ctx, s.Server, s.Mart, token); err != nil {
		return p.wrong("", "agent.token-not-kept", "Cause", err)
	}
	if err := settings.Save(p.SettingsPath, s); err != nil {
		return p.wrong("", "agent.settings-not-saved", "Cause", err)
	}
	p.forget(ctx, old, s)
	return nil
}

// token asks the server for one.
func (p Pairing) token(ctx context.Context, s settings.Settings, typed string) (string, error) {
	code, err := wire.ParseCode(typed)
	if err != nil { // the server would say the same, and count it
		return "", p.wrong("code", "agent.pairing-wrong")
	}
	transport, err := client.Transport(s.CA)
	if err != nil {
		return "", p.wrong("ca", "agent.bad-ca", "Cause", err)
	}
	defer transport.CloseIdleConnections()
	paired, err := client.Pair(ctx, s.Server, transport, wire.PairRequest{MartID: s.Mart, Code: code, Device: deviceName(s)})
	var busy *client.TooManyError
	switch {
	case errors.Is(err, client.ErrCode):
		return "", p.wrong("code", "agent.pairing-wrong")
	case errors.As(err, &busy):
		return "", p.wrong("code", "agent.pairing-wait", "Wait", busy.Wait.Round(time.Second))
	case err != nil:
		return "", p.wrong("", "agent.pairing-failed", "Cause", err)
	}
	p.Log.Info("paired", "mart", s.Mart, "device", paired.Device)
	return paired.Token, nil
}

func (p Pairing) wrong(field, text string, pairs ...any) error {
	return &PairingError{Field: field, Text: p.Translator.Text(text, pairs...)}
}

// forget drops the token of another server or mart: whoever takes this PC over must not
// find it. It is good for nobody here, so that a failure is only logged.
func (p Pairing) forget(ctx context.Context, old, s settings.Settings) {
	if old.Server == "" || old.Mart == "" || old.Server == s.Server && old.Mart == s.Mart {
		return
	}
	if err := p.Tokens.Delete(ctx, old.Server, old.Mart); err != nil {
		p.Log.Warn("the token of before was not removed", "mart", old.Mart, "err", err)
	}
}
