package settings

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"jumun/desktop/pipe"
)

// stored writes a settings file and returns its path.
func stored(t testing.TB, raw string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "settings.json")
	if err := os.WriteFile(path, []byte(raw), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestWhatIsSavedIsLoaded(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new", "folder", "settings.json")
	for _, s := range []pipe.Settings{good(t), Default(), {Server: "http://192.168.0.10", Insecure: true, Volume: 1}, {Server: "http://localhost:1", Mart: "강남점", Volume: 1}} {
		if err := Save(path, s); err != nil {
			t.Fatal(err)
		}
		if got, err := Load(path); err != nil || got != s {
			t.Errorf("%+v, %v; want %+v", got, err, s)
		}
	}
	names, _ := os.ReadDir(filepath.Dir(path))
	if len(names) != 1 {
		t.Errorf("left behind: %v", names)
	}
	if info, _ := os.Stat(path); info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v", info.Mode())
	}
}

func TestAMissingFileMeansDefaults(t *testing.T) {
	got, err := Load(filepath.Join(t.TempDir(), "settings.json"))
	if err != nil || got != Default() {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestACorruptFileIsKeptAside(t *testing.T) {
	usable := pipe.Settings{Server: "https://host", Mart: "42", Volume: Default().Volume}
	tests := []struct {
		name, raw string
		want      pipe.Settings
	}{
		{"empty, as a power cut leaves it", "", Default()},
		{"half of it", `{"server":"https://ho`, Default()},
		{"a list", `[]`, Default()},
		{"null", `null`, Default()},
		{"not JSON", "server=https://host", Default()},
		{"too big", `{"server":"` + strings.Repeat("a", 10<<20) + `"}`, Default()},
		{"a volume above the top", `{"server":"https://host","mart":"42","volume":3}`, usable},
		{"a volume in words", `{"server":"https://host","mart":"42","volume":"loud"}`, usable},
		{"a muted alarm", `{"server":"https://host","mart":"42","volume":0}`, usable},
		{"a relative sound", `{"server":"https://host","mart":"42","sound":"x.wav"}`, usable},
		{"a relative path of authorities", `{"server":"https://host","mart":"42","ca":"ca.pem"}`, usable},
		{"a permission in words", `{"server":"https://host","mart":"42","insecure":"yes"}`, usable},
		{"an unencrypted server that nobody allowed", `{"server":"http://host","mart":"42"}`, pipe.Settings{Mart: "42", Volume: Default().Volume}},
		{"a wrong server", `{"server":"file:///etc","mart":"42"}`, pipe.Settings{Mart: "42", Volume: Default().Volume}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := stored(t, tt.raw)
			got, err := Load(path)
			var corrupt *CorruptError
			if !errors.As(err, &corrupt) || got != tt.want {
				t.Fatalf("%+v, %v", got, err)
			}
			if kept, err := os.ReadFile(corrupt.Kept); err != nil || string(kept) != tt.raw || corrupt.Kept != path+".bad" {
				t.Errorf("kept in %q: %v", corrupt.Kept, err)
			}
			if again, err := Load(path); err != nil || again != tt.want {
				t.Errorf("the next start knows %+v, %v", again, err)
			}
		})
	}
}

func TestAFileThatPeopleTouchedIsGood(t *testing.T) {
	path := stored(t, "{\r\n \"mart\" : \" 42 \", \"server\":\"HTTPS://Host/\", \"added\": {\"by\": [\"hand\"]}}")
	want := pipe.Settings{Server: "https://host", Mart: "42", Volume: Default().Volume}
	if got, err := Load(path); err != nil || got != want {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestWhatANewerVersionWroteIsKept(t *testing.T) {
	path := stored(t, `{"server":"https://old","Mart":"1","sound":"/old.wav","insecure":true,"ca":"/old.pem","device":"old","token":{"a":[1,2]}}`)
	if err := Save(path, pipe.Settings{Server: "https://new", Mart: "2", Volume: 1}); err != nil {
		t.Fatal(err)
	}
	raw, _ := os.ReadFile(path)
	if s := string(bytes.Join(bytes.Fields(raw), nil)); s != `{"mart":"2","server":"https://new","token":{"a":[1,2]},"volume":1}` {
		t.Errorf("%s", s)
	}
}

func TestWhatLoadWouldNotTakeIsNotSaved(t *testing.T) {
	path := stored(t, `{}`)
	for _, s := range []pipe.Settings{{Server: "https://host/path", Volume: 1}, {Mart: "4 2", Volume: 1}, {}} {
		if err := Save(path, s); err == nil {
			t.Errorf("%+v was saved", s)
		}
	}
}

func TestWhatIsNoFileIsLeftAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "settings.json")
	if err := os.Mkdir(path, 0o700); err != nil {
		t.Fatal(err)
	}
	got, err := Load(path)
	var corrupt *CorruptError
	if err == nil || errors.As(err, &corrupt) || got != Default() {
		t.Errorf("%+v, %v", got, err)
	}
	if err := Save(path, good(t)); err == nil {
		t.Error("saved over a folder")
	}
	if names, _ := os.ReadDir(filepath.Dir(path)); len(names) != 1 {
		t.Errorf("left behind: %v", names)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(`{"server":"https://host","mart":"42","volume":0.5,"sound":"/a.wav","other":[1]}`))
	f.Add([]byte(`{"server":"http://host","insecure":true,"device":" a\nb ","ca":"/ca.pem"}`))
	f.Add([]byte(`{"device":["a"],"insecure":1,"ca":"ca.pem"}`))
	f.Add([]byte(`{"volume":1e999}`))
	f.Add([]byte(`{"mart":null,"server":" ://"}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		s, _ := parse(raw)
		for name, problem := range Check(s) {
			if !isMissing(problem) {
				t.Fatalf("%s: %s in %+v", name, problem, s)
			}
		}
	})
}
