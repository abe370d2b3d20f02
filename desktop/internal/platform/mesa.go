package platform

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// mesaFolder is where Mesa's DLLs lie, beside the program, if they are installed: they draw where a PC has no graphics
// driver, as in a remote session.
const mesaFolder = "mesa"

// MesaProgram returns the path of a second name of the program at path, in the folder of Mesa: Windows takes the DLLs that a
// program imports from the program's folder first. There the DLLs serve this name alone; beside the program they would
// serve every PC, and slowly. It makes that name, or makes it anew after an update. It is an error if Mesa is not
// installed.
func MesaProgram(path string) (string, error) {
	folder := filepath.Join(filepath.Dir(path), mesaFolder)
	if _, err := os.Stat(filepath.Join(folder, "opengl32.dll")); err != nil {
		return "", err
	}
	program, err := os.Stat(path)
	if err != nil {
		return "", err
	}
	twin := filepath.Join(folder, filepath.Base(path))
	if other, err := os.Stat(twin); err == nil && os.SameFile(program, other) {
		return twin, nil
	}
	if err := os.Remove(twin); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	return twin, os.Link(path, twin)
}
