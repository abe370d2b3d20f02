package diagnostics

import (
	"fmt"

	"golang.org/x/sys/windows"
)

// release returns the version of Windows. Windows 11 is 10.0 with a build of 22000 or more.
func release() string {
	v := windows.RtlGetVersion()
	return fmt.Sprintf("Windows %d.%d.%d", v.MajorVersion, v.MinorVersion, v.BuildNumber)
}
