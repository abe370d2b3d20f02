package platform

import (
	"os"
	"path/filepath"
	"strings"
)

// isPassing reports whether an executable lies where it will not stay: a temporary folder, a folder of
// downloads, or a medium that can be taken out.
func isPassing(exe string) bool {
	home, _ := os.UserHomeDir() // without one there are no downloads
	places := append([]string{os.TempDir()}, removablePlaces...)
	if home != "" {
		places = append(places, filepath.Join(home, "Downloads"), filepath.Join(home, "다운로드"))
	}
	for _, place := range places {
		if isIn(exe, place) {
			return true
		}
	}
	return isOnRemovableDrive(exe)
}

// isIn reports whether a path is below a folder. Windows and macOS do not tell capitals apart.
func isIn(path, dir string) bool {
	return strings.HasPrefix(strings.ToLower(path), strings.ToLower(filepath.Clean(dir)+string(filepath.Separator)))
}
