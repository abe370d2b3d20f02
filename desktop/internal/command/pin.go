package command

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"jumun/desktop/internal/agent"
	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/ipc/instance"
	"jumun/desktop/internal/settings"
)

// maxPINLine is the longest line that is read as a PIN, in bytes.
const maxPINLine = 64

// pinFrom says where the PIN comes from, if there is one. It is never an argument: other users can read
// those.
type pinFrom struct {
	PINStdin bool `name:"pin-stdin" help:"Read the PIN of the settings from the first line of standard input, not from the environment variable JUMUN_PIN."`
}

// pin returns the PIN that a person gave.
func (p program) pin(from pinFrom) (string, error) {
	if !from.PINStdin {
		return os.Getenv("JUMUN_PIN"), nil
	}
	line, err := bufio.NewReader(io.LimitReader(p.in, maxPINLine)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", err
	}
	return strings.TrimSpace(line), nil
}

// quit ends the running agent.
func (p program) quit(ctx context.Context, from pinFrom) error {
	pin, err := p.pin(from)
	if err != nil {
		return err
	}
	return p.ask(ctx, ipc.Command{Do: ipc.DoQuit, PIN: pin})
}

// checkPIN returns nil if a person may change the settings in file, whose PIN has this hash.
func (p program) checkPIN(ctx context.Context, from pinFrom, file, hash string) error {
	if hash == "" {
		return nil
	}
	pin, err := p.pin(from)
	switch {
	case err != nil:
		return err
	case pin == "":
		return errors.New(p.translator.Text("main.pin-needed"))
	}
	err = p.ask(ctx, ipc.Command{Do: ipc.DoCheckPIN, PIN: pin})
	if errors.Is(err, instance.ErrNotRunning) {
		return p.checkPINHere(file, hash, pin)
	}
	return err
}

// checkPINHere checks the PIN where no agent runs. It takes the agent's place meanwhile, so that of many
// who guess at once each waits for the one before.
func (p program) checkPINHere(file, hash, pin string) error {
	at, err := p.place()
	if err != nil {
		return err
	}
	one, err := instance.Start(at)
	if err != nil {
		return p.explain(err)
	}
	guard := settings.PINGuard{Path: file}
	if err := guard.Check(hash, pin, time.Now()); err != nil {
		return errors.Join(agent.PINError{Translator: p.translator, Err: err}, one.Close())
	}
	return one.Close()
}

// pinCommand holds the arguments of "jumun pin".
type pinCommand struct {
	Clear bool `required:"" help:"Remove the PIN."`
}

// clearPIN removes the PIN from the settings. It needs no PIN: it is for who forgot it, and as strong as a
// text editor, since the file is this user's.
func (p program) clearPIN(ctx context.Context) error {
	file, err := p.settingsPath()
	if err != nil {
		return err
	}
	s, err := p.loadSettings(file)
	if err != nil {
		return err
	}
	s.PIN = ""
	if err := settings.Save(file, s); err != nil {
		return errors.New(p.translator.Text("agent.settings-not-saved", "Cause", err))
	}
	fmt.Fprintln(p.out, p.translator.Text("main.pin-cleared"))
	return p.reload(ctx)
}
