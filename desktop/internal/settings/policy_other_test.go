//go:build !windows

package settings

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"jumun/shared/order"
)

// decide writes the policy of this PC, and returns where.
func decide(t *testing.T, policy string) (path string) {
	t.Helper()
	dir := t.TempDir()
	path = filepath.Join(dir, "jumun", "policy.json")
	if err := os.Mkdir(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(policy), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("XDG_CONFIG_DIRS", "/nowhere:"+dir)
	return path
}

func TestASavedFileHasNothingOfThePolicyAndKeepsWhatAPersonChose(t *testing.T) {
	path := filepath.Join(t.TempDir(), "settings.json")
	own := Default()
	own.Server, own.Mart = "https://own.example.com", "7"
	if err := Save(path, own); err != nil {
		t.Fatal(err)
	}
	policy := decide(t, `{"Server": "https://jumun.example.com", "MART": 42, "Enrol": "ABCDE-FGHJK-MNPQR-STUVW-XYZ23", "Open": "09:00", "Close": "22:00"}`)
	s, err := Load(path)
	if err != nil || s.Server != "https://jumun.example.com" || s.Mart != "42" || s.Hours.Open != "09:00" || s.Policy.Enrol == "" {
		t.Fatalf("%+v, %v", s, err)
	}
	s.Volume = 0.3
	if err := os.Remove(policy); err != nil { // what was read of it must not be written, either
		t.Fatal(err)
	}
	if err := Save(path, s); err != nil {
		t.Fatal(err)
	}
	own.Volume = 0.3
	if got, err := Load(path); err != nil || got != own {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestAPolicyThatIsNoneIsToldAndChangesNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "settings.json")
	for _, text := range []string{"{", "null", `{"mart": ["42"]}`, strings.Repeat(" ", maxFile) + "{}"} {
		decide(t, text)
		s, err := Load(path)
		if err != nil || len(s.Policy.Problems()) != 1 || len(s.Policy.Managed()) != 0 {
			t.Errorf("%.20s: %+v, %v", text, s.Policy, err)
		}
		if s.Policy = (Policy{}); s != Default() {
			t.Errorf("%.20s: %+v", text, s)
		}
	}
}

func TestANumberOfAPolicyIsAnIntegerInEverySpelling(t *testing.T) {
	for number, want := range map[string]string{"42": "42", "42.0": "42", "4.2e1": "42", "9007199254740993": "9007199254740993", "42.5": ""} {
		decide(t, `{"Mart": `+number+`}`)
		p := ReadPolicy()
		if p.Mart != order.MartID(want) || len(p.Problems()) > 0 != (want == "") {
			t.Errorf("%s: mart %q, %v", number, p.Mart, p.Problems())
		}
	}
}

func TestAPCThatIsForgottenKeepsNoMartBelowThePolicy(t *testing.T) {
	path := filepath.Join(t.TempDir(), "settings.json")
	if err := Save(path, Settings{Server: "https://own.example.com", Mart: "7", Volume: 0.3, Repeat: 2, Patience: 20, Scale: 1}); err != nil {
		t.Fatal(err)
	}
	policy := decide(t, `{"mart": "42"}`)
	if err := Forget(path); err != nil {
		t.Fatal(err)
	}
	if s, err := Load(path); err != nil || s.Mart != "42" {
		t.Errorf("%+v, %v", s, err)
	}
	_ = os.Remove(policy)
	if s, err := Load(path); err != nil || s.Mart != "" {
		t.Errorf("%+v, %v", s, err)
	}
}
