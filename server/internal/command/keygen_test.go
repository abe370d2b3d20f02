package command

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"jumun/server/internal/auth/token"
)

// run runs a command to its end.
func run(t *testing.T, getenv func(string) string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, log strings.Builder
	code = Run(t.Context(), "dev", args, getenv, nil, strings.NewReader(""), &out, &log)
	return code, out.String(), log.String()
}

// keyFile makes a key file with keygen.
func keyFile(t *testing.T, args ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "keys.json")
	if code, _, stderr := run(t, nothing, append([]string{"keygen", "--keys", path}, args...)...); code != exitDone {
		t.Fatal(stderr)
	}
	return path
}

func TestKeygenAddsAKeyAndSaysWhatToDoNext(t *testing.T) {
	path := keyFile(t)
	code, out, stderr := run(t, nothing, "keygen", "--keys", path)
	if code != exitDone || stderr != "" || !regexp.MustCompile(`^added key \d{8}-[a-z2-7]{8} to `).MatchString(out) ||
		!strings.Contains(out, "jumun-server serve --keys "+path+"\n") || !strings.Contains(out, "10 minutes") {
		t.Errorf("exit code %d: %s%s", code, out, stderr)
	}
	var answer struct{ Kid, File string }
	code, out, _ = run(t, nothing, "keygen", "--keys", path, "--json")
	if code != exitDone || json.Unmarshal([]byte(out), &answer) != nil || answer.Kid == "" || answer.File != path {
		t.Errorf("exit code %d: %s", code, out)
	}
	raw, _ := os.ReadFile(path)
	keys, err := token.Parse(raw)
	if err != nil || keys.String() != "3 keys" || !strings.Contains(string(raw), answer.Kid) {
		t.Errorf("the file has %v, %v", keys, err)
	}
}

func TestKeygenTakesACommaAsPartOfAMartID(t *testing.T) {
	path := keyFile(t, "--mart", "a,b", "--mart", "42")
	for mart, made := range map[string]bool{"42": true, "a,b": true, "a": false} {
		if code, _, stderr := run(t, nothing, "token", "--keys", path, "--role", "device", "--mart", mart); (code == exitDone) != made {
			t.Errorf("mart %s: %s", mart, stderr)
		}
	}
}

func TestKeygenPrintsTheLimitsOfAKey(t *testing.T) {
	path := keyFile(t)
	if _, out, _ := run(t, nothing, "keygen", "--keys", path); strings.Contains(out, "only") {
		t.Errorf("without limits it says %s", out)
	}
	mart := func(name string) string { return map[string]string{"JUMUN_MART": "43"}[name] }
	_, out, _ := run(t, mart, "keygen", "--keys", path, "--role", "device", "--role", "publisher")
	if !strings.Contains(out, "roles only: [device publisher]\n") || !strings.Contains(out, "marts only: [43]\n") {
		t.Errorf("it says %s", out)
	}
}

func TestKeygenThatFailsSaysWhatToDoAndRevealsNoKey(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys.json")
	if err := os.WriteFile(path, []byte(`{"keys":[{"kty":"oct","kid":"a","k":"secret"}]}`), 0o600); err != nil {
		t.Fatal(err)
	}
	tests := map[string]struct{ args, want string }{
		"no file":                       {"", "--keys"},
		"a file that is not a key file": {"--keys " + path, "correct the file"},
		"an unknown role":               {"--role root --keys " + path, "role"},
		"a malformed mart":              {"--mart . --keys " + path, "mart"},
	}
	for name, tt := range tests {
		code, out, stderr := run(t, nothing, append([]string{"keygen"}, strings.Fields(tt.args)...)...)
		if code == exitDone || out != "" || !strings.Contains(stderr, tt.want) || strings.Contains(stderr, "secret") {
			t.Errorf("%s: exit code %d: %s%s", name, code, out, stderr)
		}
	}
}

// nothing is an empty environment.
func nothing(string) string { return "" }
