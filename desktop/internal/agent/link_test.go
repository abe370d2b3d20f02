package agent

import (
	"testing"

	"jumun/desktop/internal/ipc"
)

const aLink = "jumun://pair?server=https://jumun.example.com&mart=42&code=ABCD-EFGH"

func TestALinkIsShownOnceAndAfterThePIN(t *testing.T) {
	for _, pin := range []string{"", "2580"} {
		a := guarded(t, pin)
		if r := a.runCommand(ipc.Command{Do: ipc.DoShow, Link: aLink}); r != (ipc.Reply{}) || !a.ui.settingsWanted {
			t.Errorf("with the PIN %q: %+v, opened: %v", pin, r, a.ui.settingsWanted)
		}
		v := a.settingsView()
		if pin != "" {
			if !v.Locked || v.Link != "" {
				t.Errorf("before the PIN: %+v", v)
			}
			a.unlockSettings(pin)
			v = a.ui.pending.settings
		}
		if v.Link != aLink || v.Settings != a.settingsView().Settings {
			t.Errorf("with the PIN %q it shows %+v", pin, v)
		}
		if v = a.settingsView(); v.Link != "" {
			t.Error("it is filled in again over what was typed since")
		}
	}
}

func TestALinkThatIsNoneIsToldInTheWindow(t *testing.T) {
	a := guarded(t, "")
	a.runCommand(ipc.Command{Do: ipc.DoShow, Link: "jumun://pair?mart=42"})
	if v := a.settingsView(); !a.ui.settingsWanted || v.Link != "" || v.Notice != a.Translator.Text("agent.bad-link") {
		t.Errorf("it shows %+v", v)
	}
}

func TestALinkIsForgottenWithTheWindow(t *testing.T) {
	a := guarded(t, "2580")
	a.runCommand(ipc.Command{Do: ipc.DoShow, Link: aLink})
	u := &uiProcess{agent: a}
	u.handle(nil, ipc.FromUI{SettingsClosed: true})
	if a.unlockSettings("2580"); a.ui.pending.settings.Link != "" {
		t.Error("it comes back")
	}
}
