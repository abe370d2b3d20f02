//go:build linux

package e2e

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"jumun/desktop/e2e/harness"
)

func TestMain(m *testing.M) {
	if captured, err := harness.Capture(os.Args, os.Stdin); captured {
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	code := m.Run()
	if err := theDesk.close(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// A desk is the stage on which all tests play, one after another: opening a screen
// takes seconds.
type desk struct {
	*harness.Stage
	server, jumun string // the programs
	pcs           int    // made so far
}

var theDesk lazyDesk

type lazyDesk struct {
	once sync.Once
	desk *desk
	err  error
}

// open opens the stage and builds the programs, for the first test that needs them.
func (l *lazyDesk) open(t *testing.T) *desk {
	t.Helper()
	l.once.Do(func() { l.desk, l.err = newDesk(t) })
	if l.err != nil {
		t.Fatal(l.err)
	}
	return l.desk
}

func newDesk(t *testing.T) (*desk, error) {
	s, err := harness.New()
	if err != nil {
		return nil, err
	}
	d := &desk{Stage: s, server: filepath.Join(s.Dir, "jumun-server"), jumun: filepath.Join(s.Dir, "jumun")}
	err = errors.Join(build(d.server, "../../server"), build(d.jumun, "../../desktop"))
	if err == nil {
		err = s.OpenScreen(t.Context())
	}
	return d, err
}

// build makes a program from the sources beside this test, so that it is never an old
// one. Its flags are those of go test: with others, Fyne would be compiled once more.
func build(to, from string) error {
	cmd := exec.Command("go", "build", "-tags", "migrated_fynedo", "-buildvcs=false", "-o", to, from)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("build %s: %w\n%s", from, err, out)
	}
	return nil
}

func (l *lazyDesk) close() error {
	if l.desk == nil {
		return nil
	}
	return l.desk.Close()
}
