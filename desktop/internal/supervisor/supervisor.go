// Package supervisor starts the agent again whenever it dies.
//
// The supervisor is the parent process of the agent. It is so small that little in it can
// fail: it sleeps until the agent ends. The agent does not depend on the supervisor: its
// standard error is a file and not a pipe, so it rings on when the supervisor is stopped or
// killed.
package supervisor

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"time"

	"jumun/desktop/internal/diagnostics/logfile"
	"jumun/desktop/internal/wait"
)

const (
	// What made the agent crash may pass within a second. An agent that crashes again at
	// once would keep a core and the disk busy, so each wait is twice the last one.
	minBackoff, maxBackoff = time.Second, 30 * time.Second
	// An agent that ran this long was healthy: its crash counts as a first one.
	healthyAfter = time.Minute
	// stopTimeout is how long an agent may take to end when it is asked to: its children
	// have 2 s to end, and a keychain or a disk may be slow.
	stopTimeout = 15 * time.Second
)

// Restart is the status of an agent that wants to be started again. It is no crash.
const Restart = 75

// Config is what Run needs to know. All fields are required.
type Config struct {
	Command func(context.Context) *exec.Cmd // starts the agent
	Version string                          // for the crash reports
	// LogPath is the path of the log. The log becomes the agent's standard error, and crash
	// reports are written to its folder.
	LogPath string
	Err     io.Writer // receives a copy of what the agent writes to the log
}

type supervisor struct {
	Config
	wait func(context.Context, time.Duration)
	log  *os.File // nil if it could not be opened
}

// Run keeps the agent running until the agent ends with status 0, which means that it was
// asked to. When ctx ends, Run asks the agent to end, and returns whatever its status is.
// No other status ends Run, not even the one of wrong usage: a Go program that panics has
// the same one.
func Run(ctx context.Context, cfg Config) {
	// A closed standard error is no reason to die. signal.Ignore would do for this process,
	// but the children would inherit it.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	(&supervisor{Config: cfg, wait: wait.For}).run(ctx)
}

func (s *supervisor) run(ctx context.Context) {
	defer s.openLog()()
	var backoff time.Duration
	for {
		start := time.Now()
		if s.runAgent(ctx, start) {
			return
		}
		backoff = nextBackoff(backoff, time.Since(start))
		if s.wait(ctx, backoff); ctx.Err() != nil {
			return
		}
	}
}

// openLog opens the log and starts to copy it to Err. The agent is started even if that
// fails. The caller must call closeLog.
func (s *supervisor) openLog() (closeLog func()) {
	log, err := logfile.Open(s.LogPath)
	if err != nil {
		s.complain("no log", err)
		return func() {}
	}
	s.log = log
	tail, err := startTail(s.LogPath, s.Err)
	if err != nil {
		s.complain("the log is not shown here", err)
		return func() { _ = log.Close() }
	}
	return func() {
		tail.close()
		_ = log.Close()
	}
}

// nextBackoff returns how long to wait after an agent that ran for uptime. last is the wait
// before it, or zero if there was none.
func nextBackoff(last, uptime time.Duration) time.Duration {
	if last == 0 || uptime >= healthyAfter {
		return minBackoff
	}
	return min(2*last, maxBackoff)
}

// runAgent runs the agent once, and reports whether it ended as it was asked to. It writes
// a report of any other end.
func (s *supervisor) runAgent(ctx context.Context, start time.Time) bool {
	cmd := s.Command(ctx)
	cmd.Cancel = func() error { return requestStop(cmd.Process) }
	cmd.WaitDelay = stopTimeout
	cmd.SysProcAttr = sysProcAttr()
	offset := s.attachLog(cmd)
	err := cmd.Run()
	switch {
	case err == nil || ctx.Err() != nil:
		return true
	case cmd.ProcessState != nil && cmd.ProcessState.ExitCode() == Restart:
		return false
	}
	s.report(crash{at: time.Now(), uptime: time.Since(start), err: err, offset: offset})
	return false
}

// attachLog makes the log the standard error of cmd, and returns where in the log the
// output of cmd begins.
func (s *supervisor) attachLog(cmd *exec.Cmd) (offset int64) {
	if s.log == nil {
		cmd.Stderr = os.Stderr
		return 0
	}
	cmd.Stderr = s.log
	if info, err := s.log.Stat(); err == nil {
		offset = info.Size()
	}
	return offset
}

func (s *supervisor) report(c crash) {
	if s.log == nil {
		return
	}
	if err := c.write(s.LogPath, s.Version); err != nil {
		s.complain("no report of a crash", err)
	}
}

// complain writes to Err what the supervisor could not do.
func (s *supervisor) complain(problem string, err error) {
	_, _ = fmt.Fprintf(s.Err, "jumun: %s: %v\n", problem, err)
}
