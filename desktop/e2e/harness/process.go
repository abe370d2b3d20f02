//go:build linux

package harness

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"
)

// stopTimeout is how long a process may take to end when asked; jumun-server promises 5 s.
const stopTimeout = 10 * time.Second

// A Process is a program that the session has started, with its children.
type Process struct {
	Name string
	PID  int
	Log  string // path of the file with its output

	// desktop means that it is a part of the desktop, such as the panel, and not of jumun: how
	// it ends is not under test, and a panel that is asked to end while it starts may not.
	desktop bool

	done chan struct{} // closed when it has ended
	err  error         // how it ended; read it after done
}

// Start runs a program with env as its whole environment. Its output goes to a file.
func (s *Session) Start(name string, env []string, program string, args ...string) (*Process, error) {
	path, err := exec.LookPath(program)
	if err != nil {
		return nil, fmt.Errorf("%s is not installed: `make test` and `make run` install it", program)
	}
	return s.StartCommand(name, env, exec.Command(path, args...))
}

// StartCommand is Start for a command that may have a standard input and output of its own.
func (s *Session) StartCommand(name string, env []string, cmd *exec.Cmd) (*Process, error) {
	log, err := s.newLog(name)
	if err != nil {
		return nil, err
	}
	defer log.Close() // the process has its own handle
	// A process group of its own, so that its helpers end with it and Ctrl-C does not reach it.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	cmd.Env = append(append([]string{}, env...), s.mark())
	cmd.Stderr = log
	if cmd.Stdout == nil {
		cmd.Stdout = log
	}
	p := &Process{Name: name, Log: log.Name(), done: make(chan struct{})}
	started := make(chan error)
	go p.run(cmd, started)
	if err := <-started; err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	s.processes = append(s.processes, p)
	return p, nil
}

// run keeps its thread: when the thread that started a process ends, the kernel thinks that the
// parent has ended, and kills the process.
func (p *Process) run(cmd *exec.Cmd, started chan<- error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	defer close(p.done)
	if p.err = cmd.Start(); p.err == nil {
		p.PID = cmd.Process.Pid
	}
	started <- p.err
	if p.err == nil {
		p.err = cmd.Wait()
	}
}

// newLog makes the file for a process's output. A second process of one name gets another file.
func (s *Session) newLog(name string) (*os.File, error) {
	for n := 1; ; n++ {
		path := filepath.Join(s.Dir, fmt.Sprintf("%s.%d.log", name, n))
		f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY|os.O_APPEND, 0o644)
		if !errors.Is(err, os.ErrExist) {
			return f, err
		}
	}
}

// Done returns a channel that is closed when the process has ended.
func (p *Process) Done() <-chan struct{} { return p.done }

// Err returns how the process ended. It is nil while the process runs, and for status 0.
func (p *Process) Err() error {
	select {
	case <-p.done:
		return p.err
	default:
		return nil
	}
}

// Stop asks the process and its group to end, as a logout does, and waits for the process.
// If the process does not end, Stop kills it and returns an error. How it ended is in Err.
func (p *Process) Stop() error {
	_ = syscall.Kill(-p.PID, syscall.SIGTERM) // it may be gone already
	_ = syscall.Kill(-p.PID, syscall.SIGCONT) // a frozen process would not notice
	select {
	case <-p.done:
		return nil
	case <-time.After(stopTimeout):
		p.Kill()
		return fmt.Errorf("%s did not end within %v when asked to", p.Name, stopTimeout)
	}
}

// killGroup kills the process and its children, and waits for the process.
func (p *Process) killGroup() {
	_ = syscall.Kill(-p.PID, syscall.SIGKILL) // it may be gone already
	<-p.done
}

// Kill kills the process without its children, as a crash does, and waits for it.
func (p *Process) Kill() {
	_ = syscall.Kill(p.PID, syscall.SIGKILL)
	<-p.done
}

// Tail returns the end of the process's output.
func (p *Process) Tail() string {
	const most = 6000 // bytes: a page to read
	raw, err := os.ReadFile(p.Log)
	if err != nil {
		return err.Error()
	}
	return strings.TrimSpace(string(raw[max(0, len(raw)-most):]))
}
