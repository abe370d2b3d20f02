//go:build linux

package main

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"
)

// A kind is a kind of fault.
type kind string

// The kinds of faults.
const (
	podKill        kind = "pod killed (kill -9)"
	podDrain       kind = "pod drained (SIGTERM)"
	redisStop      kind = "Redis stopped (SIGTERM)"
	redisKill      kind = "Redis killed (kill -9)"
	clientsCut     kind = "client connections cut"
	clientsHalf    kind = "clients half-open"
	redisCut       kind = "Redis connections cut"
	redisHalf      kind = "Redis half-open"
	slowReaders    kind = "slow readers"
	devicesRestart kind = "devices killed and restarted"
	relayKill      kind = "relay killed (kill -9)"
	shopKill       kind = "shop killed (kill -9)"
)

var kinds = []kind{podKill, podDrain, redisStop, redisKill, clientsCut, clientsHalf, redisCut, redisHalf, slowReaders, devicesRestart}

// outboxKinds are those of a run with an outbox.
var outboxKinds = append(slices.Clone(kinds), relayKill, shopKill)

// A fault is one thing that goes wrong.
type fault struct {
	at    time.Duration // after the first order
	kind  kind
	pod   int           // the pod that it hits, if it hits one
	lasts time.Duration // until it is healed, or until what was stopped is started again
	share float64       // of connections or devices that it hits
	rate  int64         // bytes a second, of slow readers
	reset bool          // half-open connections are reset in the end, not left open
}

func (f fault) String() string {
	switch f.kind {
	case podKill, podDrain:
		return fmt.Sprintf("%s: pod %d, started again %v after its end", f.kind, f.pod, f.lasts)
	case redisStop, redisKill, relayKill, shopKill:
		return fmt.Sprintf("%s: started again after %v", f.kind, f.lasts)
	case clientsHalf, redisHalf:
		return fmt.Sprintf("%s: pod %d, for %v, then reset: %v", f.kind, f.pod, f.lasts, f.reset)
	case redisCut:
		return fmt.Sprintf("%s: pod %d", f.kind, f.pod)
	case slowReaders:
		return fmt.Sprintf("%s: %.0f %% of them, %d bytes/s for %v", f.kind, 100*f.share, f.rate, f.lasts)
	default:
		return fmt.Sprintf("%s: %.0f %% of them", f.kind, 100*f.share)
	}
}

const (
	// Faults are this far apart at most: a fault takes some seconds to heal, and half of the
	// time the next one comes before.
	mostApart = 4 * time.Second
	// calm is the time before the first fault, and after the beginning of the last one.
	calm = 2 * time.Second
)

// plan returns the faults of a run of this length, of these kinds. It depends on the seed alone. Every kind
// comes once first, in any order; then any kind, while there is time.
func plan(seed uint64, length time.Duration, pods int, kinds []kind) []fault {
	random := rand.New(rand.NewPCG(seed, 0))
	apart := min(mostApart, (length-2*calm)/time.Duration(len(kinds)))
	busy := make([]time.Duration, pods) // until when each pod is disturbed
	first := random.Perm(len(kinds))
	var faults []fault
	for at := calm; at <= length-calm; at += between(random, apart*6/10, apart) {
		k := kinds[random.IntN(len(kinds))]
		if n := len(faults); n < len(first) {
			k = kinds[first[n]]
		}
		faults = append(faults, one(random, at, k, busy))
	}
	return faults
}

func one(random *rand.Rand, at time.Duration, k kind, busy []time.Duration) fault {
	f := fault{at: at, kind: k, pod: -1, share: 0.1 + 0.5*random.Float64(), reset: random.IntN(2) == 0}
	f.lasts = between(random, time.Second, 3*time.Second)
	away := f.lasts
	switch k {
	case clientsHalf, redisHalf:
		f.lasts = between(random, 10*time.Second, 15*time.Second)
		away = f.lasts
	case podDrain:
		away += drain
	case slowReaders:
		f.lasts = between(random, 5*time.Second, 10*time.Second)
		f.rate = 100 + random.Int64N(900) // an order is some 250 bytes, and five a second come
	}
	switch k {
	case podKill, podDrain, clientsHalf, redisHalf, redisCut:
		f.pod = pickPod(random, at, busy)
		busy[f.pod] = max(busy[f.pod], at+away)
	}
	return f
}

// pickPod leaves at least one pod undisturbed, if there is one: when all others are busy, it
// picks one of those again.
func pickPod(random *rand.Rand, at time.Duration, busy []time.Duration) int {
	var free, hit []int
	for i, until := range busy {
		if until <= at {
			free = append(free, i)
		} else {
			hit = append(hit, i)
		}
	}
	if len(free) > 1 || len(hit) == 0 {
		return free[random.IntN(len(free))]
	}
	return hit[random.IntN(len(hit))]
}

func between(random *rand.Rand, least, most time.Duration) time.Duration {
	d := least + time.Duration(random.Int64N(int64(most-least)+1))
	return d.Round(time.Millisecond)
}
