//go:build jumun_fast_updates

package update

import "time"

// The same for tests.
const (
	firstAsk     = 3 * time.Second
	askEvery     = 2 * time.Second
	lookEvery    = 200 * time.Millisecond
	retryAfter   = time.Second
	answerWithin = 8 * time.Second
	TrialLimit   = 20 * time.Second
	steadyFor    = time.Second

	QuietFor = time.Second
	Patience = time.Hour
)
