package platform

import (
	"path/filepath"

	"golang.org/x/sys/windows"
)

// This file was compiled but never run on Windows.

var removablePlaces []string

// isOnRemovableDrive reports whether a path is on a stick, a disc or a network drive.
func isOnRemovableDrive(path string) bool {
	root, err := windows.UTF16PtrFromString(filepath.VolumeName(path) + `\`)
	if err != nil {
		return false
	}
	switch windows.GetDriveType(root) {
	case windows.DRIVE_REMOVABLE, windows.DRIVE_CDROM, windows.DRIVE_REMOTE:
		return true
	}
	return false
}
