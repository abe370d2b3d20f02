package logfile

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func open(t *testing.T, path string, stderr *os.File) *Log {
	t.Helper()
	l, err := New(path, stderr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return l
}

func write(t *testing.T, l *Log, text string) {
	t.Helper()
	if n, err := l.Write([]byte(text)); n != len(text) || err != nil {
		t.Fatalf("%d, %v", n, err)
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// newStderr returns a standard error that is not the log.
func newStderr(t *testing.T) *os.File {
	t.Helper()
	f, err := os.Create(filepath.Join(t.TempDir(), "stderr"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

func TestEveryLineIsInTheFileAndOnStandardError(t *testing.T) {
	path, stderr := Path(filepath.Join(t.TempDir(), "jumun", "settings.json")), newStderr(t)
	write(t, open(t, path, stderr), "one\n")
	write(t, open(t, path, stderr), "two\n")
	if got := read(t, path); got != "one\ntwo\n" {
		t.Errorf("log %q", got)
	}
	if got := read(t, stderr.Name()); got != "one\ntwo\n" {
		t.Errorf("standard error %q", got)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 && runtime.GOOS != "windows" { // which has no modes
		t.Errorf("%v, %v", info.Mode(), err)
	}
}

func TestALineIsWrittenOnceWhenStandardErrorIsTheLog(t *testing.T) {
	path := filepath.Join(t.TempDir(), "jumun.log")
	stderr, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer stderr.Close()
	write(t, open(t, path, stderr), "one\n")
	if got := read(t, path); got != "one\n" {
		t.Errorf("log %q", got)
	}
}

func TestTheLogIsWrittenWhenNobodyReadsStandardError(t *testing.T) {
	path := filepath.Join(t.TempDir(), "jumun.log")
	reader, stderr, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer stderr.Close()
	_ = reader.Close()
	write(t, open(t, path, stderr), "one\n")
	if got := read(t, path); got != "one\n" {
		t.Errorf("log %q", got)
	}
}

func TestAFullFileIsCopiedAndTheOldestIsDeleted(t *testing.T) {
	path := filepath.Join(t.TempDir(), "jumun.log")
	child, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer child.Close()
	l := open(t, path, newStderr(t))
	page := strings.Repeat("x", maxSize-2) + "\n"
	for _, c := range "abcdefg" {
		write(t, l, string(c)+page)
	}
	if _, err := child.WriteString("a child's line\n"); err != nil {
		t.Fatal(err)
	}
	if got := read(t, path); got != "a child's line\n" {
		t.Errorf("the newest begins with %.20q and has %d bytes", got, len(got))
	}
	for n, c := range map[int]string{1: "g", 2: "f", 3: "e", 4: "d"} {
		if got := read(t, older(path, n)); got != c+page {
			t.Errorf("%d before it is %.1q with %d bytes, want %q", n, got, len(got), c)
		}
	}
	if files, err := filepath.Glob(filepath.Join(filepath.Dir(path), "*")); len(files) != maxFiles || err != nil {
		t.Errorf("files %q, %v", files, err)
	}
}

func TestTrimBoundsWhatAChildWrote(t *testing.T) {
	path := filepath.Join(t.TempDir(), "jumun.log")
	l := open(t, path, newStderr(t))
	child, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer child.Close()
	if _, err := child.Write(append(bytes.Repeat([]byte("x"), 3*maxSize), "the end\n"...)); err != nil {
		t.Fatal(err)
	}
	if err := l.Trim(); err != nil {
		t.Fatal(err)
	}
	if got := read(t, older(path, 1)); len(got) != maxSize || !strings.HasSuffix(got, "the end\n") || read(t, path) != "" {
		t.Errorf("kept %d bytes", len(got))
	}
}

func TestAFolderThatCannotBeCreatedIsAnError(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := New(filepath.Join(file, "jumun.log"), os.Stderr); err == nil {
		t.Error("no error")
	}
}
