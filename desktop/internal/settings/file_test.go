package settings

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/unicode"
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

func TestLoadReturnsWhatSaveStored(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new", "folder", "settings.json")
	for _, s := range []Settings{
		good(t), Default(),
		with(func(s *Settings) { s.Server, s.Insecure, s.Volume = "http://192.168.0.10", true, 1 }),
		with(func(s *Settings) { s.Server, s.Mart, s.Volume = "http://localhost:1", "강남점", 1 }),
		with(func(s *Settings) { s.PIN = hash(t, "1234") }),
	} {
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
	if info, _ := os.Stat(path); info.Mode().Perm() != 0o600 && runtime.GOOS != "windows" { // which has no modes
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
	usable := with(func(s *Settings) { s.Server, s.Mart = "https://host", "42" })
	martOnly := with(func(s *Settings) { s.Mart = "42" })
	tests := []struct {
		name, raw string
		want      Settings
	}{
		{"empty, as a power cut leaves it", "", Default()},
		{"truncated", `{"server":"https://ho`, Default()},
		{"a list", `[]`, Default()},
		{"null", `null`, Default()},
		{"not JSON", "server=https://host", Default()},
		{"too big", `{"server":"` + strings.Repeat("a", 10<<20) + `"}`, Default()},
		{"a volume above the top", `{"server":"https://host","mart":"42","volume":3}`, usable},
		{"a volume that is text", `{"server":"https://host","mart":"42","volume":"loud"}`, usable},
		{"a muted alarm", `{"server":"https://host","mart":"42","volume":0}`, usable},
		{"a relative sound", `{"server":"https://host","mart":"42","sound":"x.wav"}`, usable},
		{"a relative path of authorities", `{"server":"https://host","mart":"42","ca":"ca.pem"}`, usable},
		{"a permission that is text", `{"server":"https://host","mart":"42","insecure":"yes"}`, usable},
		{"an unencrypted server that nobody allowed", `{"server":"http://host","mart":"42"}`, martOnly},
		{"a pause that is text", `{"server":"https://host","mart":"42","repeat":"often"}`, usable},
		{"no pause", `{"server":"https://host","mart":"42","repeat":0}`, usable},
		{"half a minute", `{"server":"https://host","mart":"42","remind":0.5}`, usable},
		{"ages in the wrong order", `{"server":"https://host","mart":"42","aging":{"late":9,"veryLate":3}}`, usable},
		{"a list of ages", `{"server":"https://host","mart":"42","aging":[1,5]}`, usable},
		{"no patience", `{"server":"https://host","mart":"42","patience":0}`, usable},
		{"only one of the hours", `{"server":"https://host","mart":"42","hours":{"open":"09:00","outside":"popup"}}`, usable},
		{"a tune of a newer version", `{"server":"https://host","mart":"42","tune":"song"}`, usable},
		{"an unknown language", `{"server":"https://host","mart":"42","language":"ja"}`, usable},
		{"a scale of zero", `{"server":"https://host","mart":"42","scale":0}`, usable},
		{"an awake that is text", `{"server":"https://host","mart":"42","awake":"no"}`, usable},
		{"a login that is text", `{"server":"https://host","mart":"42","login":"yes"}`, usable},
		{"a PIN in place of its hash", `{"server":"https://host","mart":"42","pin":"1234"}`, usable},
		{"a wrong server", `{"server":"file:///etc","mart":"42"}`, martOnly},
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
				t.Errorf("the next start loads %+v, %v", again, err)
			}
		})
	}
}

func TestAFileThatPeopleEditedIsAccepted(t *testing.T) {
	path := stored(t, "{\r\n \"mart\" : \" 42 \", \"server\":\"HTTPS://Host/\", \"added\": {\"by\": [\"hand\"]}}")
	want := with(func(s *Settings) { s.Server, s.Mart = "https://host", "42" })
	if got, err := Load(path); err != nil || got != want {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestAFileThatNotepadSavedIsRead(t *testing.T) {
	const text = `{"server":"https://host","mart":42,"device":"카운터","volume":"0.5", // quiet, please
		"aging":{"late":3,},}`
	want := with(func(s *Settings) {
		s.Server, s.Mart, s.Device, s.Volume, s.Aging.Late = "https://host", "42", "카운터", 0.5, 3
	})
	as := func(e encoding.Encoding) string {
		raw, err := e.NewEncoder().String(text)
		if err != nil {
			t.Fatal(err)
		}
		return raw
	}
	for name, raw := range map[string]string{
		"UTF-8":                        text,
		"UTF-8 with a byte order mark": "\ufeff" + text,
		"Unicode":                      as(unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)),
		"Unicode big endian":           as(unicode.UTF16(unicode.BigEndian, unicode.UseBOM)),
		"ANSI on a Korean Windows":     as(korean.EUCKR),
		"Unicode without a mark":       as(unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)),
		"big endian without a mark":    as(unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)),
		"quotes of a chat program":     strings.NewReplacer(`{"`, `{“`, `":"`, `”:“`, `":`, `”:`, `","`, `”,“`, `,"`, `,“`, `",`, `”,`, `"aging`, `“aging`).Replace(text),
		"single quotes":                strings.ReplaceAll(text, `"`, "'"),
	} {
		t.Run(name, func(t *testing.T) {
			path := stored(t, raw)
			if got, err := Load(path); err != nil || got != want {
				t.Fatalf("%+v, %v", got, err)
			}
			if err := Save(path, want); err != nil {
				t.Fatal(err)
			}
			if got, err := Load(path); err != nil || got != want {
				t.Errorf("after saving: %+v, %v", got, err)
			}
		})
	}
}

