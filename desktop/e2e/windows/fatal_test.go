//go:build linux

package windows

import (
	"os"
	"testing"

	"jumun/desktop/internal/ipc"
)

func TestAStartThatFailsIsToldAndTriedAgain(t *testing.T) {
	s := open(t, "broken")
	for _, place := range []string{"Roaming", "Local"} {
		s.must(os.MkdirAll(s.user.Path("AppData", place, "jumun/jumun.lock"), 0o700)) // where the lock should be
	}
	s.must(s.user.Open())
	s.until("the message", func() error {
		_, err := s.Window("#32770", "주문이 와도 울리지 않습니다")
		return err
	})
	s.screenshot("message")
	for _, place := range []string{"Roaming", "Local"} {
		s.must(os.Remove(s.user.Path("AppData", place, "jumun/jumun.lock")))
	}
	s.untilStatus("it to start by itself", func(ipc.Status) bool { return true })
}
