package ratelimit

import (
	"testing"
	"time"
)

// The limits of package pairing.
var (
	perAddress = Backoff{Free: 5, First: time.Second, Max: 15 * time.Minute}
	perNetwork = Backoff{Free: 100, First: 100 * time.Millisecond, Max: 10 * time.Second, Forgive: 10 * time.Second}
)

func TestEachFailureDoublesTheWaitUpToTheLongest(t *testing.T) {
	at := time.Unix(1722000000, 0)
	tests := []struct {
		name  string
		b     Backoff
		made  float64
		since time.Duration
		want  time.Duration
	}{
		{"no failure", perAddress, 0, 0, 0},
		{"four failures are free", perAddress, 4, 0, 0},
		{"the fifth was the last free one", perAddress, 5, 0, time.Second},
		{"part of the wait has passed", perAddress, 5, 400 * time.Millisecond, 600 * time.Millisecond},
		{"the whole wait has passed", perAddress, 5, time.Second, 0},
		{"one more", perAddress, 6, 0, 2 * time.Second},
		{"two more", perAddress, 7, 0, 4 * time.Second},
		{"the last doubling", perAddress, 14, 0, 512 * time.Second},
		{"the longest", perAddress, 15, 0, 15 * time.Minute},
		{"a million failures", perAddress, 1e6, 0, 15 * time.Minute},
		{"nothing is forgiven", perAddress, 15, 10 * time.Minute, 5 * time.Minute},
		{"with forgiving, 99 are free", perNetwork, 99, 0, 0},
		{"with forgiving, 100", perNetwork, 100, 0, 100 * time.Millisecond},
		{"with forgiving, 100, a moment later", perNetwork, 100, 10 * time.Millisecond, 90 * time.Millisecond},
		{"with forgiving, 106", perNetwork, 106, 0, 6400 * time.Millisecond},
		{"with forgiving, the longest", perNetwork, 107, 0, 10 * time.Second},
		{"one is forgiven", perNetwork, 108, 10 * time.Second, 0},
		{"with forgiving, a thousand failures", perNetwork, 1000, 9 * time.Second, time.Second},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.b.wait(failures{tt.made, at}, at.Add(tt.since)); got != tt.want {
				t.Errorf("waits %v, want %v", got, tt.want)
			}
		})
	}
}

func TestFailuresAreForgivenAsTimePasses(t *testing.T) {
	at := time.Unix(1722000000, 0)
	f := failures{50, at}
	for _, tt := range []struct {
		name string
		got  failures
		want failures
	}{
		{"one more", perNetwork.add(f, at), failures{51, at}},
		{"one more, after one and a half were forgiven", perNetwork.add(f, at.Add(15*time.Second)), failures{49.5, at.Add(15 * time.Second)}},
		{"one more, after all were forgiven", perNetwork.add(f, at.Add(time.Hour)), failures{1, at.Add(time.Hour)}},
		{"one undone", f.undo(), failures{49, at}},
		{"one undone of none", failures{}.undo(), failures{}},
	} {
		if tt.got != tt.want {
			t.Errorf("%s: %+v, want %+v", tt.name, tt.got, tt.want)
		}
	}
}
