// Package player is the child process that plays a sound.
//
// Each sound has a process of its own, because a sound device that cannot be opened stays
// dead for the life of a process: the next sound starts with a new one.
package player

import (
	"context"
	"io"

	"jumun/desktop/internal/ipc"
)

// Run is the whole player process. It reads ipc.ToPlayer lines from in, does what the first
// line with a Play or a Check says, and writes ipc.FromPlayer lines to out. It ignores all
// later lines. sounds returns the file of a built-in sound.
//
// Run returns nil when it is stopped, by the end of in or of ctx; when a sound that does
// not repeat was played to its end; and when a check found that a sound would be heard.
// After PlayerFailed it returns an error.
//
// The process must exit when Run returns: a goroutine may still read from in, and there is
// no other way to close the sound device. Run cannot be called twice in a process.
func Run(ctx context.Context, in io.Reader, out io.Writer, sounds func(name string) ([]byte, bool)) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	select {
	case task := <-firstTask(in, stop):
		p := &playback{out: ipc.NewWriter(out), play: task.Play, source: &source{silent: task.Play == nil}}
		return p.run(ctx, sounds)
	case <-ctx.Done():
		return nil
	}
}

// firstTask returns a channel with the first line that says what to do. It reads on, and
// calls stop at the end of in.
func firstTask(in io.Reader, stop func()) <-chan ipc.ToPlayer {
	tasks := make(chan ipc.ToPlayer, 1) // later tasks are dropped when it is full, or never received
	go func() {
		defer stop()
		_ = ipc.ReadLines(in, func(l ipc.ToPlayer) {
			if l.Play == nil && !l.Check {
				return
			}
			select {
			case tasks <- l:
			default:
			}
		}, func(error) {})
	}()
	return tasks
}
