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

// noOpenGL is the variable of the shim that takes OpenGL from programs outside of a folder called mesa.
const noOpenGL = "JUMUN_SHIM_NO_OPENGL"

func TestWithoutOpenGLTheWindowIsDrawnByMesaWhereThatIsInstalled(t *testing.T) {
	s := open(t, "driverless")
	s.user.Env[noOpenGL] = "1"
	s.must(s.user.InstallMesa())
	s.connect("42")
	s.sell("42", "2721")
	s.rings("2721")
	s.confirm(s.popup("2721"))
	s.silent()
	if !s.user.HasLocal("Programs/jumun/mesa/jumun.exe") {
		t.Error("the window was drawn without Mesa")
	}
}
