package client

import "time"

const (
	// minBackoff is the first wait: a short cut is healed before anybody notices it. Jitter
	// keeps all stores of a server that restarts from coming back in the same moment.
	minBackoff = 500 * time.Millisecond
	// maxBackoff is how long an order may wait on top of an outage. It is little load, even
	// from thousands of stores.
	maxBackoff = 30 * time.Second
	// maxRetryAfter bounds what a server may ask for: a mistyped Retry-After must not
	// silence a store for a day.
	maxRetryAfter = time.Minute
	// shortBackoff is maxBackoff while an order waits here, since whether somebody else has answered it
	// comes over the connection; after a stream that was cut as soon as it had begun: the server can
	// be reached, and only the network is bad; and while somebody else answers: a person who logs in
	// to the network has done all that is needed.
	shortBackoff = 5 * time.Second
	// healthyAfter is how long a stream must last not to count as a failure, unless it brought
	// something: the network works then, however often it is cut. A server that accepts connections
	// and drops them is not asked ever faster.
	healthyAfter = 5 * time.Second
	// refusedWait is the wait after a refusal of the server. A person must do something; if they do it on
	// the server, asking now and then is enough.
	refusedWait = time.Minute
)

// A backoffState decides how long to wait between two attempts.
type backoffState struct {
	base     time.Duration // the first wait of a row
	failures int           // in a row
}

// after returns how long to wait after an attempt that ended like that, while an order waits here or
// not. random is in [0,1).
func (p *backoffState) after(end ending, waiting bool, random float64) time.Duration {
	if end.retry > 0 {
		p.base = min(max(end.retry, minBackoff), maxBackoff)
	}
	if end.lasted >= healthyAfter || end.delivered {
		p.failures = 0
	}
	longest := maxBackoff
	if waiting || end.stranger || end.connected && !end.bye {
		longest = shortBackoff
	}
	wait := backoff(p.base, p.failures, longest, end.asked, random)
	p.failures++
	if end.refused && !end.stranger && !end.bye { // after a bye, the next answer says if it is so
		wait = max(wait, jitter(refusedWait, random))
	}
	return wait
}

// backoff returns base doubled for every failure, up to longest, with jitter. What the
// server asked for is a lower bound, and gets its jitter on top.
func backoff(base time.Duration, failures int, longest, asked time.Duration, random float64) time.Duration {
	wait := base
	for range failures {
		if wait *= 2; wait >= longest {
			break
		}
	}
	wait = jitter(min(wait, longest), random)
	asked = min(asked, maxRetryAfter)
	return max(wait, asked+time.Duration(random/4*float64(asked)))
}

// jitter returns a time between half of d and d.
func jitter(d time.Duration, random float64) time.Duration {
	return time.Duration((0.5 + random/2) * float64(d))
}
