package client

import (
	"math"
	"slices"
	"testing"
	"time"
)

const almostOne = 1 - 1e-9

func TestBackoff(t *testing.T) {
	tests := []struct {
		name     string
		base     time.Duration
		failures int
		asked    time.Duration
		random   float64
		want     time.Duration
	}{
		{"the first wait at its shortest", minBackoff, 0, 0, 0, 250 * time.Millisecond},
		{"the first wait at its longest", minBackoff, 0, 0, almostOne, 500 * time.Millisecond},
		{"each failure doubles it", minBackoff, 3, 0, almostOne, 4 * time.Second},
		{"30 s is the end", minBackoff, 6, 0, almostOne, 30 * time.Second},
		{"a week of failures", minBackoff, 20_000, 0, almostOne, 30 * time.Second},
		{"more failures than fit", minBackoff, math.MaxInt, 0, 0, 15 * time.Second},
		{"a server's base", 3 * time.Second, 1, 0, almostOne, 6 * time.Second},
		{"a server that asks for 5 s gets at least that", minBackoff, 0, 5 * time.Second, 0, 5 * time.Second},
		{"and not from all stores at once", minBackoff, 0, 4 * time.Second, almostOne, 5 * time.Second},
		{"asking for less does not shorten the backoff", minBackoff, 4, time.Second, almostOne, 8 * time.Second},
		{"asking for a day is not heard", minBackoff, 0, 24 * time.Hour, 0, time.Minute},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := backoff(tt.base, tt.failures, maxBackoff, tt.asked, tt.random)
			if d := got - tt.want; d.Abs() > time.Microsecond {
				t.Errorf("%v, want %v", got, tt.want)
			}
		})
	}
}

func TestPace(t *testing.T) {
	dropped, refused := ending{}, ending{refused: true}
	tests := []struct {
		name string
		ends []ending
		want time.Duration // after the last one, at its longest
	}{
		{"failures in a row wait longer", []ending{dropped, dropped, dropped}, 2 * time.Second},
		{"a stream that lasted forgives them", []ending{dropped, dropped, {lasted: healthyAfter}}, 500 * time.Millisecond},
		{"a shorter one does not", []ending{dropped, dropped, {lasted: healthyAfter - time.Second}}, 2 * time.Second},
		{"unless it brought something", []ending{dropped, dropped, {lasted: time.Second, delivered: true}}, 500 * time.Millisecond},
		{"five blips are no failures", []ending{{lasted: 8 * time.Second}, {lasted: 8 * time.Second}, {lasted: 8 * time.Second}, {lasted: 8 * time.Second}, {lasted: 8 * time.Second}}, 500 * time.Millisecond},
		{"cuts that follow each other at once make no store deaf", slices.Repeat([]ending{{connected: true, lasted: time.Millisecond}}, 9), 5 * time.Second},
		{"a server that says bye at once, again and again, gets its rest", slices.Repeat([]ending{{connected: true, bye: true}}, 9), 30 * time.Second},
		{"a server that says bye at once is not asked ever faster", []ending{dropped, dropped, {bye: true, lasted: time.Second}}, 2 * time.Second},
		{"after forgiveness it starts anew", []ending{dropped, dropped, {lasted: time.Minute}, dropped}, time.Second},
		{"who is refused waits a minute", []ending{refused}, time.Minute},
		{"but not for a network's login page", slices.Repeat([]ending{{refused: true, stranger: true}}, 9), 5 * time.Second},
		{"nor half a minute if that refuses nothing", slices.Repeat([]ending{{stranger: true}}, 9), 5 * time.Second},
		{"a retry field stays the base", []ending{{retry: 3 * time.Second}, dropped}, 6 * time.Second},
		{"a retry field of nothing does not mean a storm", []ending{{retry: time.Millisecond}}, 500 * time.Millisecond},
		{"a retry field of a year does not mean silence", []ending{{retry: 365 * 24 * time.Hour}, dropped}, 30 * time.Second},
		{"what was asked for once is forgotten", []ending{{asked: 20 * time.Second}, dropped}, time.Second},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := backoffState{base: minBackoff}
			var got time.Duration
			for _, end := range tt.ends {
				got = p.after(end, false, almostOne)
			}
			if d := got - tt.want; d.Abs() > time.Microsecond {
				t.Errorf("%v, want %v", got, tt.want)
			}
		})
	}
}

func TestWhileAnOrderWaitsTheWaitIsShort(t *testing.T) {
	p := backoffState{base: minBackoff}
	for range 10 {
		if got := p.after(ending{}, true, almostOne); got > shortBackoff {
			t.Errorf("it waits %v", got)
		}
	}
	if got := p.after(ending{asked: 20 * time.Second}, true, 0); got < 20*time.Second {
		t.Errorf("a server that asked for 20 s is asked after %v", got)
	}
	if got := p.after(ending{}, false, almostOne); got < maxBackoff-time.Second {
		t.Errorf("when none waits any more, it waits %v", got)
	}
}
