package player

// raisedLevel is the level to which each control is raised for an alarm. Two of them together
// are at 64 %: clearly heard, and no shock where the speaker itself is turned up.
const raisedLevel = 0.8

// A raise makes the controls of the mixer loud for an alarm and puts them back. A nil raise
// leaves them alone. If the process is killed in between, they stay raised: the next alarm
// finds them loud enough, and nobody remembers what they were.
type raise struct {
	raised []control // as they were before, the latest last
}

// apply raises what is muted or too quiet, each control once: a person who turns it down
// meanwhile has the last word. It returns the controls as they are then.
func (r *raise) apply(controls []control) []control {
	if r == nil || loudEnough(controls) {
		return controls
	}
	for i, c := range controls {
		if c.set == nil || r.was(c.id) || !c.muted && c.level >= raisedLevel {
			continue
		}
		if level := max(c.level, raisedLevel); c.set(level, false) == nil {
			r.raised = append(r.raised, c)
			controls[i].level, controls[i].muted = level, false
		}
	}
	return controls
}

// loudEnough reports whether an alarm is heard as if all controls had been raised.
func loudEnough(controls []control) bool {
	level := 1.0
	for _, c := range controls {
		if c.muted {
			return false
		}
		level *= c.level
	}
	return level >= raisedLevel*raisedLevel
}

func (r *raise) was(id controlID) bool {
	for _, c := range r.raised {
		if c.id == id {
			return true
		}
	}
	return false
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
