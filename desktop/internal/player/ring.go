// Package player is the child process that makes the sound.
//
// It is a process of its own because a sound device that fails at its opening stays dead
// for the life of the process: the next ring starts a new one.
package player

import (
	"context"
	"io"

	"jumun/desktop/internal/ipc"
)

// Run is the whole ring process. It reads ipc.ToRing lines from in, does what the first
// with a Play or a Check says, and writes ipc.FromRing lines to out. What comes later is
// passed over.
//
// It returns nil when it was told to stop, by the end of in or by ctx, when a sound that
// does not repeat was played to its end, or when a check found that a sound would play; and
// an error after RingFailed. sounds gives the file of a built-in sound.
//
// The process must end when Run returns: its reader may still wait for in, and the sound
// device cannot be closed otherwise. Run cannot be called twice in a process.
func Run(ctx context.Context, in io.Reader, out io.Writer, sounds func(name string) ([]byte, bool)) error {
	lines := listen(ctx, in)
	task := first(ctx, lines)
	if task == (ipc.ToRing{}) {
		return nil
	}
	r := &ringer{out: ipc.NewWriter(out), play: task.Play, tape: &tape{still: task.Play == nil}}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	go func() { // ends with the lines, or with ctx
		defer stop()
		untilEnd(ctx, lines)
	}()
	return r.run(ctx, sounds)
}

// listen hands on the lines of in, and closes at its end. It holds one line: when nobody
// takes it the agent's next waits in the pipe, which has room for all it would ever send.
func listen(ctx context.Context, in io.Reader) <-chan ipc.ToRing {
	lines := make(chan ipc.ToRing, 1)
	go func() {
		defer close(lines)
		_ = ipc.Lines(in, func(l ipc.ToRing) {
			select {
			case lines <- l:
			case <-ctx.Done():
			}
		}, func(error) {})
	}()
	return lines
}

// first waits for a line with something to do; the zero line means that there is none.
func first(ctx context.Context, lines <-chan ipc.ToRing) ipc.ToRing {
	for {
		select {
		case <-ctx.Done():
			return ipc.ToRing{}
		case l, ok := <-lines:
			if !ok || l.Play != nil || l.Check {
				return l
			}
		}
	}
}

// untilEnd passes over the rest of the lines.
func untilEnd(ctx context.Context, lines <-chan ipc.ToRing) {
	for {
		select {
		case <-ctx.Done():
			return
		case _, ok := <-lines:
			if !ok {
				return
			}
		}
	}
}
