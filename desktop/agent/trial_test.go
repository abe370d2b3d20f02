package agent

import (
	"testing"

	"jumun/desktop/pipe"
)

// tried is the report of a test alarm, as "jumun test" gets it.
func tried(t *testing.T, a *Agent) map[string]string {
	t.Helper()
	r := a.answer(t.Context(), pipe.Command{Do: pipe.DoTest})
	if r.Report == nil || !r.Report.Done {
		t.Fatalf("answered %+v", r)
	}
	steps := map[string]string{}
	for _, s := range r.Report.Steps {
		if (s.State == pipe.StepBad) != (s.Detail != "") {
			t.Errorf("%+v: what is bad says why, and nothing else does", s)
		}
		steps[s.Name] = s.State
		t.Log(s)
	}
	return steps
}

func wantSteps(t *testing.T, got map[string]string, bad ...string) {
	t.Helper()
	want := map[string]string{pipe.StepServer: pipe.StepGood, pipe.StepStream: pipe.StepGood, pipe.StepDisk: pipe.StepGood,
		pipe.StepSound: pipe.StepGood, pipe.StepWindow: pipe.StepGood}
	for _, name := range bad {
		want[name] = pipe.StepBad
	}
	for name, state := range want {
		if got[name] != state {
			t.Errorf("%s is %q, want %s", name, got[name], state)
		}
	}
}

func TestATestAlarmGoesTheWholeWay(t *testing.T) {
	server := openServer(t)
	a := server.connectedBy(t, t.TempDir(), "plays to the end", "shows the cards")
	wantSteps(t, tried(t, a))
	wantSteps(t, tried(t, a)) // while the card of the first is there
}

func TestATestAlarmNamesWhatIsBroken(t *testing.T) {
	tests := []struct {
		name, ring, window string
		bad                []string
	}{
		{"no speaker", "no device", "shows the cards", []string{pipe.StepSound}},
		{"muted", "is muted", "shows the cards", []string{pipe.StepSound}},
		{"no window", "plays to the end", "dies", []string{pipe.StepWindow}},
		{"neither", "no device", "dies", []string{pipe.StepSound, pipe.StepWindow}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := openServer(t).connectedBy(t, t.TempDir(), tt.ring, tt.window)
			wantSteps(t, tried(t, a), tt.bad...)
		})
	}
	t.Run("no server", func(t *testing.T) {
		server := openServer(t)
		a := server.connectedBy(t, t.TempDir(), "plays to the end", "shows the cards")
		server.goDown()
		until(t, a, "not connected", func(s pipe.Status) bool { return s.State != pipe.Connected })
		wantSteps(t, tried(t, a), pipe.StepServer, pipe.StepStream)
	})
	t.Run("nothing is set", func(t *testing.T) {
		a := running(t, "plays to the end", "shows the cards")
		wantSteps(t, tried(t, a), pipe.StepServer, pipe.StepStream)
	})
}

func TestATestAlarmWhileAnOrderRingsFindsTheSound(t *testing.T) {
	server := openServer(t)
	a := server.connectedBy(t, t.TempDir(), "plays to the end", "shows the cards")
	server.place(1001)
	until(t, a, "ringing", func(s pipe.Status) bool { return s.Sound.Count > 0 })
	wantSteps(t, tried(t, a))
}
