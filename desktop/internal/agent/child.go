package agent

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"sync"
	"time"

	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/platform"
)

const (
	// startTimeout is how long a child process may take to its first line: software OpenGL on a slow
	// PC takes a few seconds. aliveTimeout is how long it may then be silent. It sends a line every
	// ipc.AliveInterval, whatever it does.
	startTimeout, aliveTimeout = 20 * time.Second, 10 * time.Second
	// stopTimeout is how long a child process may take to end after its input has ended.
	stopTimeout = 2 * time.Second
	// abandonTimeout is how long it may take to end after it was killed: one that waits in a driver
	// may never end, and the next sound must not wait for it.
	abandonTimeout = 3 * time.Second
)

var errAbandoned = errors.New("it does not end though it was killed: it was left alone")

// A child is one child process: our executable, started with "ring" (the player process) or
// "window" (the ui process).
type child struct {
	cmd     *exec.Cmd
	out     chan any      // the line that is not written to its input yet
	writing bool          // it has not taken the last line yet; only for the loop
	stop    func()        // ends its input, and kills it after stopTimeout; more calls do nothing
	kill    func()        // ends it now, or leaves it alone after abandonTimeout; more calls do nothing
	exited  chan struct{} // closed when the process has ended, or was left alone

	patience time.Duration // aliveTimeout, but in tests
	deadline time.Time     // when it must have sent its next line; only for the loop
	killed   bool          // for that reason; only for the loop
}

// startChild starts a child process with additional environment variables. handle gets its
// lines, and onExit its end after its last line; both are called in the loop.
func startChild[T any](a *Agent, subcommand string, env []string, handle func(*child, T), onExit func(*child, error)) (*child, error) {
	cmd := a.command(subcommand)
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
	err = cmd.Start()
	a.programGone = errors.Is(err, fs.ErrNotExist)
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", subcommand, err)
	}
	c := &child{cmd: cmd, out: make(chan any, 1), exited: make(chan struct{}), patience: a.patience, deadline: time.Now().Add(startTimeout)}
	var once sync.Once
	end := func(err error) {
		once.Do(func() {
			close(c.exited)
			_ = in.Close() // a write may wait for it
			a.post(func() { onExit(c, err) })
		})
	}
	c.kill = sync.OnceFunc(func() {
		_ = cmd.Process.Kill() // it may have ended by itself
		time.AfterFunc(abandonTimeout, func() { end(errAbandoned) })
	})
	c.stop = sync.OnceFunc(func() {
		close(c.out)
		time.AfterFunc(stopTimeout, c.kill)
	})
	a.wait.Go(func() { c.write(in, func() { a.post(func() { c.writing = false }) }) })
	a.wait.Go(func() { <-c.exited })
	go func() {
		err := ipc.ReadLines(out, func(l T) { a.post(func() { c.heard(); handle(c, l) }) }, func(err error) {
			a.Log.Warn("a child process wrote a line that is no message", "process", subcommand, "err", err)
		})
		if err != nil { // a line without an end
			c.kill()
		}
		end(errors.Join(err, cmd.Wait()))
	}()
	return c, nil
}

// command returns the command for a child process. One that shows windows draws by Mesa, if that is installed, where one
// before could not draw.
func (a *Agent) command(subcommand string) *exec.Cmd {
	cmd := a.Program(subcommand)
	if subcommand != "window" || !a.ui.noOpenGL {
		return cmd
	}
	twin, err := platform.MesaProgram(cmd.Path)
	if err == nil {
		cmd.Path, cmd.Args[0] = twin, twin
	}
	a.Log.Warn("the system draws no windows; Mesa is to draw them", "err", err)
	return cmd
}

// failedText returns the text with that ID, which is about a child process that failed, or the text about
// the cause of all such failures.
func (a *Agent) failedText(id string) string {
	if a.programGone {
		id = "agent.program-gone"
	}
	return a.Translator.Text(id)
}

func (c *child) pid() int { return c.cmd.Process.Pid }

func (c *child) heard() { c.deadline = time.Now().Add(c.patience) }

// killIfSilent kills the child if it has sent nothing for too long, and reports whether it did. If
// the deadline is long over, the loop itself did not run, because the PC slept: the child has not
// had its time.
func (c *child) killIfSilent(now time.Time) bool {
	switch late := now.Sub(c.deadline); {
	case late < 0 || c.killed:
		return false
	case late > c.patience:
		c.deadline = now.Add(c.patience)
		return false
	}
	c.killed = true
	c.kill()
	return true
}

// silentAt returns when killIfSilent has something to do; zero: never, also of no child.
func (c *child) silentAt() time.Time {
	if c == nil || c.killed {
		return time.Time{}
	}
	return c.deadline
}

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
