//go:build linux

package harness

import (
	"context"
	"errors"
	"fmt"
	"image"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jezek/xgb/xproto"
)

func TestMain(m *testing.M) {
	if captured, err := Capture(os.Args, os.Stdin); captured {
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	if role := os.Getenv(actAs); role != "" {
		act(role)
		return
	}
	os.Exit(m.Run())
}

// opened returns a session with a screen, which is removed after the test.
func opened(t *testing.T) *Session {
	t.Helper()
	if testing.Short() {
		t.Skip("opens a screen")
	}
	s, err := New()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		logs := s.Logs()
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		if t.Failed() {
			t.Log(logs)
		}
	})
	if err := s.OpenScreen(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

func until(t *testing.T, what string, ok func() error) {
	t.Helper()
	if err := Until(t.Context(), what, ok); err != nil {
		t.Fatal(err)
	}
}

// On a new machine openbox lists all fonts after it became the window manager and before it looks at windows.
func TestTheDesktopStartsWhereFontsWereNeverListed(t *testing.T) {
	manager, err := exec.LookPath("openbox")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	fonts := fmt.Sprintf("<fontconfig><dir>/usr/share/fonts</dir><cachedir>%s/cache</cachedir></fontconfig>", dir)
	script := fmt.Sprintf("#!/bin/sh\nexport FONTCONFIG_FILE=%s/fonts.conf\nexec %s\n", dir, manager)
	if err := errors.Join(os.WriteFile(filepath.Join(dir, "fonts.conf"), []byte(fonts), 0o600),
		os.WriteFile(filepath.Join(dir, "openbox"), []byte(script), 0o700)); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
	opened(t)
}

func TestAWindowIsFoundTypedIntoPhotographedAndClosed(t *testing.T) {
	s := opened(t)
	h, err := s.newHome("user")
	if err != nil {
		t.Fatal(err)
	}
	before, err := s.Screen.Screenshot()
	if err != nil {
		t.Fatal(err)
	}
	xterm, err := s.Start("xterm", append(h.env(), s.Screen.env...), "xterm", "-T", "typed into", "-e", "cat > "+h.in("typed"))
	if err != nil {
		t.Fatal(err)
	}
	var w Window
	until(t, "the window", func() error {
		found, err := s.Screen.WindowsOf(xterm.PID)
		if err != nil || len(found) != 1 {
			return fmt.Errorf("windows %v, %w", found, err)
		}
		w = found[0]
		active, err := s.Screen.ActiveWindow()
		if err != nil || active != w.ID {
			return fmt.Errorf("active is %d, not %d: %w", active, w.ID, err)
		}
		return nil
	})
	if w.Title != "typed into" || !w.Managed || w.Bounds.Empty() {
		t.Errorf("window %+v", w)
	}
	if covered, err := s.Screen.Covered(w); covered || err != nil {
		t.Errorf("covered: %v, %v", covered, err)
	}
	after, err := s.Screen.Screenshot()
	if err != nil {
		t.Fatal(err)
	}
	middle := w.Bounds.Min.Add(w.Bounds.Max).Div(2)
	if before.At(middle.X, middle.Y) == after.At(middle.X, middle.Y) {
		t.Error("the window cannot be seen in the screenshot")
	}
	if err := s.Screen.Click(t.Context(), middle); err != nil {
		t.Fatal(err)
	}
	if err := s.Screen.Type(t.Context(), "1001 a~B\n"); err != nil {
		t.Fatal(err)
	}
	until(t, "what was typed", func() error {
		raw, err := os.ReadFile(h.in("typed"))
		if string(raw) != "1001 a~B\n" {
			return fmt.Errorf("%q, %w", raw, err)
		}
		return nil
	})
	if err := xterm.Stop(); err != nil {
		t.Error(err)
	}
	until(t, "the window to go", func() error {
		found, err := s.Screen.WindowsOf(xterm.PID)
		if len(found) != 0 || err != nil {
			return fmt.Errorf("%v, %w", found, err)
		}
		return nil
	})
}

func TestTheWorkAreaIsTheScreenWithoutThePanel(t *testing.T) {
	s := opened(t)
	area, err := s.Screen.WorkArea()
	if err != nil || area.Min != (image.Point{}) || area.Dx() != 1280 || area.Dy() < 700 || area.Dy() >= 800 {
		t.Errorf("work area %v, %v", area, err)
	}
	if _, err := s.Icon(os.Getpid()); !errors.Is(err, ErrNoIcon) {
		t.Errorf("icon of a process without: %v", err)
	}
}

func TestTwoSessionsHaveTheirOwnScreens(t *testing.T) {
	a, b := opened(t), opened(t)
	if a.Screen.Display == b.Screen.Display {
		t.Errorf("displays %s and %s", a.Screen.Display, b.Screen.Display)
	}
	if _, err := xproto.GetInputFocus(a.Screen.conn).Reply(); err != nil {
		t.Errorf("the first screen, after the second: %v", err)
	}
}

func TestCloseReportsAProcessThatIsLeft(t *testing.T) {
	s, err := New()
	if err != nil {
		t.Fatal(err)
	}
	s.stopTimeout = 100 * time.Millisecond
	// The shell ends at once; its child has left its group, and stays.
	p, err := s.Start("shell", []string{"PATH=" + os.Getenv("PATH")}, "sh", "-c", "setsid sleep 600 &")
	if err != nil {
		t.Fatal(err)
	}
	<-p.Done()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if left := s.left(); len(left) != 1 || !strings.Contains(left[0], "sleep 600") {
		t.Errorf("left: %q", left)
	}
	if err := Until(ctx, "nothing", func() error { return errors.New("still there") }); err == nil || !strings.Contains(err.Error(), "still there") {
		t.Errorf("Until: %v", err)
	}
	if err := s.Close(); err == nil || !strings.Contains(err.Error(), "sleep 600") {
		t.Errorf("Close: %v", err)
	}
	until(t, "it to be killed", func() error {
		if left := s.left(); len(left) > 0 {
			return errors.New(left[0])
		}
		return nil
	})
	if _, err := os.Stat(s.Dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the directory is still there: %v", err)
	}
}

func TestRedisStartsAgainOnTheSamePort(t *testing.T) {
	s, err := New()
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}()
	redis, err := s.OpenRedis(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if out, err := redis.CLI(t.Context(), "PUBLISH", "order", "hello"); err != nil || out != "0\n" {
		t.Errorf("published to %q, %v", out, err)
	}
	redis.Kill()
	if _, err := redis.CLI(t.Context(), "PING"); err == nil {
		t.Error("a killed Redis answers")
	}
	if err := redis.Open(t.Context()); err != nil {
		t.Error(err)
	}
}
