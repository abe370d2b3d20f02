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

// A child whose input ended has this long to end by itself.
const stopTimeout = 2 * time.Second

// A child is one run of our executable in another role.
type child struct {
	cmd     *exec.Cmd
	out     chan any      // the line for its input that is not written yet
	writing bool          // it has not taken the line it was sent; of the loop
	stop    func()        // ends its input, and after a while the process; more calls do nothing
	exited  chan struct{} // closed when it has ended
}

// begin starts our executable as role, with more in its environment. What it says goes to said, and its end, after
// its last line, to ended: both in the loop.
func startChild[T any](a *Agent, role string, env []string, said func(*child, T), ended func(*child, error)) (*child, error) {
	cmd := exec.Command(a.Executable, role)
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
		return nil, fmt.Errorf("start %s: %w", role, err)
	}
	c := &child{cmd: cmd, out: make(chan any, 1), exited: make(chan struct{})}
	c.stop = sync.OnceFunc(func() {
		close(c.out)
		time.AfterFunc(stopTimeout, c.kill)
	})
	a.wait.Go(func() { c.write(in, func() { a.post(func() { c.writing = false }) }) })
	a.wait.Go(func() {
		err := ipc.ReadLines(out, func(l T) { a.post(func() { said(c, l) }) }, func(err error) {
			a.Log.Warn("a child said something else", "role", role, "err", err)
		})
		if err != nil { // it broke the protocol: a line without an end
			c.kill()
		}
		err = errors.Join(err, cmd.Wait())
		close(c.exited)
		a.post(func() { ended(c, err) })
	})
	return c, nil
}

func (c *child) pid() int { return c.cmd.Process.Pid }

// kill ends the process now. Its end is reported as any other.
func (c *child) kill() { _ = c.cmd.Process.Kill() } // it may have ended by itself

// say sends the child a line. It must not be busy, and is until it has taken the line,
// which is when the loop runs again: so there is no queue, and a slow child gets the
// newest state and not the history.
func (c *child) send(line any) {
	c.writing = true
	c.out <- line
}

func (c *child) write(in io.WriteCloser, taken func()) {
	defer func() { _ = in.Close() }()
	w := ipc.NewWriter(in)
	for {
		select {
		case line, more := <-c.out:
			if !more || w.Send(line) != nil { // a child that ended is reported by its reader
				return
			}
			taken()
		case <-c.exited:
			return
		}
	}
}
