package main

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"jumun/server/internal/auth/token"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// checked is what a token says, by the keys of a file.
func checked(t *testing.T, path, text string) token.Token {
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

func TestTokenPrintsATokenAndNothingElse(t *testing.T) {
	path := keyFile(t)
	out, stderr, err := keyed(t, nothing, "token", "--keys", path, "--role", "device", "--mart", "42", "--mart", "a,b", "--name", "카운터", "--ttl", "1h")
	if err != nil {
		t.Fatal(err)
	}
	got := checked(t, path, strings.TrimSuffix(out, "\n"))
	if got.Role != wire.RoleDevice || !slices.Equal(got.Marts, []order.MartID{"42", "a,b"}) || got.Name != "카운터" ||
		got.Expires-got.IssuedAt != 3600 || !strings.HasPrefix(got.Subject, "device-") || len(got.Subject) != len("device-")+16 {
		t.Errorf("it says %+v", got)
	}
	if strings.Count(stderr, "\n") != 1 || !strings.Contains(stderr, got.Subject) || strings.Contains(stderr, strings.TrimSpace(out)) {
		t.Errorf("stderr has %s", stderr)
	}
	again, _, _ := keyed(t, nothing, "token", "--keys", path, "--role", "device", "--mart", "42")
	if next := checked(t, path, strings.TrimSpace(again)); next.Subject == got.Subject || next.Expires-next.IssuedAt != 30*24*3600 {
		t.Errorf("the next one says %+v", next)
	}
}

func TestTokenForAScript(t *testing.T) {
	path := keyFile(t)
	out, stderr, err := keyed(t, nothing, "token", "--keys", path, "--role", "admin", "--mart", "*", "--subject", "ops", "--ttl", "9600h", "--json")
	var answer struct {
		Token, Subject string
		Expires        time.Time
	}
	if err != nil || stderr != "" || json.Unmarshal([]byte(out), &answer) != nil || answer.Subject != "ops" {
		t.Fatalf("answered %s%s, %v", out, stderr, err)
	}
	got := checked(t, path, answer.Token)
	if got.Subject != "ops" || got.Role != wire.RoleAdmin || !got.For("7") || !answer.Expires.Equal(got.ExpiresAt()) {
		t.Errorf("it says %+v, until %v", got, answer.Expires)
	}
}

func TestAFlagOfATokenReplacesItsVariable(t *testing.T) {
	path := keyFile(t)
	env := map[string]string{"JUMUN_KEYS": path, "JUMUN_ROLE": "publisher", "JUMUN_MART": "43"}
	getenv := func(name string) string { return env[name] }
	for want, args := range map[order.MartID][]string{"42": {"token", "--mart", "42"}, "43": {"token"}} {
		out, _, err := keyed(t, getenv, args...)
		if err != nil {
			t.Fatal(err)
		}
		if got := checked(t, path, strings.TrimSpace(out)); !slices.Equal(got.Marts, []order.MartID{want}) || got.Role != wire.RolePublisher {
			t.Errorf("it says %+v, want mart %s", got, want)
		}
	}
	env["JUMUN_ROLE"] = "root"
	if out, _, err := keyed(t, getenv, "token"); err == nil {
		t.Errorf("made %s", out)
	}
}

func TestTokenThatCannotBeMadeSaysWhy(t *testing.T) {
	all, limited := keyFile(t), keyFile(t, "--role", "publisher", "--mart", "42")
	tests := map[string]struct{ args, say string }{
		"no key file":                     {"--role device --mart 42", "--keys"},
		"a key file that is not there":    {"--role device --mart 42 --keys " + all + ".none", "jumun-server keygen"},
		"no role":                         {"--mart 42 --keys " + all, "--role"},
		"a role that is none":             {"--role root --mart 42 --keys " + all, "role"},
		"no mart":                         {"--role device --keys " + all, "--mart"},
		"a life that is too long":         {"--role device --mart 42 --ttl 9601h --keys " + all, "400 days"},
		"no life":                         {"--role device --mart 42 --ttl 0s --keys " + all, "exp"},
		"a subject that is too long":      {"--role device --mart 42 --subject " + strings.Repeat("s", 65) + " --keys " + all, "sub"},
		"a role of which there is no key": {"--role device --mart 42 --keys " + limited, "no key"},
		"a mart of which there is no key": {"--role publisher --mart 43 --keys " + limited, "no key"},
	}
	for name, tt := range tests {
		out, _, err := keyed(t, nothing, append([]string{"token"}, strings.Fields(tt.args)...)...)
		if err == nil || out != "" || !strings.Contains(err.Error(), tt.say) {
			t.Errorf("%s: said %s, %v", name, out, err)
		}
	}
	out, _, err := keyed(t, nothing, "token", "--role", "publisher", "--mart", "42", "--keys", limited)
	if err != nil || checked(t, limited, strings.TrimSpace(out)).Role != wire.RolePublisher {
		t.Errorf("made %s, %v", out, err)
	}
}

// keyFile makes a key file by keygen.
func keyFile(t *testing.T, args ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "keys.json")
	if code, _, said := do(t, nothing, append([]string{"keygen", "--keys", path}, args...)...); code != exitDone {
		t.Fatal(said)
	}
	return path
}

// keyed runs a command about keys; its error is what the command said when it failed.
func keyed(t *testing.T, getenv func(string) string, args ...string) (stdout, stderr string, err error) {
	t.Helper()
	code, stdout, stderr := do(t, getenv, args...)
	if code != exitDone {
		err = errors.New(stderr)
	}
	return stdout, stderr, err
}
