//go:build jumun_fast_updates

package update

import "time"

// The same for tests.
const (
	firstAsk     = 3 * time.Second
	askEvery     = 2 * time.Second
	lookEvery    = 200 * time.Millisecond
	retryAfter   = 11 * time.Second
	answerWithin = 6 * time.Second
	TrialLimit   = 10 * time.Second
	steadyFor    = 2 * time.Second

	QuietFor = time.Second
	Patience = time.Hour
)
