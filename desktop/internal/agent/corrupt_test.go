package agent

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"jumun/desktop/internal/ipc"
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
