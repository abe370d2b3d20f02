// Package stats reduces many measurements to a few numbers, and prints them as a table.
package stats

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Quantiles are the quantiles of some durations.
type Quantiles struct {
	Count               int
	P50, P99, P999, Max time.Duration
}

// QuantilesOf sorts all, and returns its quantiles by nearest rank: each of them was
// measured. Without measurements all are 0.
func QuantilesOf(all []time.Duration) Quantiles {
	slices.Sort(all)
	return Quantiles{len(all), at(all, 0.5), at(all, 0.99), at(all, 0.999), at(all, 1)}
}

func at(sorted []time.Duration, share float64) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[max(0, int(math.Ceil(share*float64(len(sorted))))-1)]
}

// Median returns the middle number, or the lower of the two in the middle: it was measured.
// Without numbers it returns 0.
func Median[T cmp.Ordered](all []T) (middle T) {
	if len(all) == 0 {
		return middle
	}
	sorted := slices.Sorted(slices.Values(all))
	return sorted[(len(sorted)-1)/2]
}

// Table returns rows as a table in GitHub's Markdown, with aligned columns. The first row
// is the head. The first column is text, and all others are numbers.
func Table(rows [][]string) string {
	if len(rows) == 0 {
		return ""
	}
	wide := widths(rows)
	var out strings.Builder
	for i, row := range rows {
		line(&out, row, wide)
		if i == 0 {
			rule(&out, wide)
		}
	}
	return out.String()
}

func widths(rows [][]string) []int {
	wide := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			wide[i] = max(wide[i], utf8.RuneCountInString(cell), len("---:"))
		}
	}
	return wide
}

func line(out *strings.Builder, row []string, wide []int) {
	for i, cell := range row {
		pad := strings.Repeat(" ", wide[i]-utf8.RuneCountInString(cell))
		if i == 0 {
			cell, pad = cell+pad, ""
		}
		out.WriteString("| " + pad + cell + " ")
	}
	out.WriteString("|\n")
}

func rule(out *strings.Builder, wide []int) {
	for i, n := range wide {
		end := ":"
		if i == 0 {
			end = "-"
		}
		out.WriteString("| " + strings.Repeat("-", n-1) + end + " ")
	}
	out.WriteString("|\n")
}
