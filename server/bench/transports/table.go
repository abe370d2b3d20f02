//go:build linux

package main

import (
	"fmt"
	"strings"
	"time"
)

// report returns all results as two tables of GitHub's Markdown.
func report(p plan, results []result) string {
	busy := table("", "requests/s", "server CPU", "Redis CPU", "bytes a device and hour", "delay p50", "delay p99", "lost")
	quiet := table("", "requests/s", "server CPU", "Redis CPU", "bytes a device and hour", "server RSS a device")
	for _, r := range results {
		busy.row(append(append([]string{r.Way}, r.Busy.cells()...), took(r.P50), took(r.P99), fmt.Sprint(r.Lost))...)
		quiet.row(append(append([]string{r.Way}, r.Quiet.cells()...), size(float64(r.Memory)))...)
	}
	return fmt.Sprintf("%d devices in as many marts, %.4g orders/s for %v:\n\n%s\nThe same devices, and no orders:\n\n%s",
		p.devices, p.rate, p.lasts, busy, quiet)
}

// cells returns the cells of a cost.
func (c cost) cells() []string {
	return []string{fmt.Sprintf("%.1f", c.Requests), fmt.Sprintf("%.2f %%", c.Server), fmt.Sprintf("%.2f %%", c.Redis), size(c.Bytes)}
}

// size formats a number of bytes to three digits.
func size(bytes float64) string {
	for _, unit := range []string{"B", "KB", "MB"} {
		if bytes < 1000 {
			return digits(bytes) + " " + unit
		}
		bytes /= 1000
	}
	return digits(bytes) + " GB"
}

// took formats a time to three digits.
func took(d time.Duration) string {
	switch ms := float64(d) / float64(time.Millisecond); {
	case d == 0:
		return "–"
	case ms < 1000:
		return digits(ms) + " ms"
	default:
		return digits(ms/1000) + " s"
	}
}

func digits(n float64) string {
	switch {
	case n < 10:
		return fmt.Sprintf("%.2f", n)
	case n < 100:
		return fmt.Sprintf("%.1f", n)
	}
	return fmt.Sprintf("%.0f", n)
}

// markdown is a table with names in the first column, and numbers in the others.
type markdown struct{ strings.Builder }

func table(columns ...string) *markdown {
	m := &markdown{}
	m.row(columns...)
	m.WriteString("|---" + strings.Repeat("|---:", len(columns)-1) + "|\n")
	return m
}

func (m *markdown) row(cells ...string) { m.WriteString("| " + strings.Join(cells, " | ") + " |\n") }
