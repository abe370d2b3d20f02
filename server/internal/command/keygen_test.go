package command

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/alecthomas/kong"

	"jumun/server/internal/auth/token"
	"jumun/shared/order"
)

// keyed runs keygen or token, as run does.
func keyed(t *testing.T, getenv func(string) string, args ...string) (stdout, stderr string, err error) {
	t.Helper()
	var out, said strings.Builder
	parser, err := kong.New(&struct {
		Keygen keygenCommand `cmd:""`
		Token  tokenCommand  `cmd:""`
	}{}, kong.Writers(&out, &said), kong.Resolvers(environment(getenv)), kong.ValueFormatter(describe),
		kong.TypeMapper(reflect.TypeFor[order.MartID](), parsed(order.ParseMartID)))
	if err != nil {
		t.Fatal(err)
	}
	command, err := parser.Parse(args)
	if err == nil {
		err = command.Run(streams{out: &out, err: &said})
	}
	return out.String(), said.String(), err
}

// keyFile makes a key file by keygen.
func keyFile(t *testing.T, args ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "keys.json")
	if _, _, err := keyed(t, nothing, append([]string{"keygen", "--keys", path}, args...)...); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestKeygenAddsAKeyAndSaysWhatToDoNext(t *testing.T) {
	path := keyFile(t)
	out, stderr, err := keyed(t, nothing, "keygen", "--keys", path)
	if err != nil || stderr != "" || !regexp.MustCompile(`^added key \d{8}-[a-z2-7]{8} to `).MatchString(out) ||
		!strings.Contains(out, "jumun-server serve --keys "+path+"\n") || !strings.Contains(out, "10 minutes") {
		t.Errorf("said %s%s, %v", out, stderr, err)
	}
	var answer struct{ Kid, File string }
	out, _, err = keyed(t, nothing, "keygen", "--keys", path, "--json")
	if err != nil || json.Unmarshal([]byte(out), &answer) != nil || answer.Kid == "" || answer.File != path {
		t.Errorf("answered %s, %v", out, err)
	}
	raw, _ := os.ReadFile(path)
	keys, err := token.Parse(raw)
	if err != nil || keys.String() != "3 keys" || !strings.Contains(string(raw), answer.Kid) {
		t.Errorf("the file has %v, %v", keys, err)
	}
}

func TestKeygenLimitsAKeyToMartsAsTheyAreWritten(t *testing.T) {
	path := keyFile(t, "--mart", "a,b", "--mart", "42")
	for mart, made := range map[string]bool{"42": true, "a,b": true, "a": false} {
		if _, _, err := keyed(t, nothing, "token", "--keys", path, "--role", "device", "--mart", mart); (err == nil) != made {
			t.Errorf("mart %s: %v", mart, err)
		}
	}
}

func TestKeygenSaysTheLimitsOfAKey(t *testing.T) {
	path := keyFile(t)
	if out, _, _ := keyed(t, nothing, "keygen", "--keys", path); strings.Contains(out, "only") {
		t.Errorf("without limits it says %s", out)
	}
	mart := func(name string) string { return map[string]string{"JUMUN_MART": "43"}[name] }
	out, _, _ := keyed(t, mart, "keygen", "--keys", path, "--role", "device", "--role", "publisher")
	if !strings.Contains(out, "roles only: [device publisher]\n") || !strings.Contains(out, "marts only: [43]\n") {
		t.Errorf("it says %s", out)
	}
}

func TestKeygenThatCannotAddSaysWhatToDoAndTellsNoKey(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys.json")
	if err := os.WriteFile(path, []byte(`{"keys":[{"kty":"oct","kid":"a","k":"secret"}]}`), 0o600); err != nil {
		t.Fatal(err)
	}
	tests := map[string]struct{ args, say string }{
		"no file":             {"", "--keys"},
		"a file that is none": {"--keys " + path, "correct the file"},
		"a role that is none": {"--role root --keys " + path, "role"},
		"a mart that is none": {"--mart . --keys " + path, "mart"},
	}
	for name, tt := range tests {
		out, _, err := keyed(t, nothing, append([]string{"keygen"}, strings.Fields(tt.args)...)...)
		if err == nil || out != "" || !strings.Contains(err.Error(), tt.say) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: said %s, %v", name, out, err)
		}
	}
}

// nothing is an empty environment.
func nothing(string) string { return "" }
