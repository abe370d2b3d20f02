//go:build !windows

package atomicfile

import "os"

// Rename replaces the file at to by the one at from, as os.Rename does.
func Rename(from, to string) error { return os.Rename(from, to) }
