//go:build linux

// Only Linux has more than one way to hold a stream, and says what the table asks of it.

package main

import (
	"testing"
	"time"
)

// behaviours are what devices rely on, whatever they connect by.
func behaviours() []behaviour {
	return []behaviour{
		{"the head says that it is a stream, and connect comes first", beginsAsAStream},
		{"orders come in order, each once, whenever a device connects", bringsEveryOrderOnce},
		{"a device that comes back again and again misses nothing", resumesWithoutAHole},
		{"a new device gets the orders that nobody has confirmed", beginsWithWhatIsOpen},
		{"an ID that is not of this log is answered by a gap and what there is", answersAGap},
		{"a slow reader gets all of a long log and what comes meanwhile", bearsASlowReader},
		{"a device that falls behind is cut off, resumes, and harms nobody", cutsOffWhoFallsBehind},
		{"so is a device that takes too long for a write, though its queue has room", cutsOffWhoIsStuck},
		{"whoever leaves is gone at once, and so is the connection", letsGoOfWhoLeaves},
		{"stopping says bye after what was waiting, and ends", saysByeWhenItStops},
		{"stopping does not wait for a device that does not read", stopsThoughOneIsStuck},
		{"nor for one that does not read what it has missed", stopsThoughAReplayIsStuck},
		{"a revoked device hears that and nothing more", endsWhatIsRevoked},
		{"a stream ends with its token", endsWithTheToken},
		{"a stream lives for its lifetime to twice that", endsWhenItIsOld},
		{"a quiet stream carries a comment every heartbeat", carriesHeartbeats},
		{"whoever may not hear a mart is told why", refusesWithAProblem},
		{"a device has eight streams of a mart, and another when one is over", boundsTheStreamsOfADevice},
		{"what a device sends after its request changes nothing", passesOverWhatIsSentLater},
	}
}

// A behaviour is a sentence, and what shows that it is so over a way.
type behaviour struct {
	name  string
	shows func(t *testing.T, w way)
}

func TestAStreamIsTheSameWhicheverWayItComes(t *testing.T) {
	before := goroutines()
	t.Cleanup(func() {
		eventually(t, "no goroutine is left", func() bool { return goroutines() <= before })
	})
	vanished := leaveUnheard(t) // it takes deadAfter to find out: the rest runs meanwhile
	found := time.After(deadAfter)
	t.Run("over", func(t *testing.T) {
		for _, w := range ways() {
			for _, b := range behaviours() {
				t.Run(w.name+": "+b.name, func(t *testing.T) {
					t.Parallel()
					b.shows(t, w)
				})
			}
		}
	})
	<-found // usually it was long ago
	for _, s := range vanished {
		s.hasNobody(t)
	}
}
