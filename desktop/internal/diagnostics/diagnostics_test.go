package diagnostics

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/settings"
)

// token is a device token like those of the server.
const token = "eyJhbGciOiJFZERTQSJ9.eyJtYXJ0IjoiNDIifQ.c2lnbmF0dXJlLW9mLWl0"

// logDir returns a folder with files, each a minute older than the one before.
func logDir(t *testing.T, files ...string) string {
	t.Helper()
	dir := t.TempDir()
	for i := 0; i < len(files); i += 2 {
		path := filepath.Join(dir, files[i])
		at := time.Date(2024, 7, 27, 12, -i, 0, 0, time.UTC)
		if err := errors.Join(os.WriteFile(path, []byte(files[i+1]), 0o600), os.Chtimes(path, at, at)); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// pack returns the files in the zip of in.
func pack(t *testing.T, in Contents) map[string]string {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, in); err != nil {
		t.Fatal(err)
	}
	return unzip(t, b.Bytes())
}

func unzip(t *testing.T, raw []byte) map[string]string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		raw, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		files[f.Name] = string(raw)
	}
	return files
}

func TestTheZipDescribesThisPC(t *testing.T) {
	files := pack(t, Contents{
		LogDir: logDir(t,
			"jumun.log", "time=3 level=INFO msg=well\ntime=4 level=ERROR msg=worse\n",
			"crash-20240727T150405.000000Z.txt", "panic: it was so\nlevel=ERROR \n",
			"jumun.1.log", "time=1 level=ERROR msg=bad\ntime=2 level=WARN msg=hm\n"),
		Settings: settings.Settings{Server: "https://jumun.example.com", Mart: "42", Volume: 0.8},
		Status:   &ipc.Status{State: ipc.Lost, Waiting: []ipc.Card{{Key: ipc.Key{Mart: "42", Order: "1001"}}}},
		Version:  "v1.2.3",
	})
	for name, part := range map[string]string{
		"log/jumun.log":                         "msg=well",
		"log/jumun.1.log":                       "msg=hm",
		"log/crash-20240727T150405.000000Z.txt": "panic: it was so",
		"settings.json":                         `"mart": "42"`,
		"status.json":                           `"order": "1001"`,
		"versions.txt":                          "jumun v1.2.3\n" + runtime.Version(),
	} {
		if !strings.Contains(files[name], part) {
			t.Errorf("%s lacks %q: %q", name, part, files[name])
		}
	}
	if want := "time=1 level=ERROR msg=bad\ntime=4 level=ERROR msg=worse\n"; files["errors.txt"] != want {
		t.Errorf("errors %q", files["errors.txt"])
	}
	if len(files) != 7 {
		t.Errorf("%d files", len(files))
	}
}

func TestNoSecretIsInTheZip(t *testing.T) {
	dir := logDir(t, "jumun.log", "Authorization: Bearer "+token+"\nurl=https://kim:hunter2@jumun.example.com/\n",
		"crash-1.txt", "goroutine 1: "+token+"\n", "tokens.json", `{"token":"plain-words"}`, "orders.log", "orders")
	if err := os.Symlink("tokens.json", filepath.Join(dir, "jumun.linked.log")); err != nil {
		t.Fatal(err)
	}
	files := pack(t, Contents{
		LogDir:   dir,
		Settings: settings.Settings{Server: "https://kim:hunter2@jumun.example.com", PIN: "hash-of-2580", Enrol: "ABCDE-FGHJK"},
		Status: &ipc.Status{Server: "https://kim:hunter2@jumun.example.com", Detail: "401 for " + token, Waiting: []ipc.Card{{Summary: "떡볶이", Amount: "12,000원"}},
			Cancelled: []ipc.Card{{Summary: "떡볶이", Amount: "12,000원"}}},
	})
	for name, text := range files {
		for _, secret := range []string{"eyJ", "c2lnbmF0dXJl", "hunter2", "kim", "plain-words", "hash-of", "FGHJK", "떡볶이", "12,000"} {
			if strings.Contains(text, secret) {
				t.Errorf("%s contains %s: %s", name, secret, text)
			}
		}
		if strings.Contains(name, "tokens") || strings.Contains(name, "linked") || strings.Contains(name, "orders") {
			t.Errorf("%s is packed", name)
		}
	}
	var s settings.Settings
	if err := json.Unmarshal([]byte(files["settings.json"]), &s); err != nil || s.Server != "https://***@jumun.example.com" {
		t.Errorf("%v, %+v", err, s)
	}
}

func TestWriteDoesNotChangeTheStatus(t *testing.T) {
	s := &ipc.Status{Waiting: []ipc.Card{{Summary: "떡볶이"}}}
	pack(t, Contents{LogDir: t.TempDir(), Status: s})
	if s.Waiting[0].Summary == "" {
		t.Error("the card was changed")
	}
}

func TestTheOldestLogsAreCutOff(t *testing.T) {
	line := strings.Repeat("x", 99) + "\n"
	big := strings.Repeat(line, 12)
	dir := logDir(t, "jumun.log", big, "jumun.1.log", "half a line\n"+big, "jumun.2.log", big, "jumun.3.log", big)
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	if err := errors.Join(addLogs(z, dir, 2050, &errorLines{}), z.Close()); err != nil {
		t.Fatal(err)
	}
	files := unzip(t, b.Bytes())
	for name, want := range map[string]int{"jumun.log": 12, "jumun.1.log": 8, "jumun.2.log": 0, "jumun.3.log": 0} {
		if got := files["log/"+name]; got != strings.Repeat(line, want) {
			t.Errorf("of %s %d bytes are packed", name, len(got))
		}
	}
}

func TestAnIncompleteLineIsLeftOut(t *testing.T) {
	dir := logDir(t, "jumun.log", "before "+token+" after\nthe next\n")
	got, err := readTail(filepath.Join(dir, "jumun.log"), 30)
	if err != nil || string(got) != "the next\n" {
		t.Errorf("%q, %v", got, err)
	}
}

func TestTheLastErrorsAreKept(t *testing.T) {
	var e errorLines
	for _, first := range []int{300, 150, 0} { // the newest log comes first
		var log bytes.Buffer
		for n := range 150 {
			fmt.Fprintf(&log, "n=%d level=ERROR \n", first+n)
		}
		e.addOlder(log.Bytes())
	}
	text := string(e.text())
	if !strings.HasPrefix(text, "n=250 ") || !strings.HasSuffix(text, "n=449 level=ERROR \n") || len(e.lines) != maxErrors {
		t.Errorf("%d from %.10q", len(e.lines), text)
	}
}

func TestAMissingFolderIsNoError(t *testing.T) {
	if files := pack(t, Contents{LogDir: filepath.Join(t.TempDir(), "none")}); files["versions.txt"] == "" {
		t.Errorf("%v", files)
	}
}

// A fullDisk cannot be written to.
type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errors.New("no space left") }

func TestAFullDiskIsAnError(t *testing.T) {
	if err := Write(fullDisk{}, Contents{LogDir: t.TempDir()}); err == nil {
		t.Error("no error")
	}
}

func TestTheLogsOfAFolderOfAnyNameAreFound(t *testing.T) {
	for _, name := range []string{"log", "a[b", "강남[점]"} {
		dir := filepath.Join(t.TempDir(), name)
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		for _, file := range []string{"jumun.log", "crash-1.txt", "photo.txt"} {
			if err := os.WriteFile(filepath.Join(dir, file), nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if got := logFiles(dir); len(got) != 2 {
			t.Errorf("in %s are %v", name, got)
		}
	}
}
