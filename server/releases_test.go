package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"jumun/server/internal/redistest"
	"jumun/shared/release"
	"jumun/shared/wire"
)

// A releaseDir is a folder of releases, with one version for this platform: 3.2.1, which is this test binary.
type releaseDir struct {
	dir, key string
	keys     release.Keys
}

func newReleases(t *testing.T) releaseDir {
	t.Helper()
	dir := t.TempDir()
	r := releaseDir{dir: filepath.Join(dir, "releases"), key: filepath.Join(dir, "release.key")}
	if err := os.Mkdir(r.dir, 0o755); err != nil {
		t.Fatal(err)
	}
	code, public, said := do(t, nothing, "release", "keygen", "--release-key", r.key)
	if code != exitDone {
		t.Fatal(said)
	}
	var err error
	if r.keys, err = release.ParseKeys(strings.Fields(public)[0]); err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	r.does(t, "add", "3.2.1", self, "--percent", "100")
	return r
}

// does runs a command that changes the list.
func (r releaseDir) does(t *testing.T, args ...string) (stdout string) {
	t.Helper()
	code, stdout, said := r.tries(t, args...)
	if code != exitDone {
		t.Fatalf("%v: %s", args, said)
	}
	return stdout
}

func (r releaseDir) tries(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	return do(t, nothing, append(append([]string{"release"}, args...), "--releases", r.dir, "--release-key", r.key)...)
}

// asks is what a device does that looks for a new version.
func (r releaseDir) asks(t *testing.T, server *program, token string, asked wire.ReleaseRequest) (release.Manifest, []string) {
	t.Helper()
	body, _ := json.Marshal(asked)
	res := ask(t, as(t, token, http.MethodPost, server.url+wire.ReleasesPath("42"), string(body)))
	if res.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s", res.Status, read(t, res))
	}
	var answer wire.Releases
	if err := json.NewDecoder(res.Body).Decode(&answer); err != nil {
		t.Fatal(err)
	}
	m, err := r.keys.Open([]byte(answer.Manifest), []byte(answer.Signature), 0, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return m, answer.Held
}

func TestADeviceGetsTheListAndTheFileAlsoFromTheMiddle(t *testing.T) {
	r := newReleases(t)
	server := serve(t, "--redis", redistest.Start(t).URL(), "--releases", r.dir)
	token := signed(t, claims(wire.RoleDevice, "42"))
	m, held := r.asks(t, server, token, wire.ReleaseRequest{Version: "3.2.0"})
	chosen, ok := m.Choose(release.Device{ID: "pc", Version: "3.2.0", Platform: release.Platform(runtime.GOOS, runtime.GOARCH)}, time.Now())
	if !ok || chosen.Version != "3.2.1" || chosen.Urgent || len(held) > 0 {
		t.Fatalf("%+v, %v, held %v", chosen, ok, held)
	}
	get := func(ranged string) []byte {
		t.Helper()
		req := as(t, token, http.MethodGet, server.url+wire.ReleasePath("42", chosen.SHA256), "")
		if ranged != "" {
			req.Header.Set("Range", ranged)
		}
		res := ask(t, req)
		body, err := io.ReadAll(res.Body)
		if err != nil || res.StatusCode/100 != 2 {
			t.Fatalf("%s, %v", res.Status, err)
		}
		return body
	}
	whole := get("")
	if sum := sha256.Sum256(whole); hex.EncodeToString(sum[:]) != chosen.SHA256 || int64(len(whole)) != chosen.Size {
		t.Errorf("%d bytes are not the file", len(whole))
	}
	if rest := get("bytes=1000000-"); !bytes.Equal(rest, whole[1000000:]) {
		t.Errorf("from the middle: %d bytes", len(rest))
	}
	for _, path := range []string{"/manifest.json", "/..%2f..%2frelease.key", "/" + chosen.Name, "/" + strings.Repeat("00", 32)} {
		if res := ask(t, as(t, token, http.MethodGet, server.url+wire.ReleasesPath("42")+path, "")); res.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %s", path, res.Status)
		}
	}
}

