package agent

import (
	"testing"

	"jumun/desktop/internal/ipc"
)

// tried returns the states of the steps of a test alarm, as "jumun test" gets them.
func tried(t *testing.T, a *Agent) map[string]string {
	t.Helper()
	r := a.answerCommand(t.Context(), ipc.Command{Do: ipc.DoTest})
	if r.Report == nil || !r.Report.Done {
		t.Fatalf("answered %+v", r)
	}
	steps := map[string]string{}
	for _, s := range r.Report.Steps {
		if (s.State == ipc.StepBad) != (s.Detail != "") {
			t.Errorf("%+v: a bad step has a detail, and no other step has one", s)
		}
		steps[s.Name] = s.State
		t.Log(s)
	}
	return steps
}

func wantSteps(t *testing.T, got map[string]string, bad ...string) {
	t.Helper()
	want := map[string]string{ipc.StepServer: ipc.StepGood, ipc.StepStream: ipc.StepGood, ipc.StepDisk: ipc.StepGood,
		ipc.StepSound: ipc.StepGood, ipc.StepWindow: ipc.StepGood}
	for _, name := range bad {
		want[name] = ipc.StepBad
	}
	for name, state := range want {
		if got[name] != state {
			t.Errorf("%s is %q, want %s", name, got[name], state)
		}
	}
}

func TestATestAlarmPassesEveryStep(t *testing.T) {
	server := openServer(t)
	a := server.connectedBy(t, t.TempDir(), "plays to the end", "shows")
	wantSteps(t, tried(t, a))
	wantSteps(t, tried(t, a)) // while the card of the first is there
}

func TestATestAlarmReportsWhatIsBroken(t *testing.T) {
	tests := []struct {
		name, ring, window string
		bad                []string
	}{
		{"no speaker", "no device", "shows", []string{ipc.StepSound}},
		{"muted", "is muted", "shows", []string{ipc.StepSound}},
		{"quiet", "is quiet", "shows", []string{ipc.StepSound}},
		{"nothing leaves the mixer", "is not heard", "shows", []string{ipc.StepSound}},
		{"no window", "plays to the end", "dies", []string{ipc.StepWindow}},
		{"neither", "no device", "dies", []string{ipc.StepSound, ipc.StepWindow}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := openServer(t).connectedBy(t, t.TempDir(), tt.ring, tt.window)
			wantSteps(t, tried(t, a), tt.bad...)
		})
	}
	t.Run("no server", func(t *testing.T) {
		server := openServer(t)
		a := server.connectedBy(t, t.TempDir(), "plays to the end", "shows")
		server.goDown()
		until(t, a, "not connected", func(s ipc.Status) bool { return s.State != ipc.Connected })
		wantSteps(t, tried(t, a), ipc.StepServer, ipc.StepStream)
	})
	t.Run("nothing is set", func(t *testing.T) {
		a := running(t, "plays to the end", "shows")
		wantSteps(t, tried(t, a), ipc.StepServer, ipc.StepStream)
	})
}

func TestATestAlarmWhileAnOrderRingsPassesTheStepOfTheSound(t *testing.T) {
	server := openServer(t)
	a := server.connectedBy(t, t.TempDir(), "plays to the end", "shows")
	server.place(1001)
	until(t, a, "ringing", func(s ipc.Status) bool { return s.Player.Count > 0 })
	wantSteps(t, tried(t, a))
}
