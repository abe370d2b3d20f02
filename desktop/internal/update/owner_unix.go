//go:build unix

package update

import (
	"os"
	"syscall"
)

// isOwner reports whether a file is not another user's.
func isOwner(path string) bool {
	info, err := os.Stat(path)
	if err != nil {
		return true // others say what is wrong
	}
	is, ok := info.Sys().(*syscall.Stat_t)
	return !ok || int(is.Uid) == os.Getuid()
}