func TestWhatIsCopiedIntoTheFolderIsServedWithoutARestart(t *testing.T) {
	r := newReleases(t)
	server := serve(t, "--redis", redistest.Start(t).URL(), "--releases", r.dir)
	token := signed(t, claims(wire.RoleDevice, "42"))
	r.asks(t, server, token, wire.ReleaseRequest{})
	r.does(t, "revoke", "3.2.1")
	r.does(t, "minimum", "3.0.0")
	eventually(t, "the new list is served", func() bool {
		m, _ := r.asks(t, server, token, wire.ReleaseRequest{})
		return m.Serial == 3 && slices.Equal(m.Revoked, []string{"3.2.1"}) && m.Minimum == "3.0.0"
	})
	if err := os.WriteFile(filepath.Join(r.dir, release.ManifestFile), []byte("half a f"), 0o600); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the log says what is wrong", func() bool {
		if m, _ := r.asks(t, server, token, wire.ReleaseRequest{}); m.Serial != 3 {
			t.Errorf("not the list before: %+v", m)
		}
		return strings.Contains(server.err.String(), "cannot be used")
	})
}

func TestAServerWithoutVersionsOfTheAppSaysSo(t *testing.T) {
	server := serve(t, "--redis", redistest.Start(t).URL())
	token := signed(t, claims(wire.RoleDevice, "42"))
	for _, req := range []*http.Request{
		as(t, token, http.MethodPost, server.url+wire.ReleasesPath("42"), "{}"),
		as(t, token, http.MethodGet, server.url+wire.ReleasePath("42", strings.Repeat("00", 32)), ""),
	} {
		if res := ask(t, req); res.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %s", req.URL, res.Status)
		}
	}
}

func TestAVersionThatTwoDevicesGaveUpIsHeldBackUntilItIsStagedAgain(t *testing.T) {
	r := newReleases(t)
	redis := redistest.Start(t)
	url := withLeastRights(t, redis)
	server := serve(t, "--redis", url, "--releases", r.dir)
	failed := wire.ReleaseRequest{Version: "3.2.0", Platform: "linux/amd64", Failed: []wire.FailedUpdate{{Version: "3.2.1", Staged: 1, Reason: "it does not answer"}}}
	var tokens []string
	for _, name := range []string{"카운터", "주방"} {
		paired := pairDevice(t, server.url, url, name)
		hear(t, server.url, paired.Token)
		tokens = append(tokens, paired.Token)
	}
	lists := func(text string) func() bool {
		return func() bool {
			_, out, _ := do(t, nothing, "devices", "--mart", "42", "--redis", url, "--json")
			return strings.Count(out, text) == 2
		}
	}
	eventually(t, "both are listed", lists(`"connected":true`))
	if _, held := r.asks(t, server, tokens[0], failed); len(held) > 0 {
		t.Errorf("held back after one: %v", held)
	}
	if _, held := r.asks(t, server, tokens[0], failed); len(held) > 0 {
		t.Errorf("one counts twice: %v", held)
	}
	if _, held := r.asks(t, server, tokens[1], failed); !slices.Equal(held, []string{"3.2.1"}) {
		t.Errorf("not held back after two: %v", held)
	}
	if !strings.Contains(server.err.String(), "held back") {
		t.Error("the log does not say so")
	}
	eventually(t, "the failures are listed", lists(`"failedUpdate":"3.2.1","failedReason":"it does not answer"`))
	if _, out, _ := do(t, nothing, "devices", "--mart", "42", "--redis", url); !strings.Contains(out, "3.2.0, gave up 3.2.1") {
		t.Errorf("devices:\n%s", out)
	}
	r.does(t, "stage", "3.2.1", "--percent", "10")
	eventually(t, "it is given out again", func() bool {
		m, held := r.asks(t, server, tokens[0], failed)
		return m.Serial == 2 && len(held) == 0
	})
	if denied := redis.Ask("ACL", "LOG"); denied != "" {
		t.Errorf("denied:\n%s", denied)
	}
}

