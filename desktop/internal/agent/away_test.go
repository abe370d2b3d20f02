package agent

import (
	"testing"

	"jumun/desktop/internal/ipc"
)

func TestASessionThatIsNotOnTheScreenIsToldUntilItIsBack(t *testing.T) {
	a := openServer(t).connectedBy(t, t.TempDir(), "plays to the end", "shows")
	for _, tt := range []struct {
		away bool
		want string
	}{{true, ipc.Away}, {false, ""}} {
		a.post(func() { a.player.setAway(tt.away) })
		until(t, a, "the speaker", func(s ipc.Status) bool { return s.Muted == tt.want })
	}
}
