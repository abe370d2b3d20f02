package stats

import (
	"testing"
	"time"
)

func TestQuantilesAreOfWhatWasThere(t *testing.T) {
	var all []time.Duration
	for i := 1000; i > 0; i-- {
		all = append(all, time.Duration(i))
	}
	if got, want := QuantilesOf(all), (Quantiles{1000, 500, 990, 999, 1000}); got != want {
		t.Errorf("of 1 to 1000: %+v, want %+v", got, want)
	}
	if got, want := QuantilesOf([]time.Duration{7}), (Quantiles{1, 7, 7, 7, 7}); got != want {
		t.Errorf("of one: %+v, want %+v", got, want)
	}
	if got := QuantilesOf(nil); got != (Quantiles{}) {
		t.Errorf("of nothing: %+v", got)
	}
}

func TestMedian(t *testing.T) {
	tests := []struct {
		name string
		in   []float64
		want float64
	}{
		{"of five, in no order", []float64{5, 1, 4, 2, 3}, 3},
		{"of four, the lower of the two", []float64{4, 1, 3, 2}, 2},
		{"of one", []float64{9}, 9},
		{"of nothing", nil, 0},
	}
	for _, tt := range tests {
		if got := Median(tt.in); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestTable(t *testing.T) {
	got := Table([][]string{{"system", "µs"}, {"floor", "31.5"}, {"Nchan", "7"}})
	want := "| system |   µs |\n| ------ | ---: |\n| floor  | 31.5 |\n| Nchan  |    7 |\n"
	if got != want {
		t.Errorf("\n%s\nwant\n%s", got, want)
	}
	if got := Table(nil); got != "" {
		t.Errorf("of nothing: %q", got)
	}
}
