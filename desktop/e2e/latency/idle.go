//go:build linux

package main

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// clockTick is the unit of CPU time in /proc: 100 a second on every Linux that Go runs
// on (proc(5), sysconf(_SC_CLK_TCK)).
const clockTick = 10 * time.Millisecond

// idle prints what the agent takes while it waits for orders.
func (l *lab) idle(ctx context.Context, watched time.Duration) error {
	before, err := cpu(l.pc.Agent.PID)
	if err != nil {
		return err
	}
	select {
	case <-time.After(watched):
	case <-ctx.Done():
		return ctx.Err()
	}
	after, err := cpu(l.pc.Agent.PID)
	if err != nil {
		return err
	}
	memory, err := memory(l.pc.Agent.PID)
	if err != nil {
		return err
	}
	fmt.Printf("idle for %v: %.3f %% of a core; %s\n", watched, 100*(after-before).Seconds()/watched.Seconds(), memory)
	return nil
}

// cpu is the processor time a process has used, in steps of clockTick.
func cpu(pid int) (time.Duration, error) {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, err
	}
	_, rest, _ := strings.Cut(string(raw), ") ") // the name before it may hold spaces
	fields := strings.Fields(rest)
	const user, system = 11, 12 // fields 14 and 15 of proc(5)
	if len(fields) <= system {
		return 0, fmt.Errorf("/proc/%d/stat is not as expected", pid)
	}
	var total time.Duration
	for _, i := range []int{user, system} {
		n, err := strconv.ParseInt(fields[i], 10, 64)
		if err != nil {
			return 0, err
		}
		total += time.Duration(n) * clockTick
	}
	return total, nil
}

// memory is what a process holds, and which part of it is its own.
func memory(pid int) (string, error) {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", pid))
	if err != nil {
		return "", err
	}
	var parts []string
	for line := range strings.Lines(string(raw)) {
		for _, name := range []string{"Rss:", "Pss:", "Anonymous:"} {
			if strings.HasPrefix(line, name) {
				parts = append(parts, strings.Join(strings.Fields(line), " "))
			}
		}
	}
	return strings.Join(parts, ", "), nil
}