func TestOneSlipCostsOneField(t *testing.T) {
	base := with(func(s *Settings) { s.Server, s.Mart, s.Volume = "https://host", "42", 0.5 })
	tests := []struct {
		name, raw, lost string
		want            Settings
	}{
		{"a comma too few", `{"server":"https://host" "mart":"42","volume":0.5}`, "", base},
		{"no bracket at the end", `{"server":"https://host","mart":"42","volume":0.5`, "", base},
		{"a quote too few", "{\"server\":\"https://host\",\n\"mart\":\"42\",\n\"device\":\"counter,\n\"volume\":0.5}", "device: settings.value-unreadable", base},
		{"a quote too few, in one line", `{"server":"https://host,"mart":"42","volume":0.5}`, "server: settings.server-not-url", with(func(s *Settings) { s.Mart, s.Volume = "42", 0.5 })},
		{"a path as Windows writes it", `{"server":"https://host","mart":"42","sound":"C:\sounds\bell.wav","volume":0.5}`, "sound: settings.value-unreadable", base},
		{"a decimal comma", `{"server":"https://host","mart":"42","volume":0,5}`, "volume: settings.volume-range", with(func(s *Settings) { s.Server, s.Mart = "https://host", "42" })},
		{"a word without quotes", `{"server":"https://host","mart":"42","volume":0.5,"language":ko}`, "language: settings.value-unreadable", base},
		{"a comma too many in the middle of a part", `{"server":"https://host" "mart":"42","volume":0.5,"aging":{"late":1,}}`, "", base},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Load(stored(t, tt.raw))
			var corrupt *CorruptError
			if !errors.As(err, &corrupt) || got != tt.want {
				t.Fatalf("%+v, %v", got, err)
			}
			var lost []string
			for _, f := range corrupt.Fields() {
				lost = append(lost, f.Error())
			}
			if strings.Join(lost, ", ") != tt.lost {
				t.Errorf("lost %q", lost)
			}
		})
	}
}

func TestMissingFieldsHaveDefaults(t *testing.T) {
	path := stored(t, `{"server":"https://host","mart":"42","volume":0.5,"aging":{"late":3}}`)
	want := with(func(s *Settings) { s.Server, s.Mart, s.Volume, s.Aging.Late = "https://host", "42", 0.5, 3 })
	if got, err := Load(path); err != nil || got != want {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestEveryFieldHasAName(t *testing.T) {
	var fields map[string]json.RawMessage
	raw, err := json.Marshal(with(func(s *Settings) {
		*s = good(t)
		s.Insecure, s.NoUpdates, s.PIN = true, true, hash(t, "1234")
	}))
	if err != nil || json.Unmarshal(raw, &fields) != nil {
		t.Fatal(err)
	}
	for name := range fields {
		if !slices.Contains(fieldNames, name) {
			t.Errorf("%s is not in fieldNames", name)
		}
	}
	if len(fields) != len(fieldNames) || len(fields) != reflect.TypeFor[Settings]().NumField()-1 { // Policy is of no file
		t.Errorf("%d fields, %d names", len(fields), len(fieldNames))
	}
}

func TestFieldsOfANewerVersionAreKept(t *testing.T) {
	path := stored(t, `{"server":"https://old","Mart":"1","sound":"/old.wav","insecure":true,"ca":"/old.pem","device":"old","tune":"bell","Hours":{"open":"09:00"},"language":"ko","pin":"old","token":{"a":[1,2]}}`)
	if err := Save(path, with(func(s *Settings) { s.Server, s.Mart, s.Volume = "https://new", "2", 1 })); err != nil {
		t.Fatal(err)
	}
	raw, _ := os.ReadFile(path)
	if s := string(bytes.Join(bytes.Fields(raw), nil)); s != `{"aging":{"late":1,"veryLate":5},"awake":true,"hours":{},"login":true,"mart":"2","patience":20,"remind":3,"repeat":2,"scale":1,`+
		`"server":"https://new","token":{"a":[1,2]},"volume":1}` {
		t.Errorf("%s", s)
	}
}

func TestSettingsThatLoadWouldRefuseAreNotSaved(t *testing.T) {
	path := stored(t, `{}`)
	for _, s := range []Settings{
		with(func(s *Settings) { s.Server = "https://host/path" }),
		with(func(s *Settings) { s.Mart = "4 2" }),
		with(func(s *Settings) { s.Hours.Open = "09:00" }),
		with(func(s *Settings) { s.PIN = "1234" }),
		{},
	} {
		if err := Save(path, s); err == nil {
			t.Errorf("%+v was saved", s)
		}
	}
}

func TestAFolderInPlaceOfTheFileIsLeftAlone(t *testing.T) {
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
	f.Add([]byte(`{"repeat":60,"remind":0,"aging":{"late":3},"hours":{"open":"오전 9시","close":"2200","outside":"popup"},"patience":5}`))
	f.Add([]byte(`{"tune":"bell","language":"en","scale":2.5,"login":false,"pin":"$2a$10$","aging":null,"hours":[]}`))
	f.Add([]byte("\ufeff{\"mart\":42,//x\n\"aging\":{\"late\":1,},\"volume\":\"0.5\" \"pin\":/*}"))
	f.Add([]byte("\xff\xfe{\x00\"\x00p\x00i\x00n\x00\"\x00:\x00"))
	f.Add([]byte(`{"popup":{"corner":" top-left\n","monitor":"DP-1\u0000"}}`))
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
