package release

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"aead.dev/minisign"
)

var now = time.Date(2027, 3, 1, 3, 0, 0, 0, time.UTC)

const linux = "linux/amd64"

func release(version string, percent int) Release {
	return Release{Version: version, Percent: percent, Staged: 1, Files: []File{
		{Platform: linux, Name: "jumun-" + version + "-linux-amd64", Size: 10, SHA256: strings.Repeat("ab", 32)},
	}}
}

func manifest(releases ...Release) Manifest {
	return Manifest{Name: Name, Serial: 7, Issued: now.Add(-time.Hour), Expires: now.Add(time.Hour), Releases: releases}
}

func newKey(t testing.TB) (Keys, minisign.PrivateKey) {
	t.Helper()
	public, private, err := minisign.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return Keys{public}, private
}

func signed(t testing.TB, m Manifest, key minisign.PrivateKey) (text, signature []byte) {
	t.Helper()
	text, signature, err := m.Sign(key)
	if err != nil {
		t.Fatal(err)
	}
	return text, signature
}

func TestOnlyAListOfOurKeysThatIsNeitherOldNorExpiredIsOpened(t *testing.T) {
	keys, private := newKey(t)
	others, foreign := newKey(t)
	text, signature := signed(t, manifest(release("1.2.0", 100)), private)
	_, byAnother := signed(t, manifest(release("1.2.0", 100)), foreign)
	_, ofAnother := signed(t, manifest(release("1.3.0", 100)), private)
	changed := bytes.Replace(text, []byte(`"percent": 100`), []byte(`"percent": 10 `), 1)
	tests := []struct {
		name            string
		keys            Keys
		text, signature []byte
		seen            int64
		at              time.Time
		want            error
	}{
		{"the list", keys, text, signature, 0, now, nil},
		{"the same once more", keys, text, signature, 7, now, nil},
		{"by the second of two keys", append(others, keys...), text, signature, 0, now, nil},
		{"older than one that was seen", keys, text, signature, 8, now, ErrOld},
		{"expired", keys, text, signature, 0, now.Add(time.Hour), ErrExpired},
		{"signed by another key", keys, text, byAnother, 0, now, ErrSignature},
		{"the signature of another list", keys, text, ofAnother, 0, now, ErrSignature},
		{"a changed list", keys, changed, signature, 0, now, ErrSignature},
		{"no signature", keys, text, nil, 0, now, ErrSignature},
		{"a program without keys", nil, text, signature, 0, now, ErrSignature},
		{"an endless signature", keys, text, append(signature, make([]byte, MaxSignature)...), 0, now, ErrSignature},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m, err := tt.keys.Open(tt.text, tt.signature, tt.seen, tt.at)
			if !errors.Is(err, tt.want) || err == nil && len(m.Releases) != 1 {
				t.Errorf("%v, %v", m, err)
			}
		})
	}
}

func TestAListThatSaysWhatCannotBeIsNotSigned(t *testing.T) {
	_, private := newKey(t)
	file := func(f File) Release {
		r := release("1.2.0", 1)
		r.Files[0] = f
		return r
	}
	good := release("1.2.0", 1).Files[0]
	tests := map[string]func(*Manifest){
		"of another program":     func(m *Manifest) { m.Name = "other" },
		"without a serial":       func(m *Manifest) { m.Serial = 0 },
		"without an end":         func(m *Manifest) { m.Expires = time.Time{} },
		"more than all":          func(m *Manifest) { m.Releases[0].Percent = 101 },
		"no version":             func(m *Manifest) { m.Releases[0].Version = "1.2" },
		"a version with a build": func(m *Manifest) { m.Releases[0].Version = "1.2.0+abc" },
		"one version twice":      func(m *Manifest) { m.Releases = append(m.Releases, release("1.2.0", 1)) },
		"a path for a name":      func(m *Manifest) { f := good; f.Name = "../jumun"; m.Releases[0] = file(f) },
		"half a sum":             func(m *Manifest) { f := good; f.SHA256 = "abab"; m.Releases[0] = file(f) },
		"an endless file":        func(m *Manifest) { f := good; f.Size = MaxSize + 1; m.Releases[0] = file(f) },
		"an empty file":          func(m *Manifest) { f := good; f.Size = 0; m.Releases[0] = file(f) },
		"no platform":            func(m *Manifest) { f := good; f.Platform = "Windows"; m.Releases[0] = file(f) },
		"one platform twice":     func(m *Manifest) { m.Releases[0].Files = append(m.Releases[0].Files, good) },
		"a minimum of words":     func(m *Manifest) { m.Minimum = "newest" },
		"revoked words":          func(m *Manifest) { m.Revoked = []string{"all"} },
		"more than it may have":  func(m *Manifest) { m.Revoked = make([]string, MaxRevoked+1) },
	}
	for name, spoil := range tests {
		m := manifest(release("1.2.0", 1))
		spoil(&m)
		if _, _, err := m.Sign(private); err == nil {
			t.Errorf("%s: it was signed", name)
		}
		if text, err := json.Marshal(m); err != nil {
			t.Error(err)
		} else if _, err := Parse(text); !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: it is read: %v", name, err)
		}
	}
}

