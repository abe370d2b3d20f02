package agent

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/settings"
	"jumun/shared/wire"
)

const goodKey = "ABCDE-FGHJK-MNPQR-STUVW-XYZ23"

// inImage writes the settings of an image that has the key and no mart, and returns their folder.
func (s *server) inImage(t *testing.T, key string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	chosen := s.settings()
	chosen.Mart, chosen.Enrol = "", key
	if err := settings.Save(filepath.Join(dir, "settings.json"), chosen); err != nil {
		t.Fatal(err)
	}
	return dir
}

func stored(t *testing.T, dir string) string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(dir, "settings.json"))
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func TestAPCWithAnEnrolmentKeyPairsItselfOnceAndForgetsTheKey(t *testing.T) {
	server := openServer(t)
	server.enrolKey, server.martName = goodKey, "강남점"
	dir := server.inImage(t, goodKey)
	a := runningIn(t, dir, "plays", "")
	until(t, a, "connected", connectedTo("42"))
	a.onLoop(func() {
		if v := a.settingsView(); v.Settings.Enrol != "" || a.settings.ShopName() != "강남점" || a.ui.settingsWanted {
			t.Errorf("%+v, the settings are open: %v", v, a.ui.settingsWanted)
		}
		a.reconnect()
	})
	until(t, a, "connected again", connectedTo("42"))
	host, _ := os.Hostname()
	if asked := server.enrolments(); len(asked) != 1 || asked[0].Computer != wire.ComputerName(host) || asked[0].MartID != "" || asked[0].Request != "request" {
		t.Errorf("asked %+v", asked)
	}
	if file := stored(t, dir); strings.Contains(file, "enrol") || !strings.Contains(file, `"mart": "42"`) || strings.Contains(file, `"device"`) {
		t.Errorf("stored %s", file)
	}
}

func TestAnEnrolmentKeyOfTheEnvironmentPairsAPCThatHasNoToken(t *testing.T) {
	server := openServer(t)
	server.enrolKey = goodKey
	t.Setenv(EnrolVariable, goodKey)
	a := runningIn(t, server.inImage(t, ""), "plays", "")
	until(t, a, "connected", connectedTo("42"))
}

func TestAnEnrolmentKeyThatTheServerRefusesIsToldAndNotTriedAgainSoon(t *testing.T) {
	server := openServer(t)
	a := runningIn(t, server.inImage(t, goodKey), "plays", "")
	until(t, a, "told", refused(ipc.RefusedEnrol))
	for range 3 { // each time the agent looks whether there is a token meanwhile
		a.memory().set(func() {})
		until(t, a, "looked", func(ipc.Status) bool { return len(a.memory().changed) == 0 })
	}
	until(t, a, "told", refused(ipc.RefusedEnrol))
	if asked := server.enrolments(); len(asked) != 1 {
		t.Errorf("asked %d times", len(asked))
	}
	// A person saves settings meanwhile: the key stays, though no window has it.
	a.onLoop(func() {
		s := server.settings()
		s.Volume = 0.3
		a.saved(s)
	})
	a.onLoop(func() {
		if a.settingsView().Settings.Enrol != "" || a.settings.Enrol != goodKey || a.settings.Volume != 0.3 {
			t.Errorf("%+v", a.settings)
		}
	})
}

func TestARevokedPCDoesNotEnrolItselfAgain(t *testing.T) {
	server := openServer(t)
	server.enrolKey = goodKey
	t.Setenv(EnrolVariable, goodKey)
	a := running(t, "plays", "")
	a.onLoop(func() { a.saved(server.settings()) })
	until(t, a, "connected", connectedTo("42"))
	server.revokes(firstToken)
	a.onLoop(func() { a.reconnect() })
	until(t, a, "told", refused(ipc.RefusedRevoked))
	if asked := server.enrolments(); len(asked) != 0 {
		t.Errorf("asked %+v", asked)
	}
}

func TestAPCWhoseTokenIsNoGoodEnrolsItselfAgain(t *testing.T) {
	server := openServer(t)
	server.enrolKey = goodKey
	t.Setenv(EnrolVariable, goodKey)
	a := running(t, "plays", "")
	a.onLoop(func() { a.saved(server.settings()) })
	until(t, a, "connected", connectedTo("42"))
	server.forgets(firstToken)
	a.onLoop(func() { a.reconnect() })
	until(t, a, "asked", func(ipc.Status) bool { return len(server.enrolments()) == 1 })
	until(t, a, "connected again", connectedTo("42"))
	if asked := server.enrolments(); len(asked) != 1 || asked[0].MartID != "42" {
		t.Errorf("asked %+v", asked)
	}
}

// After a login the keychain may come up later than jumun: a PC that was paired has a token there.
func TestAPCThatIsSetToAMartLooksForItsTokenBeforeItEnrols(t *testing.T) {
	server := openServer(t)
	server.enrolKey = goodKey
	t.Setenv(EnrolVariable, goodKey)
	a := running(t, "plays", "")
	a.memory().empty()
	a.onLoop(func() { a.saved(server.settings()) })
	until(t, a, "told", refused(ipc.RefusedUnpaired))
	a.memory().set(func() { a.memory().first = firstToken })
	until(t, a, "connected", connectedTo("42"))
	if asked := server.enrolments(); len(asked) != 0 {
		t.Errorf("asked %+v", asked)
	}
}
