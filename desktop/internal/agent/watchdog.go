package agent

import (
	"context"
	"errors"
	"os"
	"runtime/debug"
	"time"
)

// loopTimeout is how long the loop may take to turn, and the agent to end. The loop waits only for the
// disk, and a disk that spins up takes seconds.
const loopTimeout = 30 * time.Second

// looks is how often the watchdog looks within that time. It counts looks and not the time: a PC that
// slept, or was stopped, is not to blame.
const looks = 3

// watch ends this process if the loop has not turned for limit: orders do not ring then, and the
// supervisor starts the agent again. It returns when ended is closed.
func (a *Agent) watch(ctx context.Context, limit time.Duration, ended <-chan struct{}) {
	tick := time.NewTicker(limit / looks)
	defer tick.Stop()
	turned := make(chan struct{}, 1)
	turn := func() { go a.post(func() { turned <- struct{}{} }) } // the queue may be full
	turn()
	for missed := 0; missed <= looks; missed++ {
		select {
		case <-ended:
			return
		case <-tick.C:
		}
		select {
		case <-turned:
			missed = 0
			turn()
		default:
		}
	}
	a.giveUp(ctx, limit)
}

// giveUp ends this process, with the stacks of all goroutines in the crash report: one of them is where
// the loop hangs. If the agent was asked to end, the supervisor must not start it again.
func (a *Agent) giveUp(ctx context.Context, limit time.Duration) {
	if ctx.Err() != nil && !errors.Is(context.Cause(ctx), ErrRestart) {
		a.Log.Error("jumun was asked to end and does not; this process is ended", "after", limit)
		os.Exit(0)
	}
	a.Log.Error("the loop hangs; this process ends, to be started again", "for", limit)
	debug.SetTraceback("all")
	panic("the loop hangs")
}
