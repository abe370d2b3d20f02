// Package supervisor starts the agent again when it dies. It is the parent process, and so
// small that nothing is left in it that could fail: it sleeps until the agent ends.
//
// The agent does not depend on it. What it prints goes to a file and not through a pipe,
// so it rings on when the keeper is stopped or killed.
package supervisor

import (
	"context"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"runtime/debug"
	"syscall"
	"time"
)

const (
	// A crash can have passed in a second; one that comes back at once would keep a core
	// and the disk busy, so each wait doubles the last.
	firstWait, lastWait = time.Second, 30 * time.Second
	// An agent that lived this long was well: the next crash is a first one.
	healthy = time.Minute
	// enough is how much memory may be in use before it is collected, in bytes: several
	// times what a keeper has.
	enough = 32 << 20
	// goodbye is how long an agent that is asked to end may take: its children have 2 s
	// to end, a keychain or a disk may be slow.
	goodbye = 15 * time.Second
	// farewell is how long the last words may take to reach a standard error that nobody
	// reads: a terminal that is held, say.
	farewell = time.Second
)

// Config is what the keeper is told by main. All fields are needed.
type Config struct {
	Program string   // the executable
	Args    []string // that make it the agent
	Version string   // for the reports
	// OpenLog opens the file at LogPath to append to. The agent's standard error goes
	// there, and the reports of crashes into its folder.
	OpenLog func() (*os.File, error)
	LogPath string
	Err     io.Writer // where what the agent says is passed on
}

// A keeper is a Config at work.
type keeper struct {
	Config
	wait   func(context.Context, time.Duration)
	follow *follower
	log    *os.File // nil: it could not be opened
}

// Run keeps the agent alive until it ends with status 0, which is as it was asked to. When
// ctx ends, the agent is asked to, and Run returns however it does. No other status ends
// Run, not even that of wrong usage: it is also the one of a Go program that panics.
func Run(ctx context.Context, cfg Config) {
	// Nobody may read standard error any more. To be told of it is no reason to die; the
	// children are not to ignore it, which signal.Ignore would hand down to them.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	// A collection every two minutes would run through half of the executable for nothing:
	// all that grows here is a few kilobytes a crash.
	debug.SetGCPercent(-1)
	debug.SetMemoryLimit(enough)
	(&keeper{Config: cfg, wait: wait}).run(ctx)
}

func wait(ctx context.Context, d time.Duration) {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}

func (k *keeper) run(ctx context.Context) {
	log, err := k.OpenLog()
	if err != nil { // the agent is needed all the same
		k.complain("no log", err)
	} else {
		k.log = log
		defer log.Close()
		k.follow = follow(k.LogPath, k.Err)
		defer k.follow.end()
	}
	var last time.Duration
	for {
		begun := time.Now()
		if k.once(ctx, begun) {
			return
		}
		last = pause(last, time.Since(begun))
		if k.wait(ctx, last); ctx.Err() != nil {
			return
		}
	}
}

// pause is how long to wait after an agent that lived so long. last is the wait before it;
// zero: there was none.
func pause(last, lived time.Duration) time.Duration {
	if last == 0 || lived >= healthy {
		return firstWait
	}
	return min(2*last, lastWait)
}

// once runs the agent once, and says whether it ended as it was asked to. Of any other end
// a report is on the disk.
func (k *keeper) once(ctx context.Context, begun time.Time) bool {
	cmd := exec.CommandContext(ctx, k.Program, k.Args...)
	cmd.Cancel = func() error { return askToEnd(cmd.Process) }
	cmd.WaitDelay = goodbye
	cmd.SysProcAttr = quietly()
	from := k.attach(cmd)
	err := cmd.Run()
	if k.follow != nil {
		k.follow.look()
	}
	if err == nil || ctx.Err() != nil {
		return true
	}
	k.report(crash{at: time.Now(), lived: time.Since(begun), how: err, from: from})
	return false
}

// attach makes the log the standard error of cmd, and says where in it cmd begins.
func (k *keeper) attach(cmd *exec.Cmd) (from int64) {
	if k.log == nil {
		cmd.Stderr = os.Stderr
		return 0
	}
	cmd.Stderr = k.log
	if info, err := k.log.Stat(); err == nil {
		from = info.Size()
	}
	return from
}

func (k *keeper) report(c crash) {
	if k.log == nil {
		return
	}
	if err := c.write(k.LogPath, k.Version); err != nil {
		k.complain("no report of a crash", err)
	}
}

// complain says what the keeper could not do to whoever may read it.
func (k *keeper) complain(what string, err error) {
	_, _ = io.WriteString(k.Err, "jumun: "+what+": "+err.Error()+"\n")
}
