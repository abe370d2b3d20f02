package player

import (
	"context"
	"time"
)

const (
	// reask is how often the system is asked whether it lets anything be heard: who has
	// turned the volume down shall read about it while looking at the PC.
	reask = time.Second

	// outputPatience is how long the first answer may take. A report of a sound that plays
	// must not wait for a mixer that hangs.
	outputPatience = 500 * time.Millisecond
)

// An output is what the system says of where our sound goes. The zero output says nothing:
// the system does not tell.
type output struct {
	told   bool
	reason string // why nothing can be heard: pipe.Muted, NoVolume or NoDevice; empty if it can
}

// outputs asks the system and hands on its answers, the first and then each that is new;
// one may be that the system does not tell.
//
// A mixer asks the system: its zero value is ready, ask returns within about
// outputPatience where the system lets it, and close gives back what it holds.
func outputs(ctx context.Context) <-chan output {
	news := make(chan output)
	go func() { // ends with ctx, but in a system that never answers
		var m mixer
		defer m.close()
		again := time.NewTicker(reask)
		defer again.Stop()
		for last, first := (output{}), true; ; first = false {
			if now := m.ask(); first || now != last {
				last = now
				select {
				case news <- now:
				case <-ctx.Done():
					return
				}
			}
			select {
			case <-again.C:
			case <-ctx.Done():
				return
			}
		}
	}()
	return news
}
