package agent

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"time"

	"jumun/desktop/internal/ipc"
)

// stopTimeout is how long a child process may take to end after its input has ended.
const stopTimeout = 2 * time.Second

// A child is one child process: our executable, started with "ring" (the player process) or
// "window" (the ui process).
type child struct {
	cmd     *exec.Cmd
	out     chan any      // the line that is not written to its input yet
	writing bool          // it has not taken the last line yet; only for the loop
	stop    func()        // ends its input, and kills it after stopTimeout; more calls do nothing
	exited  chan struct{} // closed when the process has ended
}

// startChild starts a child process with additional environment variables. handle gets its
// lines, and onExit its end after its last line; both are called in the loop.
func startChild[T any](a *Agent, subcommand string, env []string, handle func(*child, T), onExit func(*child, error)) (*child, error) {
	cmd := exec.Command(a.Executable, subcommand)
	cmd.Stderr = os.Stderr
	cmd.Env = append(os.Environ(), env...)
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", subcommand, err)
	}
	c := &child{cmd: cmd, out: make(chan any, 1), exited: make(chan struct{})}
	c.stop = sync.OnceFunc(func() {
		close(c.out)
		time.AfterFunc(stopTimeout, c.kill)
	})
	a.wait.Go(func() { c.write(in, func() { a.post(func() { c.writing = false }) }) })
	a.wait.Go(func() {
		err := ipc.ReadLines(out, func(l T) { a.post(func() { handle(c, l) }) }, func(err error) {
			a.Log.Warn("a child process wrote a line that is no message", "process", subcommand, "err", err)
		})
		if err != nil { // a line without an end
			c.kill()
		}
		err = errors.Join(err, cmd.Wait())
		close(c.exited)
		a.post(func() { onExit(c, err) })
	})
	return c, nil
}

func (c *child) pid() int { return c.cmd.Process.Pid }

// kill ends the process now. Its end is reported like any other.
func (c *child) kill() { _ = c.cmd.Process.Kill() } // it may have ended by itself

// send sends a line to the child. It must not be called while c.writing, which is true until
// the child has taken the line. So there is no queue: a slow child gets the newest state next,
// and not everything in between.
func (c *child) send(line any) {
	c.writing = true
	c.out <- line
}

// write writes each line of c.out to in, and calls taken after it.
func (c *child) write(in io.WriteCloser, taken func()) {
	defer func() { _ = in.Close() }()
	w := ipc.NewWriter(in)
	for {
		select {
		case line, more := <-c.out:
			if !more || w.Send(line) != nil { // the reader reports that the child ended
				return
			}
			taken()
		case <-c.exited:
			return
		}
	}
}
