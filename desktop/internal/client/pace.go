package client

import "time"

const (
	// A cut of a moment is healed before anybody notices it; without jitter all stores
	// of a server that restarts would come back in the same moment.
	firstWait = 500 * time.Millisecond
	// An order may wait this long on top of an outage: no longer, and people look at
	// the screen. It is little load, even from thousands of stores.
	longestWait = 30 * time.Second
	// A server may ask for more than that, but a mistyped Retry-After must not silence
	// a store for a day.
	longestAsked = time.Minute
	// Streams that end sooner than this count as failures, so that a server that takes
	// connections and drops them is not asked ever faster.
	healthy = time.Minute
	// A stream that the server ended with a bye is no failure, if it had time to bring
	// what was missed: servers are restarted one after another, in seconds.
	polite = 5 * time.Second
	// Who was refused needs a person. Asking rarely heals it by itself when that person
	// changed something on the server.
	refusedWait = time.Minute
)

// A pace decides how long to wait between two streams.
type pace struct {
	base     time.Duration // the first wait of a row
	failures int           // in a row
}

// after says how long to wait after a stream has ended like that. random is in [0,1).
func (p *pace) after(end ending, random float64) time.Duration {
	if end.retry > 0 {
		p.base = min(max(end.retry, firstWait), longestWait)
	}
	if end.lasted >= healthy || end.bye && end.lasted >= polite {
		p.failures = 0
	}
	wait := backoff(p.base, p.failures, end.asked, random)
	p.failures++
	if end.refused && !end.bye { // after a bye, the next answer says if it is so
		wait = max(wait, jitter(refusedWait, random))
	}
	return wait
}

// backoff doubles base with every failure up to longestWait, with jitter. asked, what the
// server asked for, is a lower bound: it gets its jitter on top.
func backoff(base time.Duration, failures int, asked time.Duration, random float64) time.Duration {
	wait := base
	for range failures {
		if wait *= 2; wait >= longestWait {
			break
		}
	}
	wait = jitter(min(wait, longestWait), random)
	asked = min(asked, longestAsked)
	return max(wait, asked+time.Duration(random/4*float64(asked)))
}

// jitter shortens d to between its half and its whole.
func jitter(d time.Duration, random float64) time.Duration {
	return time.Duration((0.5 + random/2) * float64(d))
}
