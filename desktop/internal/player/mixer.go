package player

import (
	"context"
	"fmt"
	"time"

	"jumun/desktop/internal/ipc"
)

const (
	// mixerInterval is how often the system's mixer is asked: a person who turns the volume
	// down should read about it while still looking at the PC.
	mixerInterval = time.Second

	// mixerTimeout is how long the first answer may take. The report that a sound plays
	// must not wait for a mixer that hangs.
	mixerTimeout = 500 * time.Millisecond

	// silentLevel is the level up to which nothing is heard in a shop, and quietLevel the level
	// from which an alarm is heard across a room. Both are shares of the scale that mixers show.
	silentLevel, quietLevel = 0.03, 0.2
)

// A mixerState is what the system's mixer does with our sound.
type mixerState struct {
	known  bool   // false: the system does not tell
	reason string // ipc.Muted, NoVolume, ProgramMuted, Quiet or NoDevice; empty: it can be heard well
}

// A control is one volume in the system's mixer through which our sound passes. Their levels
// multiply.
type control struct {
	id      controlID
	program bool    // it is for this program only, not for the whole PC
	level   float64 // 0 to 1 as mixers show it, or more
	muted   bool
	set     func(level float64, muted bool) error // nil: it cannot be set
	restore func() error                          // makes it exactly as it was when it was read; nil with set
}

// A controlID identifies a control as long as a sound plays.
type controlID struct {
	kind  string
	index uint32
}

// heard returns the level, which is 0 if the control is muted.
func (c control) heard() float64 {
	if c.muted {
		return 0
	}
	return c.level
}

// name identifies a control beyond the life of this process, whose stream has another index than the next one's.
func (c control) name() string {
	if c.program {
		return c.id.kind
	}
	return fmt.Sprint(c.id.kind, " ", c.id.index)
}

// stateOf returns what all controls together do with our sound.
func stateOf(controls []control) mixerState {
	pc, program := 1.0, 1.0
	s := mixerState{known: len(controls) > 0}
	for _, c := range controls {
		switch {
		case c.program:
			program *= c.heard()
		default:
			pc *= c.heard()
		}
		if c.muted && !c.program {
			s.reason = ipc.Muted
		}
	}
	switch {
	case s.reason != "":
	case pc*program <= silentLevel && program < pc:
		s.reason = ipc.ProgramMuted
	case pc*program <= silentLevel:
		s.reason = ipc.NoVolume
	case pc*program < quietLevel:
		s.reason = ipc.Quiet
	}
	return s
}

// A mixerReport is the state of the mixer, and what a person turned down though it was raised: see Play.Left.
type mixerReport struct {
	mixerState
	left string
}

// A mixerWatch asks the system's mixer while a sound plays.
//
// Each system has a type mixer. Its zero value is ready to use; controls returns within about
// mixerTimeout if the system allows it, and returns NoDevice if the mixer has nothing to play
// on; close releases what the mixer holds.
type mixerWatch struct {
	states chan mixerReport // the first one, and each that differs from the one before
	raise  *raise           // nil: leave the mixer alone
	stop   context.CancelFunc
	done   chan struct{}
}

// watchMixer starts to ask the mixer. If play is to be raised, it makes the mixer loud enough for an
// alarm until close is called.
func watchMixer(play *ipc.Play) *mixerWatch {
	ctx, stop := context.WithCancel(context.Background())
	w := &mixerWatch{states: make(chan mixerReport), raise: newRaise(play), stop: stop, done: make(chan struct{})}
	go w.run(ctx) // ends with ctx, unless the system never answers
	return w
}

func (w *mixerWatch) run(ctx context.Context) {
	defer close(w.done)
	var m mixer
	defer m.close()
	defer w.raise.restore()
	tick := time.NewTicker(mixerInterval)
	defer tick.Stop()
	for last, first := (mixerReport{}), true; ; first = false {
		if s := (mixerReport{w.state(&m), w.raise.leaves()}); first || s != last {
			last = s
			select {
			case w.states <- s:
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
}

// state returns the state of the mixer, after it was raised.
func (w *mixerWatch) state(m *mixer) mixerState {
	controls, fault := m.controls()
	if fault != "" {
		return mixerState{known: true, reason: fault}
	}
	return stateOf(w.raise.apply(controls))
}

// close stops asking. It waits until the mixer is as it was, if it was raised.
func (w *mixerWatch) close() {
	w.stop()
	if w.raise == nil {
		return
	}
	select {
	case <-w.done:
	case <-time.After(mixerTimeout):
	}
}