func TestWhatADeviceTakes(t *testing.T) {
	later, wrong, draft := release("1.4.0", 100), release("1.4.0", 100), release("1.4.0", 0)
	later.NotBefore = now.Add(time.Minute)
	wrong.Files[0].Platform = "windows/amd64"
	all := manifest(release("1.1.0", 100), release("1.3.0", 100), release("1.2.0", 100))
	with := func(change func(*Manifest)) Manifest {
		m := manifest(slices.Clone(all.Releases)...)
		change(&m)
		return m
	}
	tests := []struct {
		name     string
		manifest Manifest
		device   Device
		want     string
		urgent   bool
	}{
		{"the newest", all, Device{Version: "1.1.0"}, "1.3.0", false},
		{"a commit counts for nothing", all, Device{Version: "1.3.0+1a2b3c4.dirty"}, "", false},
		{"none that is older", all, Device{Version: "2.0.0"}, "", false},
		{"a release after what came before it", all, Device{Version: "1.3.0-rc.1"}, "1.3.0", false},
		{"a build of a developer takes nothing", all, Device{Version: "dev"}, "", false},
		{"one that failed here, or is held back, is passed over", all, Device{Version: "1.1.0", Barred: []string{"1.3.0"}}, "1.2.0", false},
		{"not yet", manifest(release("1.2.0", 100), later), Device{Version: "1.2.0"}, "", false},
		{"for another platform", manifest(wrong), Device{Version: "1.2.0"}, "", false},
		{"for nobody", manifest(draft), Device{Version: "1.2.0"}, "", false},
		{"for some, to a device without an ID", manifest(release("1.4.0", 99)), Device{Version: "1.2.0"}, "", false},
		{"what is too old is replaced at once, though not for all yet", with(func(m *Manifest) { m.Minimum, m.Releases[1].Percent = "1.2.0", 1 }), Device{Version: "1.1.0"}, "1.3.0", true},
		{"what nobody may run is left, also for an older one", with(func(m *Manifest) { m.Revoked = []string{"1.3.0"} }), Device{Version: "1.3.0+abc"}, "1.2.0", true},
		{"what nobody may run is not taken", with(func(m *Manifest) { m.Revoked = []string{"1.3.0"} }), Device{Version: "1.1.0"}, "1.2.0", false},
		{"of what is left", with(func(m *Manifest) { m.Revoked = []string{"1.3.0", "1.2.0", "1.1.0"} }), Device{Version: "1.3.0"}, "", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.device.Platform = linux
			got, ok := tt.manifest.Choose(tt.device, now)
			if got.Version != tt.want || ok != (tt.want != "") || got.Urgent != tt.urgent {
				t.Errorf("%+v, %v", got, ok)
			}
		})
	}
}

func TestAPercentageIsOfTheDevicesAndGrowsByOthersOnly(t *testing.T) {
	takes := func(device string, percent int) bool {
		_, ok := manifest(release("1.2.0", percent)).Choose(Device{ID: device, Version: "1.1.0", Platform: linux}, now)
		return ok
	}
	count := map[int]int{}
	for n := range 2000 {
		device := fmt.Sprint("device-", n)
		for _, percent := range []int{10, 50, 100} {
			if takes(device, percent) {
				count[percent]++
			}
		}
		if takes(device, 10) && !takes(device, 50) {
			t.Errorf("%s loses it when there are more", device)
		}
	}
	if count[10] < 150 || count[10] > 250 || count[50] < 900 || count[50] > 1100 || count[100] != 2000 {
		t.Errorf("of 2000 devices: %v", count)
	}
}

func TestMinisignItselfTakesOurSignature(t *testing.T) {
	program, err := exec.LookPath("minisign")
	if err != nil {
		t.Skip("minisign is not installed")
	}
	keys, private := newKey(t)
	text, signature := signed(t, manifest(release("1.2.0", 100)), private)
	file := filepath.Join(t.TempDir(), ManifestFile)
	for path, content := range map[string][]byte{file: text, file + ".minisig": signature} {
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	out, err := exec.Command(program, "-V", "-m", file, "-P", keys[0].String()).CombinedOutput()
	if err != nil || !strings.Contains(string(out), "serial 7") {
		t.Errorf("%v: %s", err, out)
	}
}

func TestKeysAreReadAsMinisignWritesThem(t *testing.T) {
	one, _ := newKey(t)
	two, _ := newKey(t)
	if keys, err := ParseKeys(one[0].String() + "\n" + two[0].String()); err != nil || len(keys) != 2 {
		t.Errorf("%v, %v", keys, err)
	}
	if keys, err := ParseKeys(""); err != nil || len(keys) != 0 {
		t.Errorf("%v, %v", keys, err)
	}
	if _, err := ParseKeys("RWnonsense"); err == nil {
		t.Error("nonsense is a key")
	}
}

// FuzzParse proves that no text makes Parse crash, that it takes nothing that could not be signed, and that what
// is chosen is for the device.
func FuzzParse(f *testing.F) {
	_, private := newKey(f)
	text, _ := signed(f, manifest(release("1.2.0", 50), release("1.3.0-rc.1", 100)), private)
	f.Add(text)
	f.Add([]byte(`{"name":"jumun","serial":1,"expires":"2027-01-01T00:00:00Z","releases":null}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		m, err := Parse(text)
		if err != nil {
			if !errors.Is(err, ErrMalformed) {
				t.Errorf("%v", err)
			}
			return
		}
		if err := m.check(); err != nil {
			t.Errorf("%v", err)
		}
		d := Device{ID: "pc-1", Version: "1.2.0", Platform: linux, Barred: []string{"1.2.1"}}
		if c, ok := m.Choose(d, now); ok && (c.Platform != linux || c.Version == "1.2.1" || c.Size <= 0 || strings.ContainsAny(c.Name, `/\`)) {
			t.Errorf("%+v", c)
		}
	})
}
