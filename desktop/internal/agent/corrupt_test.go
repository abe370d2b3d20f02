package agent

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/settings"
)

func TestPeopleReadWhichFieldOfTheSettingsFileIsWrong(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "settings.json"), []byte(`{"server":"https://127.0.0.1:1","mart":"42","language":"ko","volume":8}`), 0o600); err != nil {
		t.Fatal(err)
	}
	a := runningIn(t, dir, "plays", "shows")
	until(t, a, "the mart is kept", func(s ipc.Status) bool { return s.Mart == "42" })
	notice := make(chan string)
	a.post(func() { notice <- a.settingsNotice })
	if got := <-notice; !strings.Contains(got, "volume (소리 크기를 5%에서 100% 사이로 맞추세요)") {
		t.Errorf("people read %q", got)
	}
}

const damaged = `{"server":"https://127.0.0.1:1","mart":"42","language":"ko","volume":8}`

// readsOfVolume reports whether the settings window is wanted and tells of the wrong volume.
func readsOfVolume(a *Agent) (read bool) {
	a.onLoop(func() { read = a.ui.settingsWanted && strings.Contains(a.settingsView().Notice, "volume") })
	return read
}

func TestADamagedFileThatACommandMetFirstIsShownUntilSomebodyHasReadIt(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "settings.json")
	if err := os.WriteFile(path, []byte(damaged), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := settings.Load(path); err == nil { // as jumun pair does
		t.Fatal("the file is whole")
	}
	a := runningIn(t, dir, "plays", "")
	if !readsOfVolume(a) {
		t.Error("nothing is said of it")
	}
	a.onLoop(func() { a.ui.handle(a.ui.process, ipc.FromUI{SettingsClosed: true}) })
	a.stop()
	if a = runningIn(t, dir, "plays", ""); readsOfVolume(a) {
		t.Error("it is told again and again")
	}
	if err := os.WriteFile(path, []byte(damaged), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := settings.Load(path); err == nil {
		t.Fatal("the file is whole")
	}
	if r := a.answerCommand(t.Context(), ipc.Command{Do: ipc.DoReload}); r.Error != "" || !readsOfVolume(a) {
		t.Errorf("while jumun runs nothing is said of it: %+v", r)
	}
}

func TestADamagedFileThatACommandMeetsTakesTheShopFromNoPC(t *testing.T) {
	for name, content := range map[string]string{"garbage": "garbage", "empty": "", "another kind": `{"mart":[42]}`, "missing": "-"} {
		t.Run(name, func(t *testing.T) {
			server := openServer(t)
			a := server.connectedIn(t, t.TempDir())
			before := a.settings
			if err := os.WriteFile(a.SettingsPath, []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
			if content == "-" {
				if err := os.Remove(a.SettingsPath); err != nil {
					t.Fatal(err)
				}
			}
			s, _ := settings.Load(a.SettingsPath) // as jumun pin --clear does
			if err := settings.Save(a.SettingsPath, s); err != nil {
				t.Fatal(err)
			}
			if r := a.answerCommand(t.Context(), ipc.Command{Do: ipc.DoReload}); r.Error != "" {
				t.Error(r.Error)
			}
			until(t, a, "connected", func(s ipc.Status) bool { return s.Mart == "42" && s.State == ipc.Connected })
			if stored, err := settings.Load(a.SettingsPath); err != nil || stored != before {
				t.Errorf("stored %+v, %v", stored, err)
			}
		})
	}
}
