package token

import (
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"jumun/shared/order"
	"jumun/shared/wire"
)

func writeText(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func content(t *testing.T, path string) string {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func TestAddKeyMakesAFileThatOnlyThisUserMayRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys.json")
	kid, err := AddKey(path, nil, nil, now())
	if err != nil || !regexp.MustCompile(`^20270115-[a-z2-7]{8}$`).MatchString(kid) {
		t.Fatalf("added %q, %v", kid, err)
	}
	keys, err := Parse([]byte(content(t, path)))
	if err != nil {
		t.Fatal(err)
	}
	k := keys.byID[kid]
	if len(k.secret) != 32 || k.made != now().Unix() || k.roles != nil || k.marts != nil {
		t.Errorf("the key %q has %d bytes, was made at %d, for %v and %v", kid, len(k.secret), k.made, k.roles, k.marts)
	}
	if info, err := os.Stat(path); err != nil || runtime.GOOS != "windows" && info.Mode() != 0o600 {
		t.Errorf("its mode is %v, %v", info.Mode(), err)
	}
}

func TestAddKeyKeepsWhatIsInTheFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "keys.json")
	writeText(t, path, `{"x":{"y":[1.50]},"keys":[{"kty":"EC","crv":"P-256","note":"<ours>"},`+jwkOf("a", "")+`]}`)
	link := filepath.Join(dir, "link.json")
	if err := os.Symlink(path, link); err != nil {
		t.Skip(err) // Windows without the right to make links
	}
	first, err := AddKey(link, []wire.Role{wire.RolePublisher}, []order.MartID{"42", "a,b"}, now())
	if err != nil {
		t.Fatal(err)
	}
	second, err := AddKey(path, nil, nil, now().Add(time.Hour))
	if err != nil || second == first {
		t.Fatal(second, err)
	}
	written := content(t, path)
	for _, want := range []string{`1.50`, `"P-256"`, `"note"`, `"kid": "a"`, first, second} {
		if !strings.Contains(written, want) {
			t.Errorf("the file lacks %s", want)
		}
	}
	if target, err := os.Readlink(link); err != nil || target != path {
		t.Errorf("the link is %q, %v", target, err)
	}
	keys, err := Parse([]byte(written))
	if err != nil || len(keys.byID) != 3 || string(keys.byID["a"].secret) != string(secretOf("a")) {
		t.Fatalf("it has %v, %v", keys, err)
	}
	if k := keys.byID[first]; !k.allows(claims(wire.RolePublisher, "a,b")) || k.allows(claims(wire.RoleDevice, "42")) || k.allows(claims(wire.RolePublisher, "a")) {
		t.Errorf("it is limited to %v and %v", k.roles, k.marts)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 3 { // the lock is one of them
		t.Errorf("there are %v, %v", left, err)
	}
}

func TestAddKeyDoesNotTouchAFileThatItCannotRead(t *testing.T) {
	for name, was := range map[string]string{
		"empty":           "",
		"half a file":     `{"keys":[` + jwkOf("a", ""),
		"another kind":    `[]`,
		"no keys":         `{}`,
		"keys elsewhere":  `{"KEYS":[` + jwkOf("a", "") + `]}`,
		"a key too short": `{"keys":[{"kty":"oct","kid":"a","k":"AAAA"}]}`,
		"too long":        `{"keys":[` + jwkOf("a", "") + `]}` + strings.Repeat(" ", maxFile),
		"full":            `{"keys":[` + jwkOf("a", "") + `],"x":"` + strings.Repeat("x", maxFile-200) + `"}`,
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "keys.json")
			writeText(t, path, was)
			if kid, err := AddKey(path, nil, nil, now()); err == nil || kid != "" {
				t.Errorf("added %q", kid)
			}
			if content(t, path) != was {
				t.Error("the file has changed")
			}
		})
	}
}

func TestAddKeyRefusesUnknownRolesAndMalformedMarts(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys.json")
	for name, add := range map[string]func() (string, error){
		"a role":      func() (string, error) { return AddKey(path, []wire.Role{"root"}, nil, now()) },
		"a mart":      func() (string, error) { return AddKey(path, nil, []order.MartID{"4 2"}, now()) },
		"a directory": func() (string, error) { return AddKey(filepath.Dir(path), nil, nil, now()) },
		"no such directory": func() (string, error) {
			return AddKey(filepath.Join(path, "x", "keys.json"), nil, nil, now())
		},
	} {
		if kid, err := add(); err == nil || kid != "" {
			t.Errorf("%s: added %q", name, kid)
		}
	}
	if left, err := filepath.Glob(path + "*"); err != nil || len(left) > 1 || len(left) == 1 && left[0] != path+".lock" {
		t.Errorf("there are %v, %v", left, err)
	}
}

func TestAThrowawayKeyIsNewEachTimeAndSignsAtOnce(t *testing.T) {
	a, b := Throwaway(now()), Throwaway(now())
	text, err := a.Sign(claims(wire.RoleDevice, "42"), now())
	if err != nil {
		t.Fatal(err)
	}
	got, err := a.Check(text, now())
	if err != nil || !regexp.MustCompile(`^20270115-[a-z2-7]{8}$`).MatchString(got.Key) {
		t.Errorf("signed by %q, %v", got.Key, err)
	}
	if _, err := b.Check(text, now()); err == nil {
		t.Error("another one takes it")
	}
	secret := a.byAge[0].secret
	b.byID[got.Key] = b.byAge[0] // the same kid, another secret
	if _, err := b.Check(text, now()); err == nil || len(secret) != 32 {
		t.Errorf("its secret has %d bytes, and another takes it: %v", len(secret), err)
	}
}

func newKeyIn(t *testing.T, path string) string {
	kid, err := AddKey(path, nil, nil, now())
	if err != nil {
		t.Error(err)
	}
	return kid
}

func TestKeysThatAreAddedAndRemovedAtOnceAreAllKept(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys.json")
	const each = 20
	var gone, added [each]string
	for i := range gone {
		gone[i] = newKeyIn(t, path)
	}
	var all sync.WaitGroup
	for i := range each {
		all.Go(func() { added[i] = newKeyIn(t, path) })
		all.Go(func() {
			if err := RemoveKey(path, gone[i]); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	keys, err := Parse([]byte(content(t, path)))
	if err != nil || len(keys.byID) != each {
		t.Fatalf("there are %d keys, %v", len(keys.byID), err)
	}
	for _, kid := range added {
		if _, kept := keys.byID[kid]; !kept {
			t.Errorf("%s was reported, and is not there", kid)
		}
	}
}
