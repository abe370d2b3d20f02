//go:build linux

package windows

import (
	"context"
	"errors"
	"fmt"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"jumun/desktop/e2e/harness"
	"jumun/desktop/e2e/harness/sound"
	"jumun/desktop/e2e/windows/wine"
)

// wanted is set by make test-windows.
const wanted = "JUMUN_TEST_WINDOWS"

func TestMain(m *testing.M) {
	if captured, err := harness.Capture(os.Args, os.Stdin); captured {
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	code := m.Run()
	if shared.close != nil {
		if err := shared.close(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}

// shared is the PC of all tests, one after another: it takes seconds to start.
var shared struct {
	once          sync.Once
	windows       *wine.Windows
	redis, server *harness.Server
	close         func() error
	err           error
}

// A store is a PC with a user, for one test.
type store struct {
	*testing.T
	*wine.Windows
	redis, server *harness.Server
	user          *wine.User
	begin         time.Time
}

// open returns a PC with a user who has a jumun that was never started.
func open(t *testing.T, user string) *store {
	t.Helper()
	if os.Getenv(wanted) == "" {
		t.Skip("make test-windows runs this: it needs wine and the program for Windows")
	}
	shared.once.Do(func() { shared.err = boot(t) })
	if shared.err != nil {
		t.Fatal(shared.err)
	}
	s := &store{T: t, Windows: shared.windows, redis: shared.redis, server: shared.server, begin: time.Now()}
	u, err := s.NewUser(user)
	s.must(err)
	s.user = u
	t.Cleanup(s.end)
	return s
}

func boot(t *testing.T) error {
	root, err := filepath.Abs("../../..")
	if err != nil {
		return err
	}
	w, err := wine.Open(t.Context(), root)
	if err != nil {
		return err
	}
	shared.windows, shared.close = w, w.Close
	program := filepath.Join(w.Dir, "jumun-server")
	build := exec.Command("go", "build", "-o", program, "./server")
	build.Dir = root
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %s", err, out)
	}
	if shared.redis, err = w.OpenRedis(t.Context()); err != nil {
		return err
	}
	url := fmt.Sprintf("redis://127.0.0.1:%d", shared.redis.Port)
	shared.server, err = w.OpenServer(t.Context(), program, 0, url, "--redis", url)
	return err
}

// end leaves the PC without a jumun for the next test, and shows what a failed one left.
func (s *store) end() {
	if s.Failed() {
		s.screenshot("failed")
		_ = sound.WriteWAV(s.kept("failed.wav"), s.recorded()) // fails if nothing was heard
		s.Logf("the log of jumun:\n%s", s.user.Log())
	}
	err := harness.Until(context.Background(), "jumun to be gone", func() error {
		left, err := s.Processes("jumun.exe")
		for _, p := range left { // a supervisor may start another agent before it ends
			_ = s.Kill(int(p.PID), 1)
		}
		if len(left) > 0 {
			err = errors.Join(err, fmt.Errorf("still there: %v", left))
		}
		return err
	})
	if err != nil {
		s.Error(err)
	}
}

func (s *store) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

// kept returns the path of a file of this test that people may look at.
func (s *store) kept(name string) string {
	return "../../../build/wine/" + strings.ReplaceAll(s.Name(), "/", "-") + "-" + name
}

// screenshot keeps what is on the screen now in build/wine, for people.
func (s *store) screenshot(name string) {
	s.Helper()
	shot, err := s.Screen.Screenshot()
	if err != nil {
		s.Error(err)
		return
	}
	f, err := os.Create(s.kept(name + ".png"))
	if err == nil {
		err = errors.Join(png.Encode(f, shot), f.Close())
	}
	if err != nil {
		s.Error(err)
	}
}
