//go:build !windows

package settings

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestAStartWithASlipInThePolicyUsesTheValuesOfBefore(t *testing.T) {
	path := filepath.Join(t.TempDir(), "settings.json")
	const good = `{"Server": "https://jumun.example.com", "Mart": 42, "Enrol": "ABCDE-FGHJK-MNPQR-STUVW-XYZ23", "Updates": "off",
		"Open": "9", "Close": "22:00", "Sunday": "휴무", "Holidays": "12/25", "Outside": "popup"}`
	decide(t, good)
	before, err := Load(path)
	if err != nil || len(before.Policy.Problems()) > 0 {
		t.Fatalf("%+v, %v", before, err)
	}
	if err := KeepPolicy(path, before.Policy); err != nil {
		t.Fatal(err)
	}
	if raw, err := os.ReadFile(keptPath(path)); err != nil || strings.Contains(string(raw), "ABCDE") {
		t.Errorf("kept %s, %v", raw, err)
	}
	all := before.Policy.without("enrol")
	tests := []struct {
		name, policy string
		want         Policy
	}{
		{"no JSON", `{"Server":`, all},
		{"one wrong value, the others removed", `{"Server": "htp://x"}`, Policy{Server: all.Server}},
		{"one wrong value, another changed", `{"Server": "https://new.example.com", "Mart": "강남 점/1", "Updates": "on"}`, Policy{Server: "https://new.example.com", Mart: "42"}},
		{"removed", `{}`, Policy{}},
	}
	for _, tt := range tests {
		decide(t, tt.policy)
		s, err := Load(path)
		if s.Policy.problems = all.problems; err != nil || s.Policy != tt.want {
			t.Errorf("%s: %+v, %v", tt.name, s.Policy, err)
		}
		if s.Server != tt.want.Server || s.Mart != tt.want.Mart {
			t.Errorf("%s: %q, %q", tt.name, s.Server, s.Mart)
		}
	}
}

func TestNothingIsKeptOfAPolicyThatIsRemovedOrForgotten(t *testing.T) {
	path := filepath.Join(t.TempDir(), "settings.json")
	for name, end := range map[string]func() error{
		"removed":   func() error { return KeepPolicy(path, Policy{}) },
		"forgotten": func() error { return Forget(path) },
	} {
		if err := KeepPolicy(path, Policy{Mart: "42"}); err != nil {
			t.Fatal(err)
		}
		decide(t, "{")
		if s, err := Load(path); err != nil || s.Mart != "42" {
			t.Errorf("%s: before, %+v, %v", name, s, err)
		}
		if err := end(); err != nil {
			t.Fatal(err)
		}
		if s, err := Load(path); err != nil || s.Mart != "" {
			t.Errorf("%s: %+v, %v", name, s, err)
		}
	}
}
