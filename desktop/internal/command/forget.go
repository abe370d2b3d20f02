package command

import (
	"context"
	"errors"
	"fmt"

	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/ipc/instance"
	"jumun/desktop/internal/settings"
)

// forget makes this PC one of no mart, that does not start jumun at login: whoever has it next must not find the
// token. The history stays. While jumun runs it refuses, since orders may wait, and a PIN may lock jumun.
func (p program) forget(ctx context.Context) error {
	_, err := p.reply(ctx, ipc.Command{Do: ipc.DoStatus}, answerTimeout)
	if !errors.Is(err, instance.ErrNotRunning) {
		return errors.New(p.translator.Text("main.forget-running"))
	}
	file, err := p.settingsPath()
	if err != nil {
		return err
	}
	if err := p.tokenStore(file).DeleteAll(ctx); err != nil {
		return textError{p.translator.Text("main.forget-token", "Cause", err), err}
	}
	if err := errors.Join(setAutostart(false), settings.Forget(file)); err != nil {
		return err
	}
	_, err = fmt.Fprintln(p.out, p.translator.Text("main.forgotten"))
	return err
}
