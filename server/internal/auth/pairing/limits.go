package pairing

import (
	"time"

	"jumun/server/internal/auth/ratelimit"
)

// perAddress lets a person mistype, and a program try a few codes an hour.
var perAddress = ratelimit.Backoff{Free: 5, First: time.Second, Max: 15 * time.Minute}

// overall is for attackers with many addresses: in the long run a server tries one code
// every 10 s. That is about 200 in the 15 minutes of a code, of 2^39. Each server counts
// for itself: a second one doubles what is tried.
var overall = ratelimit.Backoff{Free: 100, First: 100 * time.Millisecond, Max: 10 * time.Second, Forgive: 10 * time.Second}

const (
	// forgetAfter is how long the failures of an address are remembered: four times the
	// longest wait, so that an attacker who waits does not begin anew.
	forgetAfter = time.Hour
	// maxAddresses is how many addresses are remembered; they take some 20 MB. An attacker
	// with more is held up by overall.
	maxAddresses = 100_000
)
