package agent

import (
	"testing"

	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/platform"
)

func TestAnAgentMakesRoomForANewerSession(t *testing.T) {
	for _, tt := range []struct {
		name, ours, theirs string
		yields             bool
	}{
		{"the same session", "3", "3", false},
		{"a start by ssh", "3", platform.NoDesktop, false},
		{"a desktop after a start by ssh", platform.NoDesktop, "3", true},
		{"two starts by ssh", platform.NoDesktop, platform.NoDesktop, false},
		{"a session that is not named", "3", "", false},
		{"a start in a named session of ours", "", "3", false},
		{"no session is named", "", "", false},
		{"a newer session", "3", "5", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := running(t, "plays", "shows")
			a.post(func() { a.Session = tt.ours })
			r := a.answerCommand(t.Context(), ipc.Command{Do: ipc.DoShow, Session: tt.theirs})
			if r.Yields != tt.yields || r.Error != "" {
				t.Errorf("it answers %+v", r)
			}
			if tt.yields {
				<-a.done
			}
		})
	}
}