func TestTheListIsChangedOnlyByWhoHasTheKey(t *testing.T) {
	r, other := newReleases(t), newReleases(t)
	if code, _, said := do(t, nothing, "release", "keygen", "--release-key", r.key); code != exitFailed || !strings.Contains(said, "another name") {
		t.Errorf("a key was overwritten: %s", said)
	}
	tests := []struct {
		name, key, want string
		more            []string
	}{
		{"the key", r.key, "", nil},
		{"another key", other.key, "--foreign", nil},
		{"another key on purpose", other.key, "", []string{"--foreign"}},
		{"no key", filepath.Join(r.dir, "none"), "release keygen", nil},
	}
	for _, tt := range tests {
		args := append([]string{"release", "renew", "--releases", r.dir, "--release-key", tt.key}, tt.more...)
		code, _, said := do(t, nothing, args...)
		if (code == exitDone) != (tt.want == "") || !strings.Contains(said, tt.want) {
			t.Errorf("%s: %d, %s", tt.name, code, said)
		}
	}
}

// It takes scrypt, with 1 GB, three times.
func TestAReleaseKeyThatIsEncryptedNeedsItsPassword(t *testing.T) {
	r := newReleases(t)
	key := filepath.Join(t.TempDir(), "encrypted.key")
	with := func(password string) func(string) string {
		return func(name string) string { return map[string]string{"JUMUN_RELEASE_PASSWORD": password}[name] }
	}
	if code, _, said := do(t, with("secret"), "release", "keygen", "--release-key", key); code != exitDone || said != "" {
		t.Fatal(said)
	}
	for password, want := range map[string]int{"": exitFailed, "secret": exitDone} {
		if code, _, said := do(t, with(password), "release", "renew", "--foreign", "--releases", r.dir, "--release-key", key); code != want || strings.Contains(said, "JUMUN_RELEASE_PASSWORD") != (want == exitFailed) {
			t.Errorf("with the password %q: %d, %s", password, code, said)
		}
	}
}

func TestWhatIsNoProgramOfThatVersionIsNotAdded(t *testing.T) {
	r := newReleases(t)
	self, _ := os.Executable()
	text := filepath.Join(t.TempDir(), "jumun")
	if err := os.WriteFile(text, []byte("9.8.7"), 0o700); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, want string
		args       []string
	}{
		{"a file that is no program", "no program of Go", []string{"add", "9.8.7", text}},
		{"a program of another version", "does not say", []string{"add", fmt.Sprint(4444, ".1.1"), self}},
		{"one version twice", "there already", []string{"add", "3.2.1", self}},
		{"two for one platform", "two programs", []string{"add", "9.8.7", self, self}},
		{"no version", "no version", []string{"add", "newest", self}},
		{"a version that is not there", "release list", []string{"stage", "9.8.7", "--percent", "1"}},
		{"more than all", "101 %", []string{"stage", "3.2.1", "--percent", "101"}},
	}
	for _, tt := range tests {
		if code, _, said := r.tries(t, tt.args...); code != exitFailed || !strings.Contains(said, tt.want) {
			t.Errorf("%s: %d, %s", tt.name, code, said)
		}
	}
	if out := r.does(t, "remove", "3.2.1"); strings.Contains(out, "3.2.1") {
		t.Errorf("still there: %s", out)
	}
	left, err := os.ReadDir(r.dir)
	if err != nil || len(left) != 2 {
		t.Errorf("left: %v, %v", left, err)
	}
	if _, out, _ := do(t, nothing, "release", "list", "--releases", r.dir); !strings.Contains(out, "serial 2") {
		t.Errorf("list: %s", out)
	}
}
