package player

import (
	"testing"

	"jumun/desktop/internal/ipc"
)

// pcAt and programAt are controls at a level.
func pcAt(level float64) control { return control{id: controlID{"sink", 1}, level: level} }
func programAt(level float64) control {
	return control{id: controlID{"stream", 2}, program: true, level: level}
}

func muted(c control) control {
	c.muted = true
	return c
}

func TestTheLevelsOfTheMixerMultiply(t *testing.T) {
	tests := []struct {
		name     string
		controls []control
		want     mixerState
	}{
		{"nothing is known", nil, mixerState{}},
		{"all up", []control{pcAt(1), programAt(1)}, mixerState{known: true}},
		{"no stream yet", []control{pcAt(0.5)}, mixerState{known: true}},
		{"the PC is muted", []control{muted(pcAt(1)), programAt(1)}, mixerState{true, ipc.Muted}},
		{"both are muted: the PC first", []control{muted(pcAt(1)), muted(programAt(1))}, mixerState{true, ipc.Muted}},
		{"the PC is at 0", []control{pcAt(0), programAt(1)}, mixerState{true, ipc.NoVolume}},
		{"the PC is at 3 %", []control{pcAt(0.03), programAt(1)}, mixerState{true, ipc.NoVolume}},
		{"the program is muted", []control{pcAt(1), muted(programAt(1))}, mixerState{true, ipc.ProgramMuted}},
		{"the program is at 0", []control{pcAt(1), programAt(0)}, mixerState{true, ipc.ProgramMuted}},
		{"the program is at 3 %", []control{pcAt(0.9), programAt(0.03)}, mixerState{true, ipc.ProgramMuted}},
		{"the program is at 4 %", []control{pcAt(1), programAt(0.04)}, mixerState{true, ipc.Quiet}},
		{"the PC is at 19 %", []control{pcAt(0.19), programAt(1)}, mixerState{true, ipc.Quiet}},
		{"both are low", []control{pcAt(0.4), programAt(0.4)}, mixerState{true, ipc.Quiet}},
		{"20 % in effect", []control{pcAt(0.5), programAt(0.41)}, mixerState{known: true}},
		{"above 100 %", []control{pcAt(1.5), programAt(0.15)}, mixerState{known: true}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := stateOf(tt.controls); got != tt.want {
				t.Errorf("%+v, want %+v", got, tt.want)
			}
		})
	}
}

// settable returns c with functions that set and restore *now.
func settable(c control, now *control) control {
	*now = c
	c.set = func(level float64, muted bool) error { now.level, now.muted = level, muted; return nil }
	c.restore = func() error { now.level, now.muted = c.level, c.muted; return nil }
	return c
}

func TestAnAlarmRaisesTheMixerAndPutsItBack(t *testing.T) {
	tests := []struct {
		name        string
		pc, program control
		level       float64 // of both while it rings
	}{
		{"muted", muted(pcAt(1)), programAt(1), 1},
		{"the program muted", pcAt(0.9), muted(programAt(0.05)), 0.72},
		{"quiet", pcAt(0.1), programAt(0.1), 0.64},
		{"loud enough", pcAt(0.7), programAt(1), 0.7},
		{"the PC loud, the program low", pcAt(1.2), programAt(0.2), 0.96},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var pc, program control
			r := newRaise(&ipc.Play{Raise: true})
			state := r.apply([]control{settable(tt.pc, &pc), settable(tt.program, &program)})
			if s := stateOf(state); s != (mixerState{known: true}) {
				t.Errorf("afterwards %+v", s)
			}
			if got := pc.level * program.level; got < tt.level-0.001 || got > tt.level+0.001 || pc.muted || program.muted {
				t.Errorf("raised to %v, want %v", got, tt.level)
			}
			r.restore()
			if pc.level != tt.pc.level || pc.muted != tt.pc.muted || program.level != tt.program.level || program.muted != tt.program.muted {
				t.Errorf("put back to %+v and %+v", pc, program)
			}
		})
	}
}

func TestAPersonWhoTurnsTheAlarmDownHasTheLastWord(t *testing.T) {
	for _, down := range []float64{0, 0.3} {
		var pc, program control
		r := newRaise(&ipc.Play{Raise: true})
		r.apply([]control{settable(muted(pcAt(1)), &pc), settable(programAt(0.1), &program)})
		program.level = down
		look := func(r *raise) { r.apply([]control{settable(pc, &pc), settable(program, &program)}) }
		if look(r); r.leaves() != "stream" {
			t.Errorf("turned down: %q", r.leaves())
		}
		r.restore()
		if !pc.muted || program.level != down {
			t.Errorf("put back to %+v and %+v", pc, program)
		}
		program.id.index++ // the stream of the next process
		next := newRaise(&ipc.Play{Raise: true, Left: r.leaves()})
		if look(next); pc.muted || program.level != down || next.leaves() != "stream" {
			t.Errorf("the next process makes them %+v and %+v", pc, program)
		}
	}
}

func TestWhatIsTurnedDownThoughItWasLoudEnoughIsLeftAlone(t *testing.T) {
	var pc control
	r := newRaise(&ipc.Play{Raise: true})
	look := func() { r.apply([]control{settable(pc, &pc)}) }
	pc = pcAt(0.9)
	look()
	if pc.level = 0.86; r.leaves() != "" {
		t.Errorf("the steps of a sound card count: %q", r.leaves())
	}
	look()
	pc.level = 0.2
	if look(); pc.level != 0.2 || r.leaves() != "sink 1" {
		t.Errorf("%v, %q", pc.level, r.leaves())
	}
}

func TestWithoutTheSettingTheMixerIsLeftAlone(t *testing.T) {
	var now control
	var r *raise
	if s := stateOf(r.apply([]control{settable(muted(pcAt(1)), &now)})); s.reason != ipc.Muted || !now.muted {
		t.Errorf("%+v, now %+v", s, now)
	}
	r.restore()
}

func TestTheMeterTellsWhatLeftTheMixer(t *testing.T) {
	tests := []struct {
		name  string
		peaks []float64
		want  string
	}{
		{"it does not tell", nil, ""},
		{"all of it", []float64{0, 0.9, 0.1}, ""},
		{"a quarter, as mixers show it", []float64{0.9 * 0.25 * 0.25 * 0.25}, ""},
		{"a tenth", []float64{0, 0.0009}, ipc.Quiet},
		{"nothing", []float64{0, 0, 0}, ipc.NoVolume},
		{"next to nothing", []float64{0.00002}, ipc.NoVolume},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := &meter{}
			for _, p := range tt.peaks {
				m.add(p)
			}
			if got := m.verdict(0.9); got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}
