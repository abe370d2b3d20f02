package instance

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"jumun/desktop/internal/ipc"
)

// TestMain makes this program a holder of the lock when a test starts it as one.
func TestMain(m *testing.M) {
	if dir := os.Getenv("JUMUN_TEST_HOLD"); dir != "" {
		os.Exit(hold(dir))
	}
	os.Exit(m.Run())
}

// hold becomes the agent of dir and prints so, or prints which process is the agent. It serves
// commands until it is killed or its input ends.
func hold(dir string) int {
	one, err := Start(in(dir))
	if errors.Is(err, ErrRunning) {
		reply, err := Ask(context.Background(), in(dir), ipc.Command{Do: ipc.DoStatus})
		if err != nil {
			fmt.Println("error", err)
			return 1
		}
		fmt.Println("running", reply.Status.PID)
		return 0
	}
	if err != nil {
		fmt.Println("error", err)
		return 1
	}
	fmt.Println("held", os.Getpid())
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		_, _ = bufio.NewReader(os.Stdin).ReadByte()
		cancel()
	}()
	_ = one.Serve(ctx, status)
	_ = one.Close()
	return 0
}

func status(context.Context, ipc.Command) ipc.Reply {
	return ipc.Reply{Status: &ipc.Status{PID: os.Getpid()}}
}

// A holder is a process that tried to become the agent.
type holder struct {
	*exec.Cmd
	said string // "held" or "running", and the agent's process ID
	end  func()
}

func startHolder(t *testing.T, dir string) *holder {
	t.Helper()
	h := &holder{Cmd: exec.CommandContext(t.Context(), os.Args[0])}
	h.Env = append(os.Environ(), "JUMUN_TEST_HOLD="+dir)
	in, err := h.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := h.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := h.Start(); err != nil {
		t.Fatal(err)
	}
	h.said, _ = bufio.NewReader(out).ReadString('\n')
	h.said = strings.TrimSpace(h.said)
	h.end = sync.OnceFunc(func() { _ = in.Close(); _ = h.Wait() })
	t.Cleanup(h.end)
	return h
}

func (h *holder) holds() bool { return h.said == fmt.Sprint("held ", h.Process.Pid) }

// sessionDir returns a directory whose path is short enough for a socket.
func sessionDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "jumun")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return filepath.Join(dir, "run")
}

func TestOfManyProcessesThatStartAtOnceOneIsTheAgent(t *testing.T) {
	dir := sessionDir(t)
	holders := make([]*holder, 6)
	var wait sync.WaitGroup
	for i := range holders {
		wait.Go(func() { holders[i] = startHolder(t, dir) })
	}
	wait.Wait()
	var winner int
	for _, h := range holders {
		if h.holds() {
			winner = h.Process.Pid
		}
	}
	for _, h := range holders {
		if want := fmt.Sprint("running ", winner); !h.holds() && h.said != want {
			t.Errorf("one said %q, want %q", h.said, want)
		}
		if h.holds() && h.Process.Pid != winner {
			t.Error("two processes are the agent")
		}
	}
}

func TestAKilledAgentIsReplaced(t *testing.T) {
	dir := sessionDir(t)
	first := startHolder(t, dir)
	if !first.holds() {
		t.Fatal(first.said)
	}
	if err := first.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = first.Wait()
	if _, err := Ask(t.Context(), in(dir), ipc.Command{}); !errors.Is(err, ErrNotRunning) {
		t.Errorf("Ask: %v", err)
	}
	if second := startHolder(t, dir); !second.holds() {
		t.Error(second.said)
	}
}

func TestCloseMakesRoomForTheNextAgent(t *testing.T) {
	dir := sessionDir(t)
	for range 3 {
		one, err := Start(in(dir))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Start(in(dir)); !errors.Is(err, ErrRunning) {
			t.Errorf("a second: %v", err)
		}
		if err := errors.Join(one.Close(), one.Close()); err != nil {
			t.Errorf("Close: %v", err)
		}
		if _, err := Ask(t.Context(), in(dir), ipc.Command{}); !errors.Is(err, ErrNotRunning) {
			t.Errorf("Ask: %v", err)
		}
	}
}

// in is a place where all is in one directory.
func in(dir string) Place { return Place{Data: dir, Run: dir} }

func TestTwoSessionsWithOneJournalHaveOneAgent(t *testing.T) {
	dir := sessionDir(t)
	desktop, cron := Place{Data: filepath.Join(dir, "data"), Run: filepath.Join(dir, "a")}, Place{Data: filepath.Join(dir, "data"), Run: filepath.Join(dir, "b")}
	one, err := Start(desktop)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- one.Serve(ctx, status) }()
	if _, err := Start(cron); !errors.Is(err, ErrRunning) {
		t.Errorf("a second agent starts: %v", err)
	}
	if reply, err := Ask(t.Context(), cron, ipc.Command{Do: ipc.DoStatus}); err != nil || reply.Status == nil || reply.Status.PID != os.Getpid() {
		t.Errorf("a command of the other session gets %+v, %v", reply, err)
	}
	stop()
	if err := errors.Join(<-ended, one.Close()); err != nil {
		t.Error(err)
	}
	two, err := Start(cron)
	if err != nil {
		t.Fatal(err)
	}
	if err := two.Close(); err != nil {
		t.Error(err)
	}
}
