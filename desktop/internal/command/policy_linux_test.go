package command

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"jumun/desktop/internal/settings"
)

// decide writes the policy of this PC.
func decide(t *testing.T, policy string) {
	t.Helper()
	dir := t.TempDir()
	t.Setenv("XDG_CONFIG_DIRS", dir)
	if err := os.Mkdir(filepath.Join(dir, "jumun"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "jumun", "policy.json"), []byte(policy), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestCommandsChangeNothingThatAnAdministratorDecided(t *testing.T) {
	file, server := newHome(t), pairingServer(t)
	decide(t, `{"server": "`+server.URL+`", "mart": "42"}`)
	for _, tt := range []struct {
		args []string
		says string
	}{
		{[]string{"--mart", "43"}, "매장은 관리자가 42"},
		{[]string{"--server", "https://other.example.com"}, "서버는 관리자가 " + server.URL},
	} {
		code, out, errs := run(append([]string{"pair", "--code", "ABCDEFGH"}, tt.args...)...)
		if code != failed || out != "" || !strings.Contains(errs, tt.says) {
			t.Errorf("%v: %d, %s, %s", tt.args, code, out, errs)
		}
	}
	if code, out, errs := run("pair", "--code", "ABCDEFGH"); code != done || !strings.Contains(out, "42") {
		t.Fatalf("%d, %s, %s", code, out, errs)
	}
	if raw, err := os.ReadFile(file); err != nil || strings.Contains(string(raw), server.URL) {
		t.Errorf("stored %s, %v", raw, err)
	}
	if s, err := settings.Load(file); err != nil || s.Mart != "42" || s.Server != server.URL {
		t.Errorf("%+v, %v", s, err)
	}
	if code, out, _ := run("forget"); code != done || !strings.Contains(out, "매장은 관리자가 정해") {
		t.Errorf("%d, %s", code, out)
	}
}

func TestCommandsTellOfAPolicyWithNonsense(t *testing.T) {
	newHome(t)
	server := pairingServer(t)
	decide(t, `{"server": "ftp://jumun.example.com"}`)
	code, _, errs := run("pair", "--server", server.URL, "--mart", "42", "--code", "ABCDEFGH")
	if code != done || !strings.Contains(errs, "server (https://로 시작하는") {
		t.Errorf("%d, %s", code, errs)
	}
}
