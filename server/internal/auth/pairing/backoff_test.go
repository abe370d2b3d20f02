package pairing

import (
	"testing"
	"time"
)

func TestEachFailureDoublesTheWaitUpToItsEnd(t *testing.T) {
	at := time.Unix(1722000000, 0)
	tests := []struct {
		name  string
		b     backoff
		made  float64
		since time.Duration
		want  time.Duration
	}{
		{"nothing was done", perAddress, 0, 0, 0},
		{"four failures are free", perAddress, 4, 0, 0},
		{"the fifth was the last free one", perAddress, 5, 0, time.Second},
		{"a part of it has passed", perAddress, 5, 400 * time.Millisecond, 600 * time.Millisecond},
		{"all of it has passed", perAddress, 5, time.Second, 0},
		{"one more", perAddress, 6, 0, 2 * time.Second},
		{"two more", perAddress, 7, 0, 4 * time.Second},
		{"the last that is doubled", perAddress, 14, 0, 512 * time.Second},
		{"the longest", perAddress, 15, 0, 15 * time.Minute},
		{"ever so many", perAddress, 1e6, 0, 15 * time.Minute},
		{"an address is not forgiven bit by bit", perAddress, 15, 10 * time.Minute, 5 * time.Minute},
		{"of all, 99 are free", inAll, 99, 0, 0},
		{"of all, 100", inAll, 100, 0, 100 * time.Millisecond},
		{"of all, 100, a moment later", inAll, 100, 10 * time.Millisecond, 90 * time.Millisecond},
		{"of all, 106", inAll, 106, 0, 6400 * time.Millisecond},
		{"of all, the longest", inAll, 107, 0, 10 * time.Second},
		{"of all, one is forgiven", inAll, 108, 10 * time.Second, 0},
		{"of all, many, which takes the longest wait", inAll, 1000, 9 * time.Second, time.Second},
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
		{"one more", inAll.fail(f, at), failures{51, at}},
		{"one more, when one and a half were forgiven", inAll.fail(f, at.Add(15*time.Second)), failures{49.5, at.Add(15 * time.Second)}},
		{"one more, when all were forgiven", inAll.fail(f, at.Add(time.Hour)), failures{1, at.Add(time.Hour)}},
		{"one that was none", f.pardon(), failures{49, at}},
		{"one that was none, of none", failures{}.pardon(), failures{}},
	} {
		if tt.got != tt.want {
			t.Errorf("%s: %+v, want %+v", tt.name, tt.got, tt.want)
		}
	}
}
