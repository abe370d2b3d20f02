package agent

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// watchedLoop is the process of the tests below: its loop hangs, and perhaps it was asked to end before.
func watchedLoop(how string) {
	ctx, quit := context.WithCancel(context.Background())
	a := &Agent{Config: Config{Log: slog.New(slog.NewTextHandler(os.Stderr, nil))}, calls: make(chan func()), done: make(chan struct{})}
	go func() {
		for f := range a.calls {
			f()
		}
	}()
	go a.watch(ctx, 300*time.Millisecond, nil)
	if how == "turns" {
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(7)
	}
	if how == "hangs and was asked to end" {
		quit()
	}
	a.calls <- hangHere
	select {}
}

func hangHere() { select {} }

func watched(t *testing.T, how string) (status int, output string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "loop", how)
	var out bytes.Buffer
	cmd.Stderr = &out
	if how == "turns" {
		in, err := cmd.StdinPipe()
		if err != nil {
			t.Fatal(err)
		}
		time.AfterFunc(2*time.Second, func() { _ = in.Close() }) // several times the limit
	}
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), out.String()
}

func TestAProcessWhoseLoopHangsEndsToBeStartedAgainAndSaysWhere(t *testing.T) {
	status, output := watched(t, "hangs")
	if status == 0 || status == 7 || !strings.Contains(output, "agent.hangHere") {
		t.Errorf("ended with %d and said %s", status, output)
	}
}

func TestALoopThatHangsAtTheEndIsNotStartedAgain(t *testing.T) {
	if status, output := watched(t, "hangs and was asked to end"); status != 0 {
		t.Errorf("ended with %d and said %s", status, output)
	}
}

func TestALoopThatTurnsIsLeftAlone(t *testing.T) {
	if status, output := watched(t, "turns"); status != 7 {
		t.Errorf("ended with %d and said %s", status, output)
	}
}
