package command

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/ipc/instance"
	"jumun/desktop/internal/settings"
)

// asJumun is an environment variable that makes the test binary jumun.
const asJumun = "JUMUN_TEST_AS_JUMUN"

func TestMain(m *testing.M) {
	if os.Getenv(asJumun) != "" {
		ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
		code := Run(ctx, "dev", os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
		stop()
		os.Exit(code)
	}
	os.Exit(m.Run())
}

// fakeAgent starts an agent that answers every command with reply.
func fakeAgent(t *testing.T, reply ipc.Reply) (asked chan ipc.Command) {
	t.Helper()
	at, err := (program{}).place()
	if err != nil {
		t.Fatal(err)
	}
	one, err := instance.Start(at)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	asked, ended := make(chan ipc.Command, 10), make(chan error)
	go func() {
		ended <- one.Serve(ctx, func(_ context.Context, c ipc.Command) ipc.Reply {
			asked <- c
			return reply
		})
	}()
	t.Cleanup(func() {
		stop()
		if err := errors.Join(<-ended, one.Close()); err != nil {
			t.Error(err)
		}
	})
	return asked
}

func TestQuitSendsThePIN(t *testing.T) {
	newHome(t)
	asked := fakeAgent(t, ipc.Reply{})
	t.Setenv("JUMUN_PIN", "2580")
	if code, out, errs := run("quit"); code != done || out+errs != "" {
		t.Errorf("%d, %q, %q", code, out, errs)
	}
	if c := <-asked; c != (ipc.Command{Do: ipc.DoQuit, PIN: "2580"}) {
		t.Errorf("asked %+v", c)
	}
}

func TestTestPrintsEachStepAndFailsIfOneFailed(t *testing.T) {
	tests := []struct {
		name   string
		report *ipc.TestReport
		code   int
		out    string
	}{
		{"all is well", &ipc.TestReport{Done: true, Steps: []ipc.TestStep{{Name: ipc.StepServer, State: ipc.StepGood}, {Name: ipc.StepStream, State: ipc.StepGood}}}, done, "✓ 서버\n✓ 주문 받기\n"},
		{"no speaker", &ipc.TestReport{Done: true, Steps: []ipc.TestStep{{Name: ipc.StepDisk, State: ipc.StepGood}, {Name: ipc.StepSound, State: ipc.StepBad, Detail: "스피커를 확인하세요"}}}, failed, "✓ 주문 저장\n✗ 소리  스피커를 확인하세요\n"},
		{"the screen never answered", &ipc.TestReport{Steps: []ipc.TestStep{{Name: ipc.StepWindow, State: ipc.StepOpen}}}, failed, "✗ 화면\n"},
		{"an agent that does not report", nil, done, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			newHome(t)
			fakeAgent(t, ipc.Reply{Report: tt.report})
			code, out, errs := run("test")
			if code != tt.code || out != tt.out || (errs == "") != (code == done) {
				t.Errorf("%d, %q, %q", code, out, errs)
			}
		})
	}
}

func TestWithoutAHomeTheErrorSaysWhatToSet(t *testing.T) {
	newHome(t)
	t.Setenv("HOME", "")
	t.Setenv("XDG_CONFIG_HOME", "")
	if code, _, errs := run("start"); code != failed || !strings.Contains(errs, "환경 변수 HOME을 정하세요") {
		t.Errorf("%d, %q", code, errs)
	}
}

func TestWrongUsageHasExitCodeTwo(t *testing.T) {
	newHome(t)
	if code, _, errs := run("strat"); code != wrongUsage || !strings.Contains(errs, "jumun --help") {
		t.Errorf("%d, %q", code, errs)
	}
}

// jumun returns a command that runs jumun as a process of its own.
func jumun(t *testing.T, args ...string) (*exec.Cmd, *bytes.Buffer) {
	cmd, errs := exec.Command(os.Args[0], args...), &bytes.Buffer{}
	cmd.Env = append(os.Environ(), asJumun+"=1", "DISPLAY=", "WAYLAND_DISPLAY=", "GORACE=atexit_sleep_ms=0")
	cmd.Stderr = errs
	return cmd, errs
}

// running waits until an agent runs that does not have the PID not, and returns its PID.
func running(t *testing.T, not int) int {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for late := time.After(30 * time.Second); ; {
		_, out, errs := run("status")
		var s ipc.Status
		if json.Unmarshal([]byte(out), &s) == nil && s.PID != not {
			return s.PID
		}
		select {
		case <-tick.C:
		case <-late:
			t.Fatalf("no agent: %s", errs)
		}
	}
}

func TestAKilledAgentIsRestartedAndOneThatQuitIsNot(t *testing.T) {
	file := newHome(t)
	first, errs := jumun(t)
	if err := first.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = first.Process.Signal(syscall.SIGTERM) }) // it has ended already if the test passed
	pid := running(t, 0)
	if pid == first.Process.Pid {
		t.Fatal("the supervisor is the agent")
	}
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	pid = running(t, pid)
	second, output := jumun(t)
	if err := second.Run(); err != nil {
		t.Errorf("a second start: %v, %s", err, output)
	}
	if again := running(t, 0); again != pid {
		t.Errorf("agent %d is now %d", pid, again)
	}
	if code, _, errs := run("quit"); code != done {
		t.Errorf("quit: %d, %s", code, errs)
	}
	if err := first.Wait(); err != nil {
		t.Errorf("%v, %s", err, errs)
	}
	logs := filepath.Join(filepath.Dir(file), "log")
	if reports, err := filepath.Glob(filepath.Join(logs, "crash-*.txt")); len(reports) != 1 || err != nil {
		t.Errorf("reports %q, %v", reports, err)
	}
	log, err := os.ReadFile(filepath.Join(logs, "jumun.log"))
	if err != nil || !strings.Contains(string(log), "jumun starts") || !strings.Contains(errs.String(), "jumun starts") {
		t.Errorf("%v, logged %s, shown %s", err, log, errs)
	}
}

func TestAForgottenPINIsRemoved(t *testing.T) {
	file := newHome(t)
	s := whole(settings.Settings{Server: "https://host", Mart: "42", Volume: 0.5})
	var err error
	if s.PIN, err = settings.HashPIN("1234"); err != nil {
		t.Fatal(err)
	}
	if err := settings.Save(file, s); err != nil {
		t.Fatal(err)
	}
	if code, _, _ := run("pin"); code != wrongUsage {
		t.Errorf("without --clear it ends with %d", code)
	}
	if code, out, errs := run("pin", "--clear"); code != done || !strings.Contains(out, "PIN") {
		t.Errorf("%d, %s, %s", code, out, errs)
	}
	s.PIN = ""
	if got, err := settings.Load(file); err != nil || got != s {
		t.Errorf("%+v, %v", got, err)
	}
}
