//go:build windows

package runner

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"jumun/desktop/e2e/harness"
	"jumun/desktop/internal/ipc"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// A pc is this PC, the server that it pairs with, and the setup.
type pc struct {
	*testing.T
	setupProgram, serverProgram string
	addr, keys, folder          string
}

// open returns the PC with a server that runs.
func open(t *testing.T) *pc {
	p := &pc{T: t, setupProgram: os.Getenv("JUMUN_TEST_SETUP"), serverProgram: os.Getenv("JUMUN_TEST_SERVER")}
	if p.setupProgram == "" || p.serverProgram == "" {
		t.Skip("it needs the paths of jumun-setup.exe and jumun-server.exe in JUMUN_TEST_SETUP and JUMUN_TEST_SERVER")
	}
	p.folder = filepath.Join(os.Getenv("LOCALAPPDATA"), "Programs", "jumun")
	p.keys = filepath.Join(t.TempDir(), "keys.json")
	p.addr = freeAddress(t)
	p.run(0, p.serverProgram, "keygen", "--keys", p.keys)
	p.serve()
	return p
}

// freeAddress returns an address of this PC at which nothing listens.
func freeAddress(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func (p *pc) serve() {
	p.Helper()
	var out bytes.Buffer
	server := exec.Command(p.serverProgram, "serve", "--keys", p.keys, "--listen", p.addr)
	server.Stdout, server.Stderr = &out, &out
	if err := server.Start(); err != nil {
		p.Fatal(err)
	}
	p.Cleanup(func() {
		_ = server.Process.Kill() // Windows has no SIGTERM
		_ = server.Wait()
		if p.Failed() {
			p.Logf("the server:\n%s", &out)
		}
	})
	p.until("the server to be ready", func() error {
		answer, err := http.Get("http://" + p.addr + "/readyz")
		if err != nil {
			return err
		}
		answer.Body.Close()
		if answer.StatusCode != http.StatusOK {
			err = errors.New(answer.Status)
		}
		return err
	})
}

func (p *pc) until(what string, ok func() error) {
	p.Helper()
	if err := harness.Until(p.Context(), what, ok); err != nil {
		p.Fatal(err)
	}
}

// run runs a program, which must end with a status, and returns what it printed.
func (p *pc) run(want int, program string, args ...string) string {
	p.Helper()
	return p.wait(want, exec.Command(program, args...))
}

func (p *pc) wait(want int, cmd *exec.Cmd) string {
	p.Helper()
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	cmd.WaitDelay = 5 * time.Second // the jumun that a setup starts inherits both, and stays
	var failed *exec.ExitError
	if err := cmd.Run(); err != nil && !errors.As(err, &failed) && !errors.Is(err, exec.ErrWaitDelay) {
		p.Fatal(err)
	}
	if got := cmd.ProcessState.ExitCode(); want >= 0 && got != want {
		p.Fatalf("%s %q ended with %d: %s", cmd.Path, cmd.Args, got, &errs)
	}
	return out.String()
}

// setup runs the setup without windows. It reads its command line itself, in which each value stands between
// quotation marks: os/exec would quote in another way.
func (p *pc) setup(options string) {
	p.Helper()
	cmd := exec.Command(p.setupProgram)
	cmd.SysProcAttr = &syscall.SysProcAttr{CmdLine: `"` + p.setupProgram + `" /S ` + options}
	p.wait(0, cmd)
}

func (p *pc) jumun(want int, args ...string) string {
	p.Helper()
	return p.run(want, filepath.Join(p.folder, "jumun.com"), args...)
}

func (p *pc) admin(args ...string) string {
	p.Helper()
	return p.run(0, p.serverProgram, args...)
}

func (p *pc) untilStatus(what string, ok func(ipc.Status) bool) (last ipc.Status) {
	p.Helper()
	p.until(what, func() error {
		raw, err := exec.Command(filepath.Join(p.folder, "jumun.com"), "status").Output()
		if err != nil {
			return err
		}
		last = ipc.Status{}
		if err := json.Unmarshal(raw, &last); err != nil {
			return fmt.Errorf("%w: %s", err, raw)
		}
		if !ok(last) {
			return fmt.Errorf("the status is %s", raw)
		}
		return nil
	})
	return last
}

func waits(number order.OrderID) func(ipc.Status) bool {
	return func(s ipc.Status) bool {
		return slices.ContainsFunc(s.Waiting, func(c ipc.Card) bool { return c.Order == number })
	}
}

func (p *pc) startsAtLogin() bool {
	return exec.Command("reg", "query", `HKCU\Software\Microsoft\Windows\CurrentVersion\Run`, "/v", "jumun").Run() == nil
}

func TestTheSetupOnAPCThatNobodyLooksAt(t *testing.T) {
	p := open(t)
	var code wire.PairingCode
	if err := json.Unmarshal([]byte(p.admin("pair", "--mart", "42", "--json")), &code); err != nil {
		t.Fatal(err)
	}
	p.setup(fmt.Sprintf(`/SERVER="http://%s" /MART="42" /CODE="%s"`, p.addr, code.Code))
	before := p.untilStatus("it to be connected", func(s ipc.Status) bool { return s.State == ipc.Connected })
	if !p.startsAtLogin() {
		t.Error("it does not start at login")
	}
	if printed := p.jumun(0, "version"); !strings.Contains(printed, before.Version) {
		t.Errorf("jumun version prints %q, its agent says %q", printed, before.Version)
	}
	t.Logf("a test alarm, which tells of a PC without a speaker that nothing is heard:\n%s", p.jumun(-1, "test"))

	p.admin("order", "--mart", "42", "--order", "1801")
	p.untilStatus("the order", waits("1801"))
	p.setup("") // an upgrade
	p.untilStatus("the order after an upgrade", func(s ipc.Status) bool {
		return s.PID != before.PID && s.State == ipc.Connected && waits("1801")(s)
	})
	p.jumun(0, "ack", "1801")
	p.until("the server to know of the confirmation", func() error {
		if said := p.admin("order", "--mart", "42", "--order", "1801", "--show"); !strings.Contains(said, "  confirmed") {
			return errors.New(said)
		}
		return nil
	})
	p.uninstall()
}

// uninstall runs the uninstaller, which goes on for a while by a copy of itself.
func (p *pc) uninstall() {
	p.Helper()
	p.run(0, filepath.Join(p.folder, "uninstall.exe"), "/S")
	p.until("the program to be gone", func() error {
		if _, err := os.Stat(p.folder); err == nil {
			return errors.New("its folder is there")
		}
		return nil
	})
	if p.startsAtLogin() {
		p.Error("it still starts at login")
	}
}
