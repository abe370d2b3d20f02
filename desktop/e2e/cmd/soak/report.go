//go:build linux

package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"sync"
	"time"
)

// A report collects what happens in a run, and prints it. It is safe for concurrent use.
type report struct {
	mu      sync.Mutex
	out     io.Writer
	started time.Time
	counts  map[string]int
	wrong   []violation
}

func newReport(out io.Writer) *report {
	return &report{out: out, started: time.Now(), counts: make(map[string]int)}
}

// say prints a line with the time since the run began.
func (r *report) say(format string, a ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	fmt.Fprintf(r.out, "%7.2fs  %s\n", time.Since(r.started).Seconds(), fmt.Sprintf(format, a...))
}

func (r *report) count(what string, n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.counts[what] += n
}

// most keeps the largest n.
func (r *report) most(what string, n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.counts[what] = max(r.counts[what], n)
}

// fail adds a failure of the run as a whole, not of an order or a device.
func (r *report) fail(what string, err error) {
	if err != nil {
		r.violated(violation{worked, "-", "-", "-", fmt.Sprintf("%s: %v", what, err)})
		r.say("WRONG: %s: %v", what, err)
	}
}

func (r *report) violated(v ...violation) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.wrong = append(r.wrong, v...)
}

// table prints the counts in the order of their names, so that related ones are together.
func (r *report) table() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, what := range slices.Sorted(maps.Keys(r.counts)) {
		fmt.Fprintf(r.out, "  %-52s %9d\n", what, r.counts[what])
	}
}

// shown is how many violations of each promise are printed: the first ones show what broke.
const shown = 20

// verdict prints which promises were not kept, with examples, and returns the number of violations.
func (r *report) verdict() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, p := range promises {
		broken := slices.DeleteFunc(slices.Clone(r.wrong), func(v violation) bool { return v.promise != p })
		if len(broken) > 0 {
			fmt.Fprintf(r.out, "NOT KEPT, %d times: %s\n", len(broken), p)
		}
		for _, v := range broken[:min(shown, len(broken))] {
			fmt.Fprintf(r.out, "    mart %s order %s device %s: %s\n", v.mart, v.order, v.device, v.what)
		}
	}
	return len(r.wrong)
}
