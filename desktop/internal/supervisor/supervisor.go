// Package supervisor starts the agent again whenever it dies.
//
// The supervisor is the parent process of the agent. It is so small that little in it can
// fail: it sleeps until the agent ends. The agent does not depend on the supervisor: its
// standard error is a file and not a pipe, so it rings on when the supervisor is stopped or
// killed.
package supervisor

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"sync/atomic"
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

// The statuses by which an agent says how it ends. No other end is one that somebody asked for: who
// kills a process on Windows gives it any status, 0 too.
const (
	Restart  = 75 // it wants to be started again
	Stopped  = 76 // it was asked to end
	HandOver = 77 // another program is to go on: see Config.HandOver
)

// alertAfter is the wait after which Alert is called: that before the fourth start in a row.
const alertAfter = 4 * time.Second

// Lifeline is an environment variable of an agent whose standard input ends when its supervisor does.
const Lifeline = "JUMUN_LIFELINE"

// Config is what Run needs to know. All fields but Alert and HandOver are required.
type Config struct {
	Command func(context.Context) *exec.Cmd // starts the agent
	Version string                          // for the crash reports
	// LogPath is the path of the log. The log becomes the agent's standard error, and crash
	// reports are written to its folder.
	LogPath string
	Err     io.Writer // receives a copy of what the agent writes to the log
	// Alert tells people that the agent fails again and again, and why as far as it said. It is
	// called in a goroutine of its own that nobody waits for, and not again before it has returned.
	Alert func(why string)
	// HandOver starts another program in place of the agent. It returns true once that one goes on by itself, which
	// ends Run; otherwise the agent is started again. It must return soon after the end of ctx. What it says goes to log.
	HandOver func(ctx context.Context, log io.Writer) bool
}

type supervisor struct {
	Config
	wait func(context.Context, time.Duration)
	log  *os.File // nil if it could not be opened

	alerting atomic.Bool
	why      string // of the last crash
}

// Run keeps the agent running until the agent ends with the status Stopped, or another program goes on in its place. When ctx ends, Run asks the agent to end, and returns whatever its status is.
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
		if backoff >= alertAfter {
			s.alert()
		}
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
	cmd.Env = append(cmd.Environ(), Lifeline+"=1")
	offset := s.attachLog(cmd)
	_, err := cmd.StdinPipe() // nothing is written to it: it ends with this process
	if err == nil {
		err = cmd.Run()
	}
	if ctx.Err() != nil {
		return true
	}
	if cmd.ProcessState != nil {
		switch cmd.ProcessState.ExitCode() {
		case Stopped:
			return true
		case Restart:
			s.why = ""
			return false
		case HandOver:
			s.why = ""
			return s.HandOver != nil && s.HandOver(ctx, s.logWriter())
		}
	}
	if err == nil {
		err = errors.New("status 0, though nobody asked for its end")
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

func (s *supervisor) logWriter() io.Writer {
	if s.log == nil {
		return s.Err
	}
	return s.log
}

func (s *supervisor) report(c crash) {
	s.why = c.err.Error()
	if s.log == nil {
		return
	}
	s.why = cmp.Or(c.said(s.LogPath), s.why)
	if err := c.write(s.LogPath, s.Version); err != nil {
		s.complain("no report of a crash", err)
	}
}

func (s *supervisor) alert() {
	if s.Alert == nil || s.why == "" || !s.alerting.CompareAndSwap(false, true) {
		return
	}
	go func(why string) {
		defer s.alerting.Store(false)
		s.Alert(why)
	}(s.why)
}

// complain writes to Err what the supervisor could not do.
func (s *supervisor) complain(problem string, err error) {
	_, _ = fmt.Fprintf(s.Err, "jumun: %s: %v\n", problem, err)
}
