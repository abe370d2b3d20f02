package localredis

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"syscall"
	"time"
)

// arguments are what the Redis of a folder is told. It answers what is on the disk only: with
// "everysec", it holds up to two seconds of answered writes back while the disk is slow. It ends when it
// cannot write, and so answers nothing that it would forget.
func arguments(dir string) []string {
	return []string{
		"--port", "0", "--unixsocket", socket(dir), "--unixsocketperm", "700",
		"--dir", filepath.Join(dir, dataName), "--appendonly", "yes", "--appendfsync", "always", "--save", "",
		"--maxmemory-policy", "noeviction", "--always-show-logo", "no", "--daemonize", "no", "--logfile", "",
	}
}

// run runs a child until it ends. If ctx ends, run ends the child, and kills it after stopTimeout.
func (r *Redis) run(ctx context.Context) error {
	// The system kills the child when the thread ends that has started it.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	cmd := exec.CommandContext(ctx, r.program, arguments(r.dir)...)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C"} // no secrets of ours
	cmd.SysProcAttr = attributes()
	cmd.ExtraFiles = []*os.File{r.locks.redis} // held until the child has ended, whoever ends first
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = stopTimeout
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	cmd.Stderr = cmd.Stdout // what it says of wrong options
	if err := cmd.Start(); err != nil {
		return err
	}
	last := r.copyLog(out, cmd.Process.Pid)
	err = cmd.Wait()
	switch {
	case !hasRoom(filepath.Join(r.dir, dataName)):
		return ErrDiskFull
	case cmd.ProcessState.ExitCode() > 0: // it ended by itself
		return fmt.Errorf("%w, after it said: %s", err, last)
	}
	return err
}

// preamble is what stands before each line that Redis writes, such as "123:M 28 Nov 2026 18:24:39.000 * ".
var preamble = regexp.MustCompile(`^\d+:[A-Z] \d\d \w+ \d{4} [\d:.]+ [.*#-] `)

// copyLog copies what the child says to the log until it ends, and returns the last line.
func (r *Redis) copyLog(out io.Reader, pid int) (last string) {
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if text := strings.TrimSpace(preamble.ReplaceAllString(lines.Text(), "")); text != "" {
			r.log.Info("redis: "+text, "pid", pid)
			last = text
		}
	}
	_, _ = io.Copy(io.Discard, out) // after a line that was too long
	return last
}

// hasRoom reports whether a file of some size can be written in a folder. A full disk is only one of
// the reasons why not: a quota is another.
func hasRoom(dir string) bool {
	probe := filepath.Join(dir, "room")
	err := os.WriteFile(probe, make([]byte, 64<<10), 0o600)
	_ = os.Remove(probe)
	return !errors.Is(err, syscall.ENOSPC) && !errors.Is(err, syscall.EDQUOT)
}

// ping returns nil if the Redis at a socket takes commands. It does not while it loads its data.
func ping(path string) error { return ask(path, "PING", "+PONG") }

// ask sends a command without arguments, and returns an error if the answer is another one.
func ask(path, command, want string) error {
	c, err := net.DialTimeout("unix", path, time.Second)
	if err != nil {
		return err
	}
	defer c.Close()
	if err := c.SetDeadline(time.Now().Add(time.Second)); err != nil {
		return err
	}
	if _, err := io.WriteString(c, command+"\r\n"); err != nil {
		return err
	}
	answer, err := bufio.NewReader(c).ReadString('\n')
	if answer = strings.TrimSpace(answer); err == nil && answer != want {
		err = errors.New(answer)
	}
	return err
}
