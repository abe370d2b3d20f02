package player

import (
	"slices"
	"strings"

	"jumun/desktop/internal/ipc"
)

const (
	// raisedLevel is the level to which each control is raised for an alarm. Two of them together
	// are at 64 %: clearly heard, and no shock where the speaker itself is turned up.
	raisedLevel = 0.8
	// turnedDown is by how much a control must become lower to have been turned down by a person: the
	// levels of some sound cards are 5 % apart.
	turnedDown = 0.1
)

// A raise makes the controls of the mixer loud for an alarm and puts them back. A nil raise
// leaves them alone. If the process is killed in between, they stay raised: the next alarm
// finds them loud enough, and nobody remembers what they were.
type raise struct {
	raised []control          // as they were before, the latest last
	levels map[string]float64 // of the controls that were seen, at their highest, by name
	left   []string           // the names of those that a person has turned down since
}

// newRaise returns the raise for a sound; nil if the mixer is left alone.
func newRaise(play *ipc.Play) *raise {
	if play == nil || !play.Raise {
		return nil
	}
	return &raise{levels: map[string]float64{}, left: strings.FieldsFunc(play.Left, func(r rune) bool { return r == ',' })}
}

// apply raises what is muted or too quiet when it is first seen: a person who turns it down
// meanwhile has the last word. It returns the controls as they are then.
func (r *raise) apply(controls []control) []control {
	if r == nil {
		return controls
	}
	enough := loudEnough(controls)
	for i, c := range controls {
		name := c.name()
		before, seen := r.levels[name]
		switch {
		case slices.Contains(r.left, name):
		case seen && c.heard() < before-turnedDown:
			r.leave(name)
		case seen || enough || c.set == nil || c.heard() >= raisedLevel:
			r.levels[name] = max(before, c.heard())
		default:
			r.raise(&controls[i], name)
		}
	}
	return controls
}

func (r *raise) raise(c *control, name string) {
	level := max(c.level, raisedLevel)
	if c.set(level, false) != nil {
		return
	}
	r.raised = append(r.raised, *c)
	c.level, c.muted, r.levels[name] = level, false, level
}

// leave leaves a control as a person has set it, also at the end.
func (r *raise) leave(name string) {
	r.left = append(r.left, name)
	r.raised = slices.DeleteFunc(r.raised, func(c control) bool { return c.name() == name })
}

// leaves returns what a person has turned down: the Play.Left of the next process.
func (r *raise) leaves() string {
	if r == nil {
		return ""
	}
	return strings.Join(r.left, ",")
}

// loudEnough reports whether an alarm is heard as if all controls had been raised.
func loudEnough(controls []control) bool {
	level := 1.0
	for _, c := range controls {
		level *= c.heard()
	}
	return level >= raisedLevel*raisedLevel
}

// restore puts back what apply has raised.
func (r *raise) restore() {
	if r == nil {
		return
	}
	for _, c := range r.raised {
		_ = c.restore() // there is nothing else to do about it
	}
}
