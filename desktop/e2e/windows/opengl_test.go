//go:build linux

package windows

import (
	"testing"

	"jumun/desktop/internal/ipc"
)

func TestWithoutOpenGLTheTrayNamesTheOrder(t *testing.T) {
	s := open(t, "remote")
	s.must(s.user.RemoveOpenGL())
	s.connect("42")
	s.sell("42", "1201")
	s.untilStatus("the window to fail and the order to ring", func(s ipc.Status) bool {
		return waits("1201")(s) && s.UI.State == ipc.ChildFailed && s.Player.Count > 0
	})
	s.until("the notification", func() error {
		_, err := s.Window("tooltips_class32", "")
		return err
	})
	s.screenshot("notification")
	a, err := s.user.Do("ack", "1201")
	s.must(err)
	if a.Code != 0 {
		t.Fatalf("ack: %+v", a)
	}
	s.silent()
	s.acknowledged("1201")
}
