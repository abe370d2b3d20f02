//go:build linux

package counter

import (
	"path/filepath"
	"testing"
)

func TestProcessesShareACounter(t *testing.T) {
	path := filepath.Join(t.TempDir(), "tally")
	one, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	one.Arrived.Add(3)
	other, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	other.Wanted.Store(7)
	if other.Arrived.Load() != 3 || one.Wanted.Load() != 7 {
		t.Errorf("%d and %d", other.Arrived.Load(), one.Wanted.Load())
	}
}
