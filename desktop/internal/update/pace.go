//go:build !jumun_fast_updates

package update

import "time"

const (
	// firstAsk is how long after a connect the server is asked, with up to as much again: all PCs of a chain are
	// switched on in one hour, and orders come first.
	firstAsk = 3 * time.Minute
	// askEvery is how often it is asked, a quarter more or less.
	askEvery = 4 * time.Hour
	// lookEvery is how often it is looked whether the time has come to try the next program.
	lookEvery = time.Minute
	// retryAfter is how long after a failure the next program is tried again: what the first one met may pass. It is
	// longer than TrialLimit: no program takes the place of the old one while it is on trial.
	retryAfter = time.Hour
	// answerWithin is how long a program may not answer: one that starts does so within seconds.
	answerWithin = time.Minute
	// TrialLimit is how long it may take until it is connected.
	TrialLimit = 3 * time.Minute
	// steadyFor is how long it must then be so: longer than the agent waits for a sound or a window that does not
	// answer.
	steadyFor = 25 * time.Second

	// QuietFor is how long nothing must have happened to an order where the business hours do not tell.
	QuietFor = 15 * time.Minute
	// Patience is how long a version waits for a closed store: many a PC is switched on when the store opens, and
	// off when it closes.
	Patience = 7 * 24 * time.Hour
)
