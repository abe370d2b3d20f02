package platform

import (
	"os"
	"path/filepath"
	"testing"
)

func TestTheProgramHasASecondNameBesideMesa(t *testing.T) {
	dir := t.TempDir()
	program := filepath.Join(dir, "jumun.exe")
	write := func(path, text string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	write(program, "one")
	if twin, err := MesaProgram(program); err == nil {
		t.Errorf("without Mesa there is %s", twin)
	}
	if err := os.Mkdir(filepath.Join(dir, mesaFolder), 0o700); err != nil {
		t.Fatal(err)
	}
	write(filepath.Join(dir, mesaFolder, "opengl32.dll"), "")
	for _, version := range []string{"one", "one", "two"} {
		write(program+".new", version)
		if err := os.Rename(program+".new", program); err != nil { // as an update does
			t.Fatal(err)
		}
		twin, err := MesaProgram(program)
		if err != nil || filepath.Dir(twin) != filepath.Join(dir, mesaFolder) {
			t.Fatalf("%s, %v", twin, err)
		}
		if text, err := os.ReadFile(twin); string(text) != version || err != nil {
			t.Errorf("%q, %v; want %q", text, err, version)
		}
	}
}
