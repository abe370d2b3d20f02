package platform

import "context"

// This file was compiled but never run on macOS.

// A powerMessage is what IOKit tells, and the number by which it is answered.
type powerMessage struct {
	told uint32
	id   uintptr
}

// WatchSleep calls sleeps each time this PC is about to fall asleep, and woke once it is awake again, until ctx ends, in
// the caller's goroutine. macOS waits for sleeps, for up to half a minute.
func WatchSleep(ctx context.Context, sleeps, woke func()) {
	messages := make(chan powerMessage, 8) // more are dropped: macOS goes on after a while by itself
	power, err := watchPower(func(told uint32, id uintptr) {
		select {
		case messages <- powerMessage{told, id}:
		default:
		}
	})
	if err != nil {
		return // nobody tells
	}
	defer power.close()
	for {
		select {
		case m := <-messages:
			if answerPower(m.told, sleeps, woke) {
				power.allow(power.root, m.id)
			}
		case <-ctx.Done():
			return
		}
	}
}
