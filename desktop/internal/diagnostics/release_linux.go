package diagnostics

import (
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// release returns the name of the distribution (os-release(5)) and of the kernel.
func release() string {
	var name string
	raw, _ := os.ReadFile("/etc/os-release") // not every system has it
	for line := range strings.Lines(string(raw)) {
		if value, found := strings.CutPrefix(strings.TrimSpace(line), "PRETTY_NAME="); found {
			name = strings.Trim(value, `"'`) + ", "
		}
	}
	var u unix.Utsname
	if err := unix.Uname(&u); err != nil {
		return name + err.Error()
	}
	return name + unix.ByteSliceToString(u.Sysname[:]) + " " + unix.ByteSliceToString(u.Release[:])
}
