//go:build linux

// Package procs runs real programs side by side, and reads what they cost.
package procs

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"syscall"
)

// A Lab is a directory and the processes that were started in it. It may be used by
// several goroutines. All its processes end with Close, or with this process, however it ends.
type Lab struct {
	dir     string
	starts  chan func() // to the one thread that starts processes
	mu      sync.Mutex
	running []*Process
}

// Open makes a Lab in a temporary directory of its own.
func Open() (*Lab, error) {
	dir, err := os.MkdirTemp("", "jumun-bench-")
	if err != nil {
		return nil, err
	}
	if err := os.Chmod(dir, 0o755); err != nil { // nginx reads it as another user
		return nil, err
	}
	l := &Lab{dir: dir, starts: make(chan func())}
	go l.starter()
	return l, nil
}

// starter starts processes on one thread that lives as long as the Lab: the kernel ends
// a child with the thread that made it, not with its process (prctl(2), PR_SET_PDEATHSIG).
func (l *Lab) starter() {
	runtime.LockOSThread()
	for start := range l.starts {
		start()
	}
}

// Path is where the file called name is in the Lab's directory.
func (l *Lab) Path(name string) string { return filepath.Join(l.dir, name) }

// Close kills the processes that still run, the last one first, and removes the directory.
func (l *Lab) Close() error {
	l.mu.Lock()
	running := slices.Clone(l.running)
	l.mu.Unlock()
	for _, p := range slices.Backward(running) {
		p.Kill()
	}
	close(l.starts)
	return os.RemoveAll(l.dir)
}

// Start runs a program. What it says goes to the file NAME.log of the Lab, unless prepare
// (which may be nil) has set Stdout or Stderr.
func (l *Lab) Start(name string, prepare func(*exec.Cmd), program string, args ...string) (*Process, error) {
	cmd := exec.Command(program, args...)
	if prepare != nil {
		prepare(cmd)
	}
	said, err := os.OpenFile(l.Path(name+".log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	defer said.Close() // the process has its own
	if cmd.Stdout == nil {
		cmd.Stdout = said
	}
	if cmd.Stderr == nil {
		cmd.Stderr = said
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	started := make(chan error)
	l.starts <- func() { started <- cmd.Start() }
	if err := <-started; err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return l.keep(&Process{Name: name, PID: cmd.Process.Pid, log: said.Name(), done: make(chan struct{})}, cmd), nil
}

func (l *Lab) keep(p *Process, cmd *exec.Cmd) *Process {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.running = append(l.running, p)
	go func() {
		p.err = cmd.Wait()
		l.mu.Lock()
		l.running = slices.DeleteFunc(l.running, func(other *Process) bool { return other == p })
		l.mu.Unlock()
		close(p.done)
	}()
	return p
}
