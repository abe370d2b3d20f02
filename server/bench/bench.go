//go:build linux

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"jumun/server/bench/stats"
)

// results is everything that was measured, as the file holds it.
type results struct {
	At      time.Time
	Samples []Sample
	Storm   *Storm `json:",omitempty"`
	Room    *Room  `json:",omitempty"`
	Keep    *Keep  `json:",omitempty"`
}

// bench measures what o asks for, and prints it.
func bench(ctx context.Context, o options, out io.Writer) error {
	r := results{At: time.Now()}
	if len(o.systems) > 0 {
		err := r.compare(ctx, o)
		fmt.Fprintln(out, table(o, r.Samples))
		if err != nil {
			return err
		}
	}
	if err := r.scenarios(ctx, o, out); err != nil {
		return err
	}
	raw, err := json.MarshalIndent(r, "", "\t")
	if err != nil {
		return err
	}
	return os.WriteFile(o.out, append(raw, '\n'), 0o644)
}

// scenarios runs the tests that only jumun is put through.
func (r *results) scenarios(ctx context.Context, o options, out io.Writer) (err error) {
	r.Storm, err = runScenario(ctx, o, out, "storm", o.storm, storm)
	if err == nil {
		r.Room, err = runScenario(ctx, o, out, "room", o.room, room)
	}
	if err == nil {
		r.Keep, err = runScenario(ctx, o, out, "keep", o.keep, keep)
	}
	return err
}

// runScenario runs a scenario of n streams, unless n is 0, and prints the result.
func runScenario[T interface{ table() string }](ctx context.Context, o options, out io.Writer, name string, n int, scenario func(context.Context, options, int) (T, error)) (*T, error) {
	if n == 0 {
		return nil, nil
	}
	fmt.Fprintf(os.Stderr, "%s: %d streams\n", name, n)
	result, err := scenario(ctx, o, n)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	fmt.Fprintln(out, result.table())
	return &result, nil
}

// compare measures the systems in turn, so that other work of the machine meets all of them.
// Samples from before an error are kept.
func (r *results) compare(ctx context.Context, o options) error {
	for run := range o.runs {
		for _, streams := range o.sizes {
			for _, name := range o.systems {
				fmt.Fprintf(os.Stderr, "run %d of %d: %s, %d streams\n", run+1, o.runs, name, streams)
				sample, err := trial(ctx, o, name, streams, run, o.idleFor(name, streams, run))
				if err != nil {
					return fmt.Errorf("%s with %d streams: %w", name, streams, err)
				}
				r.Samples = append(r.Samples, sample)
			}
		}
	}
	return nil
}

// idleFor returns how long a system is watched without orders: in one run only, since it takes long.
func (o options) idleFor(name string, streams, run int) time.Duration {
	if run > 0 || streams != slices.Max(o.sizes) || name != "floor" && name != "jumun" {
		return 0
	}
	return o.idle
}

// A column is one number of a sample in the table.
type column struct {
	head   string
	format string
	of     func(Sample) float64
}

func columns() []column {
	return []column{
		{"accepted/s", "%.0f", func(s Sample) float64 { return s.AcceptRate }},
		{"CPU/accept µs", "%.1f", func(s Sample) float64 { return s.AcceptCPU }},
		{"Redis/accept µs", "%.1f", func(s Sample) float64 { return s.AcceptRedis }},
		{"RSS/stream B", "%.0f", func(s Sample) float64 { return s.RSS }},
		{"kernel/stream B", "%.0f", func(s Sample) float64 { return s.Kernel }},
		{"CPU/order µs", "%.1f", func(s Sample) float64 { return s.EvenCPU }},
		{"Redis/order µs", "%.1f", func(s Sample) float64 { return s.EvenRedis }},
		{"p50 ms", "%.2f", func(s Sample) float64 { return ms(s.Delay.P50) }},
		{"p99 ms", "%.2f", func(s Sample) float64 { return ms(s.Delay.P99) }},
		{"p99.9 ms", "%.2f", func(s Sample) float64 { return ms(s.Delay.P999) }},
		{"full: orders/s", "%.0f", func(s Sample) float64 { return s.FullRate }},
		{"full: CPU µs", "%.1f", func(s Sample) float64 { return s.FullCPU }},
		{"full: Redis µs", "%.1f", func(s Sample) float64 { return s.FullRedis }},
		{"of it the script", "%.1f", func(s Sample) float64 { return s.FullScript }},
	}
}

// sums returns the columns that must be 0 in every run. A median would hide a single case.
func sums() []column {
	return []column{
		{"lost", "%.0f", func(s Sample) float64 { return float64(s.Lost) }},
		{"repeated", "%.0f", func(s Sample) float64 { return float64(s.Repeated) }},
		{"ended", "%.0f", func(s Sample) float64 { return float64(s.Ended) }},
	}
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// table returns the medians of all runs, one row for each size and system.
func table(o options, all []Sample) string {
	rows := [][]string{{"system", "streams"}}
	for _, c := range slices.Concat(columns(), sums()) {
		rows[0] = append(rows[0], c.head)
	}
	rows[0] = append(rows[0], "idle %", "idle Redis %")
	for _, streams := range o.sizes {
		for _, name := range o.systems {
			runs := slices.DeleteFunc(slices.Clone(all), func(s Sample) bool { return s.System != name || s.Streams != streams })
			if len(runs) > 0 {
				rows = append(rows, row(name, streams, runs))
			}
		}
	}
	return stats.Table(rows) + legend
}

func row(name string, streams int, runs []Sample) []string {
	cells := []string{name, fmt.Sprint(streams)}
	for _, c := range columns() {
		var values []float64
		for _, s := range runs {
			values = append(values, c.of(s))
		}
		cells = append(cells, fmt.Sprintf(c.format, stats.Median(values)))
	}
	for _, c := range sums() {
		sum := 0.0
		for _, s := range runs {
			sum += c.of(s)
		}
		cells = append(cells, fmt.Sprintf(c.format, sum))
	}
	return append(cells, idleCell(runs, Sample.idle), idleCell(runs, Sample.idleRedis))
}

func (s Sample) idle() float64      { return s.Idle }
func (s Sample) idleRedis() float64 { return s.IdleRedis }

// idleCell returns the number of the one run that was watched.
func idleCell(runs []Sample, of func(Sample) float64) string {
	for _, s := range runs {
		if s.Watched > 0 {
			return fmt.Sprintf("%.2f", of(s))
		}
	}
	return "–"
}

const legend = `
Medians of all runs; what was lost, came twice or ended is the sum. CPU is of one core.
Accepting includes what the server does about new streams in the quiet seconds after.
Kernel is half of what slab and TCP buffers grew by: both ends of each connection are on
this machine, and so is whatever else it does.
`
