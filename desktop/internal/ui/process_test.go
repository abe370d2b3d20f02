//go:build linux

package ui

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"jumun/desktop/e2e/harness"
	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/ui/uitest"
	"jumun/shared/order"
)

// A process is a window process as the agent has it.
type process struct {
	t      *testing.T
	cmd    *exec.Cmd
	in     io.WriteCloser
	said   chan ipc.FromUI
	alive  atomic.Int32 // how often it said that it lives
	stderr bytes.Buffer
}

// start runs this test program as the window process; env comes after a bare one.
func start(t *testing.T, env ...string) *process {
	t.Helper()
	p := &process{t: t, cmd: exec.Command(os.Args[0]), said: make(chan ipc.FromUI, 100)}
	home := t.TempDir()
	p.cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + home, "XDG_RUNTIME_DIR=" + home, "XDG_CONFIG_HOME=" + home, "XDG_CACHE_HOME=" + home,
		"LANG=ko_KR.UTF-8", "FYNE_THEME=light", asChild + "=ko"}, env...)
	p.cmd.Stderr = &p.stderr
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if p.in, err = p.cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(p.said)
		_ = ipc.ReadLines(out, func(l ipc.FromUI) {
			if l.Alive {
				p.alive.Add(1)
				return
			}
			p.said <- l
		}, func(err error) { t.Error(err) })
	}()
	t.Cleanup(func() {
		_ = p.cmd.Process.Kill() // if it is still there
		for range p.said {
		}
	})
	return p
}

func onScreen(t *testing.T, screen *harness.Screen) *process {
	t.Helper()
	p := start(t, "DISPLAY="+screen.Display, "XAUTHORITY="+os.Getenv("XAUTHORITY"))
	if l := p.hear(); !l.Ready {
		t.Fatalf("first it says %+v", l)
	}
	return p
}

func (p *process) say(l ipc.ToUI) {
	p.t.Helper()
	if err := ipc.NewWriter(p.in).Send(l); err != nil {
		p.t.Fatal(err)
	}
}

// hear waits for the next line. A test that is right never waits in vain.
func (p *process) hear() ipc.FromUI {
	p.t.Helper()
	select {
	case l, ok := <-p.said:
		if !ok {
			p.t.Fatalf("the process ended: %s", p.stderr.String())
		}
		return l
	case <-time.After(harness.Timeout):
		p.t.Fatal("nothing was said")
	}
	panic("not reached")
}

// end closes the process's input, and returns what it said until it was gone. A process that does not
// end shows where it hangs.
func (p *process) end() (rest []ipc.FromUI) {
	p.t.Helper()
	_ = p.in.Close()
	defer time.AfterFunc(harness.Timeout, func() { _ = p.cmd.Process.Signal(syscall.SIGQUIT) }).Stop()
	for l := range p.said {
		rest = append(rest, l)
	}
	if err := p.cmd.Wait(); err != nil || p.stderr.Len() > 0 {
		p.t.Errorf("it ended with %v: %s", err, p.stderr.String())
	}
	return rest
}

// popUp shows cards, and returns the popup when all are on the screen.
func (p *process) popUp(screen *harness.Screen, orders ...order.OrderID) harness.Window {
	p.t.Helper()
	popup := uitest.Cards(orders...)
	p.say(ipc.ToUI{Popup: &popup})
	if l := p.hear(); !slices.Equal(l.Shown, uitest.Keys(orders...)) {
		p.t.Fatalf("it says %+v, not that %v are on the screen", l, orders)
	}
	return p.window(screen)
}

// window is the one window of the process. One that was closed takes a moment to go: the
// process says so before the screen does.
func (p *process) window(screen *harness.Screen) (w harness.Window) {
	p.t.Helper()
	must(p.t, harness.Until(p.t.Context(), "one window", func() error {
		found, err := screen.WindowsOf(p.cmd.Process.Pid)
		if err != nil || len(found) != 1 {
			return fmt.Errorf("its windows are %+v, %w", found, err)
		}
		w = found[0]
		return nil
	}))
	return w
}
