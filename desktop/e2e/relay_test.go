//go:build linux

package e2e

import (
	"testing"
	"time"

	"jumun/desktop/e2e/harness"
	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/settings"
)

// An order whose event waited for the next heartbeat would be up to 20 s late.
func TestARelayThatHoldsBackTheEndOfAStreamDelaysNoOrder(t *testing.T) {
	const soon = 3 * time.Second // a heartbeat follows after 1.7 s at most; a status takes a while
	for name, last := range map[string]int{"some bytes": 16, "the last piece": harness.LastPiece} {
		t.Run(name, func(t *testing.T) {
			s := openShop(t)
			relay := harness.NewRelay(s.server, last)
			t.Cleanup(func() { relay.CloseClientConnections(); relay.Close() })
			p := s.through(relay.URL, "", func(*settings.Settings) {})
			for _, number := range []string{"8701", "8702", "8703"} {
				s.publish("42", number)
				began := time.Now()
				p.until("it to wait", func(st ipc.Status) bool {
					return len(st.Waiting) > 0 && string(st.Waiting[len(st.Waiting)-1].Order) == number
				})
				took := time.Since(began)
				t.Logf("%s waits after %v", number, took.Round(time.Millisecond))
				if took > soon {
					t.Errorf("%s was late by %v", number, took)
				}
			}
			if got := p.until("an answer", func(ipc.Status) bool { return true }); got.State != ipc.Connected {
				t.Errorf("%+v", got)
			}
		})
	}
}
