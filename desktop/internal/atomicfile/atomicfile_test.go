package atomicfile

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

// expectFiles checks that dir contains exactly these files.
func expectFiles(t *testing.T, dir string, names ...string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != len(names) {
		t.Fatalf("%v, %v; want %v", entries, err, names)
	}
	for i, e := range entries {
		if e.Name() != names[i] {
			t.Errorf("%v, want %v", entries, names)
		}
	}
}

func TestWriteCreatesTheFolderAndReplacesTheFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new", "folder", "file.json")
	for _, text := range []string{"the first", "2nd"} {
		if err := Write(path, []byte(text), 0o640); err != nil {
			t.Fatal(err)
		}
		if raw, err := os.ReadFile(path); err != nil || string(raw) != text {
			t.Errorf("%q, %v", raw, err)
		}
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o640 && runtime.GOOS != "windows" { // which has no modes
		t.Errorf("%v, %v", info.Mode(), err)
	}
	expectFiles(t, filepath.Dir(path), "file.json")
}

func TestAFailedWriteLeavesNothingBehind(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a folder")
	if err := os.MkdirAll(filepath.Join(path, "with content"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := Write(path, nil, 0o600); err == nil {
		t.Error("a folder was replaced")
	}
	expectFiles(t, dir, "a folder")
}
