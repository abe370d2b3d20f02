package command

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"jumun/desktop/internal/ipc/instance"
	"jumun/desktop/internal/settings"
)

// forget holds the arguments of "jumun forget".
type forget struct {
	KeepHistory bool `help:"Keep the order history, and the orders that wait."`
}

// forget makes this PC one of no mart, that does not start jumun at login: whoever has it next must not find the
// token, nor orders. While jumun runs it refuses, since orders may wait, and a PIN may lock jumun.
func (p program) forget(ctx context.Context, c forget) error {
	at, err := p.place()
	if err != nil {
		return err
	}
	one, err := instance.Start(at) // none may start meanwhile
	if errors.Is(err, instance.ErrRunning) {
		return textError{p.translator.Text("main.forget-running"), err}
	}
	if err != nil {
		return p.explain(err)
	}
	return errors.Join(p.forgetAll(ctx, c), one.Close())
}

func (p program) forgetAll(ctx context.Context, c forget) error {
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
	if !c.KeepHistory {
		if err := removeOrders(filepath.Dir(file)); err != nil {
			return err
		}
	}
	fmt.Fprintln(p.out, p.translator.Text("main.forgotten"))
	if decided := settings.ReadPolicy(); decided.Mart != "" || decided.Enrol != "" {
		fmt.Fprintln(p.out, p.translator.Text("managed.forget"))
	}
	return nil
}

// removeOrders removes the journal in a directory, and what was kept of damaged ones.
func removeOrders(dir string) error {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), ordersName) {
			err = errors.Join(err, os.Remove(filepath.Join(dir, e.Name())))
		}
	}
	return err
}
