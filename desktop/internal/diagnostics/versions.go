package diagnostics

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
)

// versions returns the versions of jumun, of the system and of all modules in the build.
func versions(version string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "jumun %s\n%s %s/%s, %d CPUs\n%s\n", version, runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), release())
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return b.String()
	}
	b.WriteString("\n")
	for _, m := range info.Deps {
		if m.Replace != nil {
			m = m.Replace
		}
		fmt.Fprintf(&b, "%s %s\n", m.Path, m.Version)
	}
	return b.String()
}
