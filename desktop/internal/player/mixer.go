package player

import (
	"context"
	"time"
)

const (
	// mixerInterval is how often the system's mixer is asked: a person who turns the volume
	// down should read about it while still looking at the PC.
	mixerInterval = time.Second

	// mixerTimeout is how long the first answer may take. The report that a sound plays
	// must not wait for a mixer that hangs.
	mixerTimeout = 500 * time.Millisecond
)

// A mixerState is what the system's mixer does with our sound.
type mixerState struct {
	known  bool   // false: the system does not tell
	reason string // why nothing can be heard: ipc.Muted, NoVolume or NoDevice; empty if it can
}

// watchMixer sends the state of the system's mixer, and each state that differs from the
// one before, until ctx ends.
//
// Each system has a type mixer. Its zero value is ready to use; state returns within about
// mixerTimeout if the system allows it; close releases what it holds.
func watchMixer(ctx context.Context) <-chan mixerState {
	states := make(chan mixerState)
	go func() { // ends with ctx, unless the system never answers
		var m mixer
		defer m.close()
		tick := time.NewTicker(mixerInterval)
		defer tick.Stop()
		for last, first := (mixerState{}), true; ; first = false {
			if s := m.state(); first || s != last {
				last = s
				select {
				case states <- s:
				case <-ctx.Done():
					return
				}
			}
			select {
			case <-tick.C:
			case <-ctx.Done():
				return
			}
		}
	}()
	return states
}
