package platform

import (
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/windows"
)

func TestADLLBesideTheProgramIsLoadedByItsWholePathOnly(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	system, err := windows.GetSystemDirectory()
	if err != nil {
		t.Fatal(err)
	}
	library, err := os.ReadFile(filepath.Join(system, "version.dll"))
	if err != nil {
		t.Fatal(err)
	}
	const name = "jumun-test-of-dlls.dll"
	beside := filepath.Join(filepath.Dir(self), name)
	if err := os.WriteFile(beside, library, 0o600); err != nil {
		t.Fatal(err)
	}
	load := func(path string) error {
		handle, err := windows.LoadLibrary(path)
		if err == nil {
			err = windows.FreeLibrary(handle)
		}
		return err
	}
	if err := load(name); err != nil {
		t.Fatalf("Windows does not look beside the program at all: %v", err)
	}
	RestrictDLLs()
	if load(name) == nil {
		t.Error("it is loaded by its name")
	}
	if err := load(beside); err != nil {
		t.Errorf("it is not loaded by its path: %v", err)
	}
}
