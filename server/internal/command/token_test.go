package command

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"jumun/server/internal/auth/token"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// makeToken runs token with these flags, and verifies what it prints by the keys in path.
func makeToken(t *testing.T, getenv func(string) string, path string, args ...string) token.Token {
	t.Helper()
	code, out, stderr := run(t, getenv, append([]string{"token"}, args...)...)
	if code != exitDone {
		t.Fatal(stderr)
	}
	return verified(t, path, strings.TrimSpace(out))
}

func verified(t *testing.T, path, text string) token.Token {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := token.Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	got, err := keys.Check(text, time.Now())
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return got
}

func TestTokenPrintsOnlyTheToken(t *testing.T) {
	path := keyFile(t)
	code, out, stderr := run(t, nothing, "token", "--keys", path, "--role", "device", "--mart", "42", "--mart", "a,b", "--name", "카운터", "--ttl", "1h")
	if code != exitDone {
		t.Fatal(stderr)
	}
	got := verified(t, path, strings.TrimSuffix(out, "\n"))
	if got.Role != wire.RoleDevice || !slices.Equal(got.Marts, []order.MartID{"42", "a,b"}) || got.Name != "카운터" ||
		got.Expires-got.IssuedAt != 3600 || !strings.HasPrefix(got.Subject, "device-") || len(got.Subject) != len("device-")+16 {
		t.Errorf("the token says %+v", got)
	}
	if strings.Count(stderr, "\n") != 1 || !strings.Contains(stderr, got.Subject) || strings.Contains(stderr, strings.TrimSpace(out)) {
		t.Errorf("stderr has %s", stderr)
	}
	next := makeToken(t, nothing, path, "--keys", path, "--role", "device", "--mart", "42")
	if next.Subject == got.Subject || next.Expires-next.IssuedAt != 30*24*3600 {
		t.Errorf("the next token says %+v", next)
	}
}

func TestTokenPrintsJSONForAScript(t *testing.T) {
	path := keyFile(t)
	code, out, stderr := run(t, nothing, "token", "--keys", path, "--role", "admin", "--mart", "*", "--subject", "ops", "--ttl", "9600h", "--json")
	var answer struct {
		Token, Subject string
		Expires        time.Time
	}
	if code != exitDone || stderr != "" || json.Unmarshal([]byte(out), &answer) != nil || answer.Subject != "ops" {
		t.Fatalf("exit code %d: %s%s", code, out, stderr)
	}
	got := verified(t, path, answer.Token)
	if got.Subject != "ops" || got.Role != wire.RoleAdmin || !got.For("7") || !answer.Expires.Equal(got.ExpiresAt()) {
		t.Errorf("the token says %+v, until %v", got, answer.Expires)
	}
}

func TestAFlagOfTokenReplacesItsVariable(t *testing.T) {
	path := keyFile(t)
	env := map[string]string{"JUMUN_KEYS": path, "JUMUN_ROLE": "publisher", "JUMUN_MART": "43"}
	getenv := func(name string) string { return env[name] }
	for want, args := range map[order.MartID][]string{"42": {"--mart", "42"}, "43": nil} {
		if got := makeToken(t, getenv, path, args...); !slices.Equal(got.Marts, []order.MartID{want}) || got.Role != wire.RolePublisher {
			t.Errorf("the token says %+v, want mart %s", got, want)
		}
	}
	env["JUMUN_ROLE"] = "root"
	if code, out, _ := run(t, getenv, "token"); code != exitUsage {
		t.Errorf("exit code %d: %s", code, out)
	}
}

func TestTokenThatFailsSaysWhy(t *testing.T) {
	all, limited := keyFile(t), keyFile(t, "--role", "publisher", "--mart", "42")
	tests := map[string]struct{ args, want string }{
		"no key file":                  {"--role device --mart 42", "--keys"},
		"a key file that is not there": {"--role device --mart 42 --keys " + all + ".none", "jumun-server keygen"},
		"no role":                      {"--mart 42 --keys " + all, "--role"},
		"an unknown role":              {"--role root --mart 42 --keys " + all, "role"},
		"no mart":                      {"--role device --keys " + all, "--mart"},
		"a life too long":              {"--role device --mart 42 --ttl 9601h --keys " + all, "400 days"},
		"no life":                      {"--role device --mart 42 --ttl 0s --keys " + all, "exp"},
		"a subject too long":           {"--role device --mart 42 --subject " + strings.Repeat("s", 65) + " --keys " + all, "sub"},
		"a role that no key signs for": {"--role device --mart 42 --keys " + limited, "no key"},
		"a mart that no key signs for": {"--role publisher --mart 43 --keys " + limited, "no key"},
	}
	for name, tt := range tests {
		code, out, stderr := run(t, nothing, append([]string{"token"}, strings.Fields(tt.args)...)...)
		if code == exitDone || out != "" || !strings.Contains(stderr, tt.want) {
			t.Errorf("%s: exit code %d: %s%s", name, code, out, stderr)
		}
	}
	if got := makeToken(t, nothing, limited, "--role", "publisher", "--mart", "42", "--keys", limited); got.Role != wire.RolePublisher {
		t.Errorf("the token says %+v", got)
	}
}
