//go:build linux

// Package procs runs real programs side by side, and measures what they cost.
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

// A Group is a directory and the processes that were started in it. It is safe for concurrent
// use. All its processes end with Close, or with this process, however it ends.
type Group struct {
	dir     string
	starts  chan func() // to the one thread that starts processes
	mu      sync.Mutex
	running []*Process
}

// Open makes a Group in a new temporary directory.
func Open() (*Group, error) {
	dir, err := os.MkdirTemp("", "jumun-bench-")
	if err != nil {
		return nil, err
	}
	if err := os.Chmod(dir, 0o755); err != nil { // nginx reads it as another user
		return nil, err
	}
	g := &Group{dir: dir, starts: make(chan func())}
	go g.starter()
	return g, nil
}

// starter starts all processes on one thread that lives as long as the Group: the kernel ends
// a child with the thread that started it, not with its process (prctl(2), PR_SET_PDEATHSIG).
func (g *Group) starter() {
	runtime.LockOSThread()
	for start := range g.starts {
		start()
	}
}

// Path returns the path of a file in the Group's directory.
func (g *Group) Path(name string) string { return filepath.Join(g.dir, name) }

// Close kills the processes that still run, the last one first, and removes the directory.
func (g *Group) Close() error {
	g.mu.Lock()
	running := slices.Clone(g.running)
	g.mu.Unlock()
	for _, p := range slices.Backward(running) {
		p.Kill()
	}
	close(g.starts)
	return os.RemoveAll(g.dir)
}

// Start runs a program. Its output goes to the file NAME.log of the Group, unless prepare
// (which may be nil) has set Stdout or Stderr.
func (g *Group) Start(name string, prepare func(*exec.Cmd), program string, args ...string) (*Process, error) {
	cmd := exec.Command(program, args...)
	if prepare != nil {
		prepare(cmd)
	}
	said, err := os.OpenFile(g.Path(name+".log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
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
	g.starts <- func() { started <- cmd.Start() }
	if err := <-started; err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return g.keep(&Process{Name: name, PID: cmd.Process.Pid, log: said.Name(), done: make(chan struct{})}, cmd), nil
}

func (g *Group) keep(p *Process, cmd *exec.Cmd) *Process {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.running = append(g.running, p)
	go func() {
		p.err = cmd.Wait()
		g.mu.Lock()
		g.running = slices.DeleteFunc(g.running, func(other *Process) bool { return other == p })
		g.mu.Unlock()
		close(p.done)
	}()
	return p
}
