//go:build linux

package main

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// clockTick is the unit of CPU time in /proc: 100 a second on every Linux that Go runs
// on (proc(5), sysconf(_SC_CLK_TCK)).
const clockTick = 10 * time.Millisecond

// cpu returns the processor time of a process, in steps of clockTick.
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

// memory is the memory of a process, in MB.
type memory struct {
	rss  float64 // all of it
	own  float64 // without files: heap and stacks
	peak float64 // the largest rss so far
}

func memoryOf(pid int) (m memory, err error) {
	rollup, err := fields(fmt.Sprintf("/proc/%d/smaps_rollup", pid))
	status, err2 := fields(fmt.Sprintf("/proc/%d/status", pid))
	return memory{rss: rollup["Rss:"], own: rollup["Anonymous:"], peak: status["VmHWM:"]}, errors.Join(err, err2)
}

// fields reads the lines "Name: N kB" of a file in /proc, in MB.
func fields(path string) (map[string]float64, error) {
	raw, err := os.ReadFile(path)
	found := map[string]float64{}
	for line := range strings.Lines(string(raw)) {
		words := strings.Fields(line)
		if len(words) == 3 && words[2] == "kB" {
			n, _ := strconv.ParseFloat(words[1], 64) // the kernel writes numbers there
			found[words[0]] = n / 1024
		}
	}
	return found, err
}
