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
	if err := sharedDesktop.close(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// A desktop is the session that all tests share, one after another: to open a screen takes
// seconds.
type desktop struct {
	*harness.Session
	server, jumun string // the programs
	pcs           int    // made so far
}

var sharedDesktop lazyDesktop

type lazyDesktop struct {
	once    sync.Once
	desktop *desktop
	err     error
}

// open opens the session and builds the programs, for the first test that needs them.
func (l *lazyDesktop) open(t *testing.T) *desktop {
	t.Helper()
	l.once.Do(func() { l.desktop, l.err = newDesktop(t) })
	if l.err != nil {
		t.Fatal(l.err)
	}
	return l.desktop
}

func newDesktop(t *testing.T) (*desktop, error) {
	s, err := harness.New()
	if err != nil {
		return nil, err
	}
	d := &desktop{Session: s, server: filepath.Join(s.Dir, "jumun-server"), jumun: filepath.Join(s.Dir, "jumun")}
	err = errors.Join(build(d.server, "../../server"), build(d.jumun, "../../desktop"))
	if err == nil {
		err = s.OpenScreen(t.Context())
	}
	return d, err
}

// build builds a program from the sources beside this test, so that the test never runs an old
// one. The flags are those of go test: with others, Fyne would be compiled once more.
func build(to, from string) error {
	cmd := exec.Command("go", "build", "-tags", "migrated_fynedo", "-buildvcs=false", "-o", to, from)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("build %s: %w\n%s", from, err, out)
	}
	return nil
}

func (l *lazyDesktop) close() error {
	if l.desktop == nil {
		return nil
	}
	return l.desktop.Close()
}
