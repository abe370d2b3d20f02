//go:build !windows

package agent

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/settings"
)

// decide writes the policy of this PC, with these names and values, and returns where.
func decide(t *testing.T, pairs ...string) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "jumun", "policy.json")
	if err := os.Mkdir(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("XDG_CONFIG_DIRS", filepath.Dir(filepath.Dir(path)))
	rewrite(t, path, pairs...)
	return path
}

func rewrite(t *testing.T, path string, pairs ...string) {
	t.Helper()
	policy := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		policy[pairs[i]] = pairs[i+1]
	}
	raw, err := json.Marshal(policy)
	if err == nil {
		err = os.WriteFile(path, raw, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// looks makes the agent look at the policy, as it does every few seconds.
func (a *Agent) looks() {
	a.post(func() { a.policy = settings.ReadPolicy().Keeping(a.settings.Policy) })
}

func TestAPCWithAPolicyPairsItselfAndItsSettingsStayItsOwn(t *testing.T) {
	server := openServer(t)
	server.enrolKey = goodKey
	dir := t.TempDir()
	decide(t, "Server", server.settings().Server, "Enrol", goodKey, "Open", "00:00", "Close", "23:59")
	a := runningIn(t, dir, "plays", "")
	until(t, a, "connected", connectedTo("42"))
	until(t, a, "what is decided", func(s ipc.Status) bool { return strings.Join(s.Managed, " ") == "hours server" && s.PolicyError == "" })
	a.onLoop(func() { // a person saves what the window shows, with another server
		s := a.settings
		s.Server, s.Hours, s.Volume = "https://other.example.com", settings.Hours{}, 0.3
		a.saved(s)
		if a.settings.Server != server.settings().Server || a.settings.Hours.Open != "00:00" || a.settings.Volume != 0.3 {
			t.Errorf("%+v", a.settings)
		}
	})
	if file := stored(t, dir); strings.Contains(file, server.settings().Server) || strings.Contains(file, "enrol") || strings.Contains(file, "23:59") || !strings.Contains(file, `"volume": 0.3`) {
		t.Errorf("stored %s", file)
	}
	// The token is lost: the key is still there, since the policy is.
	server.forgets("enrolled")
	a.onLoop(func() { a.reconnect() })
	until(t, a, "asked again", func(ipc.Status) bool { return len(server.enrolments()) == 2 })
}

func TestAPolicyThatChangesIsTakenUpWithoutARestart(t *testing.T) {
	server := openServer(t)
	dir := t.TempDir()
	a := server.connectedIn(t, dir)
	server.place(1001)
	until(t, a, "ringing", func(s ipc.Status) bool { return s.Orders == 1 })
	policy := decide(t, "Mart", "43")
	a.looks()
	a.onLoop(func() {
		a.updatePolicy()
		if a.settings.Mart != "42" {
			t.Error("an order of 42 rings, and the PC is of another mart")
		}
	})
	a.onLoop(func() { a.confirm(a.waitingKeys("1001")...) })
	until(t, a, "of the other mart", func(s ipc.Status) bool { return s.Mart == "43" && len(s.Managed) == 1 })
	rewrite(t, policy)
	a.looks()
	until(t, a, "its own again", connectedTo("42"))
	if file := stored(t, dir); strings.Contains(file, `"43"`) {
		t.Errorf("stored %s", file)
	}
}

func TestAPolicyWithNonsenseIsToldAndThePCGoesOnRinging(t *testing.T) {
	server := openServer(t)
	decide(t, "Server", "ftp://jumun.example.com", "Open", "morning", "Close", "evening", "Upadtes", "off")
	a := server.connectedIn(t, t.TempDir())
	until(t, a, "told", func(s ipc.Status) bool {
		return strings.Contains(s.PolicyError, "server (") && strings.Contains(s.PolicyError, "hours (") && strings.Contains(s.PolicyError, "upadtes (")
	})
	a.onLoop(func() {
		if line := a.policyLine(); line != a.Translator.Text("agent.policy-wrong") {
			t.Errorf("the tray says %q", line)
		}
		if v := a.settingsView(); !strings.Contains(v.Notice, "server (") || len(v.Managed) != 0 {
			t.Errorf("the settings say %q; decided are %v", v.Notice, v.Managed)
		}
	})
}

func TestASlipInThePolicyTakesNoShopFromAPCThatRings(t *testing.T) {
	server := openServer(t)
	server.enrolKey = goodKey
	policy := decide(t, "Server", server.settings().Server, "Enrol", goodKey, "Open", "00:00", "Close", "23:59")
	a := runningIn(t, t.TempDir(), "plays", "")
	until(t, a, "connected", connectedTo("42"))
	rewrite(t, policy, "Server", "ftp://jumun.example.com")
	a.looks()
	told := func(s ipc.Status) bool {
		return s.State == ipc.Connected && strings.Contains(s.PolicyError, "server (") && strings.Join(s.Managed, " ") == "server"
	}
	until(t, a, "told, and connected", told)
	a.onLoop(func() { a.reloadSettings() })
	until(t, a, "still told, and connected", told)
	if err := os.WriteFile(policy, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	a.looks()
	until(t, a, "told of all of it, and connected", func(s ipc.Status) bool {
		return s.State == ipc.Connected && strings.Contains(s.PolicyError, "policy (")
	})
}

func TestASlipInThePolicyTakesNoShopFromAPCThatIsStartedAgain(t *testing.T) {
	server := openServer(t)
	policy := decide(t, "Server", server.settings().Server, "Mart", "42")
	dir := t.TempDir()
	a := runningIn(t, dir, "plays", "")
	until(t, a, "connected", connectedTo("42"))
	a.stop()
	if err := os.WriteFile(policy, []byte(`{"Server":"htp://x"`), 0o600); err != nil {
		t.Fatal(err)
	}
	again := runningIn(t, dir, "plays", "")
	until(t, again, "connected, and told", func(s ipc.Status) bool {
		return s.State == ipc.Connected && s.Mart == "42" && strings.Contains(s.PolicyError, "policy (")
	})
}

func TestAPCWhosePolicyIsTheOnlyOneThatKnewItsMartSaysSoWhenItIsGone(t *testing.T) {
	server := openServer(t)
	server.enrolKey = goodKey
	policy := decide(t, "Server", server.settings().Server, "Enrol", goodKey)
	a := runningIn(t, t.TempDir(), "plays", "")
	until(t, a, "connected", connectedTo("42"))
	rewrite(t, policy)
	a.looks()
	until(t, a, "told", func(s ipc.Status) bool { return s.State == ipc.NotSet })
	a.onLoop(func() {
		if !a.ui.settingsWanted {
			t.Error("the settings are closed")
		}
	})
}
