//go:build linux

package windows

import (
	"encoding/json"
	"fmt"
	"image"
	"slices"
	"testing"

	"jumun/desktop/e2e/windows/seen"
	"jumun/desktop/internal/ipc"
	"jumun/shared/wire"
)

// noTray is the variable of the shim that makes the first N calls for the tray fail.
const noTray = "JUMUN_SHIM_NO_TRAY"

func TestTheIconComesWhereTheTaskBarWasLate(t *testing.T) {
	s := open(t, "late")
	s.user.Env[noTray] = "4" // two of each try
	s.connect("42")
	s.trayIcon(ipc.Connected, 0)
}

func TestWithoutATaskBarOrdersRingAndTheNextStartFindsRoom(t *testing.T) {
	s := open(t, "kiosk")
	s.user.Env[noTray] = "1000000"
	s.connect("42")
	s.sell("42", "1101")
	s.rings("1101")
	s.confirm(s.popup("1101"))
	s.silent()
	s.quits()
	delete(s.user.Env, noTray)
	s.must(s.user.Open())
	s.untilStatus("connected", isConnected)
	s.trayIcon(ipc.Connected, 0)
}

func TestTheIconStaysWhenTheProgramIsAskedToClose(t *testing.T) {
	s := open(t, "asked")
	agent := s.connect("42").PID
	s.trayIcon(ipc.Connected, 0)
	const endSession, close = 0x0016, 0x0010
	window := s.trayWindow(agent)
	s.must(s.Post(window, endSession, 0, 0)) // a shutdown that a person called off
	s.must(s.Post(window, close, 0, 0))      // taskkill without /F
	s.sell("42", "1102")                     // what the tray did with the messages is done when it shows this
	s.trayIcon("waiting", 1)
	if s.rings("1102").PID != agent {
		t.Error("it is another agent")
	}
	s.confirm(s.popup("1102"))
	s.silent()
}

// trayWindow returns the window to which Windows sends what happens to the icon of an agent.
func (s *store) trayWindow(agent int) seen.Window {
	s.Helper()
	all, err := s.Windows.Windows()
	s.must(err)
	all = slices.DeleteFunc(all, func(w seen.Window) bool { return int(w.PID) != agent || w.Class != "jumun tray" })
	if len(all) != 1 {
		s.Fatalf("there are %d windows of the tray", len(all))
	}
	return all[0]
}

func TestThePCSaysThatItFallsAsleepAndThatItIsAwake(t *testing.T) {
	s := open(t, "sleeper")
	agent := s.connect("4300").PID
	const powerBroadcast, suspend, resumeAutomatic = 0x0218, 0x0004, 0x0012
	s.untilState("4300", wire.DeviceAudible)
	s.must(s.Post(s.trayWindow(agent), powerBroadcast, suspend, 0))
	s.untilState("4300", wire.DeviceAsleep)
	s.must(s.Post(s.trayWindow(agent), powerBroadcast, resumeAutomatic, 0))
	s.untilState("4300", wire.DeviceAudible)
}

// untilState waits until the server says a state of the only PC of a mart.
func (s *store) untilState(mart, state string) {
	s.Helper()
	s.until("the PC to be "+state, func() error {
		out, err := s.server.Admin(s.Context(), "marts", "--mart", mart, "--json")
		var is wire.MartStatus
		if err == nil {
			err = json.Unmarshal(out, &is)
		}
		if err == nil && (len(is.Devices) != 1 || is.Devices[0].State != state) {
			err = fmt.Errorf("it is %s", out)
		}
		return err
	})
}

func TestTheMenuOpensAndEndsTheProgram(t *testing.T) {
	s := open(t, "menu")
	s.connect("42")
	s.trayIcon(ipc.Connected, 0)
	bar, err := s.Window("Shell_TrayWnd", "")
	s.must(err)
	s.must(s.Screen.Click(t.Context(), bar.Bounds.Max.Sub(image.Pt(10, 10))))
	var menu seen.Window
	s.until("the menu", func() (err error) {
		menu, err = s.Window("#32768", "")
		return err
	})
	s.screenshot("menu")
	s.must(s.Screen.Click(t.Context(), image.Pt(menu.Bounds.Min.X+30, menu.Bounds.Max.Y-12))) // the last item: 종료
	s.answers("종료하면 주문이 울리지 않습니다")
	s.until("the program to end", s.hasEnded)
}

// answers clicks what is at the right of 취소 below a question.
func (s *store) answers(question string) {
	s.Helper()
	var window seen.Window
	s.until("the question", func() (err error) {
		if window, err = s.Window("GLFW30", ""); err == nil {
			_, err = s.find(window.Bounds, question, formSize)
		}
		return err
	})
	s.screenshot("question")
	cancel, err := s.find(window.Bounds, "취소", formSize)
	s.must(err)
	at := cancel.Centre()
	s.must(s.Screen.Click(s.Context(), image.Pt(window.Bounds.Min.X+window.Bounds.Max.X-at.X, at.Y)))
}

// quits ends jumun by its command.
func (s *store) quits() {
	s.Helper()
	a, err := s.user.Do("quit")
	s.must(err)
	if a.Code != 0 {
		s.Fatalf("quit: %+v", a)
	}
	s.until("the program to end", s.hasEnded)
}

func (s *store) hasEnded() error {
	left, err := s.Processes("jumun.exe")
	if len(left) > 0 {
		err = fmt.Errorf("there are %v", left)
	}
	return err
}
