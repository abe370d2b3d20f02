package atomicfile

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestAFileThatAnotherProgramHasOpenIsReplacedOnceItIsClosed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file.json")
	if err := Write(path, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	reader, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer time.AfterFunc(patience/4, func() { _ = reader.Close() }).Stop()
	if err := Write(path, []byte("new"), 0o600); err != nil {
		t.Fatal(err)
	}
	if raw, err := os.ReadFile(path); string(raw) != "new" {
		t.Errorf("%q, %v", raw, err)
	}
}

func TestAFileThatStaysOpenIsTold(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file.json")
	if err := Write(path, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	reader, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := Write(path, []byte("new"), 0o600); !isInUse(err) {
		t.Errorf("%v", err)
	}
	_ = reader.Close()
	expectFiles(t, filepath.Dir(path), "file.json")
}
