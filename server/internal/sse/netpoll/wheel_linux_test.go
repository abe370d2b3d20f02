package netpoll

import (
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
)

// A calendar does what a wheel does, slowly.
type calendar struct {
	now int64
	at  map[int32]int64
}

func (c *calendar) turn(now int64) []int32 {
	c.now = max(c.now, now)
	var due []int32
	for _, n := range slices.Sorted(maps.Keys(c.at)) {
		if c.at[n] <= c.now {
			due = append(due, n)
			delete(c.at, n)
		}
	}
	return due
}

func TestAWheelIsAFastCalendar(t *testing.T) {
	for seed := range uint64(200) {
		turnBoth(t, rand.New(rand.NewPCG(seed, 0)))
	}
}

func turnBoth(t *testing.T, r *rand.Rand) {
	var w wheel
	c := &calendar{at: map[int32]int64{}}
	far := []int64{3, spokes - 1, spokes, spokes + 1, 5 * spokes}
	for range 2000 {
		n := r.Int32N(40)
		switch r.IntN(4) {
		case 0:
			w.remove(n)
			delete(c.at, n)
		case 1:
			now := c.now + r.Int64N(far[r.IntN(len(far))]+1) - 1
			got, want := w.turn(now, nil), c.turn(now)
			if slices.Sort(got); !slices.Equal(got, want) {
				t.Fatalf("at %d came %v, not %v", now, got, want)
			}
		default:
			at := c.now + r.Int64N(far[r.IntN(len(far))]) - 2
			w.set(n, at)
			c.at[n] = max(at, c.now+1)
		}
	}
}

func FuzzWheel(f *testing.F) {
	f.Add([]byte("set turn remove turn"))
	f.Fuzz(func(t *testing.T, b []byte) {
		var w wheel
		c := &calendar{at: map[int32]int64{}}
		for ; len(b) >= 3; b = b[3:] {
			n, at := int32(b[1]), c.now+int64(b[2])*3
			switch b[0] % 3 {
			case 0:
				w.set(n, at)
				c.at[n] = max(at, c.now+1)
			case 1:
				w.remove(n)
				delete(c.at, n)
			default:
				got, want := w.turn(at, nil), c.turn(at)
				if slices.Sort(got); !slices.Equal(got, want) {
					t.Fatalf("at %d came %v, not %v", at, got, want)
				}
			}
		}
	})
}
