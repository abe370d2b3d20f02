//go:build !windows

package platform

// removablePlaces are where systems mount what can be taken out: udisks2 and people on Linux (Filesystem
// Hierarchy Standard 3.0, sections 3.11 and 3.12), macOS.
var removablePlaces = []string{"/media", "/run/media", "/mnt", "/Volumes"}

func isOnRemovableDrive(string) bool { return false }
