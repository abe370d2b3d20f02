//go:build !linux && !windows

package diagnostics

// release is not told where nothing needs it.
func release() string { return "release unknown" }
