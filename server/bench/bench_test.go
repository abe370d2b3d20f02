//go:build linux

package main

import (
	"os"
	"strings"
	"testing"
	"time"

	"jumun/server/bench/stats"
)

// bePart has this program be one of the benchmark's, as the tests start them.
const bePart = "JUMUN_TEST_BE_PART"

func TestMain(m *testing.M) {
	if os.Getenv(bePart) == "" {
		os.Exit(m.Run())
	}
	if err := role(os.Args); err != nil {
		os.Stderr.WriteString(err.Error())
		os.Exit(1)
	}
}

func quick(t *testing.T, systems ...string) options {
	t.Helper()
	t.Setenv(bePart, "1")
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return options{runs: 1, sizes: []int{50}, systems: systems, seconds: time.Second / 2, rate: 100, settle: 100 * time.Millisecond,
		idle: 100 * time.Millisecond, atOnce: 16, perMart: 1, servers: 1, self: self, out: t.TempDir() + "/bench.json"}
}

func TestEveryOrderReachesTheStreamsOfTheFloorOnce(t *testing.T) {
	o := quick(t, "floor")
	o.perMart = 2
	var out strings.Builder
	if err := bench(t.Context(), o, &out); err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(o.out)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"| floor", "| system", `"Lost": 0,`, `"Repeated": 0,`, `"Ended": 0,`} {
		if !strings.Contains(out.String()+string(raw), want) {
			t.Errorf("there is no %q in\n%s\n%s", want, out.String(), raw)
		}
	}
}

func TestATrialMeasures(t *testing.T) {
	o := quick(t, "floor")
	s, err := trial(t.Context(), o, "floor", 50, 0, o.idle)
	if err != nil {
		t.Fatal(err)
	}
	if s.Delivered < 50 || s.Delay.Count != 50 || s.Lost != 0 || s.Repeated != 0 {
		t.Errorf("orders: %+v", s)
	}
	if s.Delay.P50 <= 0 || s.Delay.P50 > time.Second || s.AcceptRate <= 0 || s.FullRate <= o.rate {
		t.Errorf("times: %+v", s)
	}
	for name, used := range map[string]float64{"accept": s.AcceptCPU, "even": s.EvenCPU, "Redis": s.EvenRedis, "full": s.FullCPU, "crowd": s.CrowdHear} {
		if used <= 0 || used > 10_000 {
			t.Errorf("%s: %v µs", name, used)
		}
	}
}

func TestATrialThatIsStoppedEndsWhatItStarted(t *testing.T) {
	o := quick(t, "floor")
	o.self = "/nonexistent"
	if _, err := trial(t.Context(), o, "floor", 50, 0, 0); err == nil || !strings.Contains(err.Error(), "floor") {
		t.Errorf("a program that is not there: %v", err)
	}
}

func TestParse(t *testing.T) {
	tests := []struct {
		name, args, wrong string
	}{
		{"nothing", "", ""},
		{"a quick look", "--systems floor,jumun --sizes 15000 --runs 1", ""},
		{"no table", "--systems none --storm 15000", ""},
		{"a system nobody knows", "--systems floor,ceiling", `"ceiling" is none of`},
		{"no size", "--sizes 1,x", "no number of streams"},
		{"a size of nothing", "--sizes 0", "no number of streams"},
		{"no run", "--runs 0", "must be positive"},
	}
	for _, tt := range tests {
		_, err := parse(strings.Fields(tt.args))
		if tt.wrong == "" && err != nil || tt.wrong != "" && (err == nil || !strings.Contains(err.Error(), tt.wrong)) {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}

func TestIdlenessIsWatchedOnceAndNotInAQuickLook(t *testing.T) {
	many, err := parse(nil)
	if err != nil {
		t.Fatal(err)
	}
	one, err := parse([]string{"--runs", "1"})
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name         string
		o            options
		system       string
		streams, run int
		want         time.Duration
	}{
		{"the largest size, first", many, "jumun", 15000, 0, 40 * time.Second},
		{"again", many, "jumun", 15000, 1, 0},
		{"a smaller size", many, "jumun", 1000, 0, 0},
		{"another's", many, "nchan", 15000, 0, 0},
		{"a quick look", one, "jumun", 15000, 0, 0},
	}
	for _, tt := range tests {
		if got := tt.o.idleFor(tt.system, tt.streams, tt.run); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestTheTableHasMediansAndWhatWasLostInAnyRun(t *testing.T) {
	o := options{sizes: []int{10}, systems: []string{"floor", "jumun"}}
	var all []Sample
	for i, cpu := range []float64{30, 10, 20} {
		all = append(all, Sample{System: "jumun", Streams: 10, Run: i, AcceptCPU: cpu, Lost: int64(i), Delay: stats.Quantiles{P50: time.Millisecond}})
	}
	all[0].Watched, all[0].Idle = 40, 0.5
	lines := strings.Split(table(o, all), "\n")
	if len(lines) < 3 || strings.Contains(lines[2], "floor") {
		t.Fatalf("%q", lines)
	}
	for _, cell := range []string{"| jumun ", " 20.0 |", " 1.00 |", " 3 |", " 0.50 |"} {
		if !strings.Contains(lines[2], cell) {
			t.Errorf("there is no %q in %q", cell, lines[2])
		}
	}
}
