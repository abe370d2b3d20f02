//go:build linux

package windows

import (
	"encoding/json"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"jumun/desktop/internal/ipc"
)

const (
	policyKey = `HKLM\Software\Policies\jumun`
	runForAll = `HKLM\Software\Microsoft\Windows\CurrentVersion\Run`
	msi       = "../../../build/windows/jumun.msi"
)

// enrolment returns a key by which PCs pair themselves with a mart.
func (s *store) enrolment(mart string) string {
	s.Helper()
	out, err := s.server.Admin(s.Context(), "enrol", "--mart", mart, "--uses", "9", "--json")
	s.must(err)
	var key struct{ Key string }
	s.must(json.Unmarshal(out, &key))
	return key.Key
}

// installs runs msiexec, which must end well.
func (s *store) installs(do, msi, properties string) {
	s.Helper()
	if code, err := s.user.MSI(do, msi, properties); err != nil || code != 0 {
		s.Fatalf("msiexec %s ended with %d, %v", do, code, err)
	}
}

// newer makes an MSI of a newer version of the same program.
func (s *store) newer() string {
	s.Helper()
	path := filepath.Join(s.TempDir(), "newer.msi")
	out, err := exec.Command("../../packaging/windows/msi", "99.0.0", "99.0.0.0", "../../../build/windows", path).CombinedOutput()
	if err != nil {
		s.Fatalf("%v: %s", err, out)
	}
	return path
}

func (s *store) registry(key, name string) string {
	s.Helper()
	value, err := s.user.Registry(key, name)
	s.must(err)
	return value
}

func TestAnMSIForAllUsersPairsByPolicyUpgradesWhileAnOrderRingsAndRemoves(t *testing.T) {
	s := openForAll(t)
	s.must(s.user.ForAll())
	s.installs("/i", msi, fmt.Sprintf(`SERVER="http://%s" ENROL="%s"`, s.server.Addr(), s.enrolment("42")))
	got := s.untilStatus("it to start and to pair itself", isConnected)
	if got.Mart != "42" || !slices.Equal(got.Managed, []string{"server"}) {
		t.Errorf("mart %s; decided are %v", got.Mart, got.Managed)
	}
	if at := s.registry(runForAll, "jumun"); !strings.HasSuffix(at, `\Program Files\jumun\jumun.exe" start --at-login`) {
		t.Errorf("at login starts %s", at)
	}
	s.loginAgain()
	s.sell("42", "3801")
	before := s.rings("3801")
	newer := s.newer()
	s.installs("/i", newer, "")
	s.untilStatus("the new agent", func(s ipc.Status) bool { return s.PID != before.PID && isConnected(s) && s.Orders == 1 })
	if set := s.registry(policyKey, "Server"); !strings.Contains(set, s.server.Addr()) {
		t.Errorf("after the upgrade the policy has %q", set)
	}
	s.loginAgain()
	s.rings("3801")
	s.confirm(s.popup("3801"))
	s.silent()
	s.acknowledged("3801")

	s.installs("/x", newer, "")
	if s.user.HasForAll("jumun.exe") || s.registry(runForAll, "jumun") != "" || s.registry(policyKey, "Server") != "" || s.registry(policyKey, "Enrol") != "" {
		t.Error("something is left")
	}
	s.until("jumun to be gone", func() error {
		left, err := s.Processes("jumun.exe")
		if err == nil && len(left) > 0 {
			err = fmt.Errorf("it runs: %v", left)
		}
		return err
	})
}

// loginAgain starts jumun in place of the one that the setup has started: what wine's services start has no screen.
func (s *store) loginAgain() {
	s.Helper()
	s.quits()
	s.must(s.user.Open())
	s.untilStatus("connected again", isConnected)
}

// A user may have set up jumun before the head office does.
func TestAnMSIBesideTheSetupOfAUserLeavesTheJumunThatRuns(t *testing.T) {
	s := openForAll(t)
	before := s.connect("42")
	s.installs("/i", msi, `MART="42"`)
	s.untilStatus("the policy of the MSI", func(s ipc.Status) bool { return slices.Equal(s.Managed, []string{"mart"}) })
	if _, err := s.Window("GLFW30", settingsTitle); err == nil {
		t.Error("the settings are open: nobody asked for them")
	}
	s.installs("/x", msi, "")
	s.untilStatus("the policy to be gone", func(s ipc.Status) bool { return len(s.Managed) == 0 })
	s.sell("42", "3802")
	if now := s.rings("3802"); now.PID != before.PID {
		t.Errorf("the agent %d is another one than %d", now.PID, before.PID)
	}
	s.confirm(s.popup("3802"))
	s.acknowledged("3802")
}

// openForAll returns a PC with the user whom wine knows.
func openForAll(t *testing.T) *store {
	s := open(t, "all")
	u, err := s.NewWineUser()
	s.must(err)
	s.user = u
	t.Cleanup(func() { // of a test that failed, for the next one
		_ = u.Reg("delete", policyKey, "/f")
		_ = u.Reg("delete", runForAll, "/v", "jumun", "/f")
	})
	return s
}
