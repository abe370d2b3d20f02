//go:build linux

package windows

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"jumun/desktop/e2e/windows/seen"
	"jumun/desktop/internal/ipc"
)

const (
	closing       = 0x10 // WM_CLOSE: what the x of a window sends
	settingsTitle = "주문 알림 설정"
)

// decide sets a value of the policy of this PC, until the test ends.
func (s *store) decide(name, value string) {
	s.Helper()
	s.must(s.user.Reg("add", policyKey, "/v", name, "/d", value, "/f"))
	s.Cleanup(func() { _ = s.user.Reg("delete", policyKey, "/f") }) // fails from the second on
}

// settings shows the settings, and returns their window.
func (s *store) settings() seen.Window {
	s.Helper()
	s.must(s.user.Open())
	var w seen.Window
	s.until("the settings", func() (err error) {
		if w, err = s.Window("GLFW30", settingsTitle); err == nil {
			_, err = s.find(w.Bounds, "매장 번호", formSize)
		}
		return err
	})
	return w
}

func TestAPolicyIsTakenUpAndShownAndNonsenseInItIsTold(t *testing.T) {
	s := open(t, "policy")
	s.connect("42")
	s.decide("Server", "http://"+s.server.Addr())
	s.decide("Mart", "42")
	s.decide("Open", "00:00")
	s.decide("Close", "23:59")
	s.untilStatus("what is decided", func(s ipc.Status) bool {
		return slices.Equal(s.Managed, []string{"hours", "mart", "server"}) && s.PolicyError == "" && isConnected(s)
	})
	s.settings()
	s.screenshot("decided")
	if got, err := s.user.Do("pair", "--mart", "43", "--code", "ABCD-EFGH"); err != nil || got.Code != 1 || !strings.Contains(got.Err, "관리자가 42") {
		t.Errorf("%+v, %v", got, err)
	}
	s.closeSettings()

	s.decide("Server", "ftp://jumun.example.com")
	s.untilStatus("it to be told", func(s ipc.Status) bool { return strings.HasPrefix(s.PolicyError, "관리자가") && isConnected(s) })
	s.settings()
	s.screenshot("nonsense")
	s.sell("42", "1811")
	s.rings("1811")
	s.confirm(s.popup("1811"))
	s.acknowledged("1811")
}

func (s *store) closeSettings() {
	s.Helper()
	w, err := s.Window("GLFW30", settingsTitle)
	s.must(err)
	s.must(s.Post(w, closing, 0, 0))
	s.until("the settings to be closed", func() error {
		if _, err := s.Window("GLFW30", settingsTitle); err == nil {
			return errors.New("they are there")
		}
		return nil
	})
}
