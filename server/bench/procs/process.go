//go:build linux

package procs

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// A Process is a program that was started in a Group.
type Process struct {
	Name string
	PID  int
	log  string
	done chan struct{}
	err  error // how it ended; read it after done
}

// Done returns a channel that is closed when the process has ended.
func (p *Process) Done() <-chan struct{} { return p.done }

// Kill ends the process as a crash would, and waits for its end.
func (p *Process) Kill() {
	select {
	case <-p.done: // its PID may belong to another process by now
		return
	default:
	}
	for _, pid := range append(children(p.PID), p.PID) {
		_ = syscall.Kill(pid, syscall.SIGKILL) // it may have ended already
	}
	<-p.done
}

// Ended returns nil while the process runs. Then it returns an error with the end of the log.
func (p *Process) Ended() error {
	select {
	case <-p.done:
		return fmt.Errorf("%s ended (%v): %s", p.Name, p.err, p.Said())
	default:
		return nil
	}
}

// Said returns the end of the process's log.
func (p *Process) Said() string {
	const most = 2000
	raw, _ := os.ReadFile(p.log)
	return strings.TrimSpace(string(raw[max(0, len(raw)-most):]))
}

// CPU returns the processor time of the process and of its children, to the nanosecond:
// /proc/PID/stat counts in hundredths of a second, in which a thousand streams are accepted.
func (p *Process) CPU() (time.Duration, error) {
	var sum time.Duration
	for _, pid := range append(children(p.PID), p.PID) {
		var used unix.Timespec
		// The clock of another process, as clock_getcpuclockid(3) makes it.
		if err := unix.ClockGettime(int32(^pid<<3|2), &used); err != nil {
			return 0, fmt.Errorf("the CPU time of %s: %w", p.Name, err)
		}
		sum += time.Duration(used.Nano())
	}
	return sum, nil
}

// RSS returns the memory of the process and of its children, in bytes.
func (p *Process) RSS() (int64, error) { return p.status("VmRSS:") }

// PeakRSS returns the most memory since the process began, or since ForgetPeak, in bytes.
func (p *Process) PeakRSS() (int64, error) { return p.status("VmHWM:") }

// ForgetPeak starts the measurement of PeakRSS again (proc(5), clear_refs).
func (p *Process) ForgetPeak() error {
	return os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", p.PID), []byte("5"), 0)
}

func (p *Process) status(field string) (sum int64, err error) {
	for _, pid := range append(children(p.PID), p.PID) {
		raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
		if err != nil {
			return 0, err
		}
		n, err := kilobytes(raw, field)
		if err != nil {
			return 0, fmt.Errorf("%s: %w", p.Name, err)
		}
		sum += n
	}
	return sum, nil
}

// children returns the processes that a process has started, from any of its threads.
func children(pid int) (all []int) {
	tasks, _ := os.ReadDir(fmt.Sprintf("/proc/%d/task", pid))
	for _, t := range tasks {
		raw, _ := os.ReadFile(fmt.Sprintf("/proc/%d/task/%s/children", pid, t.Name()))
		for _, field := range bytes.Fields(raw) {
			if child, err := strconv.Atoi(string(field)); err == nil {
				all = append(all, child)
			}
		}
	}
	return all
}
