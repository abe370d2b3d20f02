//go:build !linux && !windows

package diagnostics

// release is not implemented here: nothing needs it.
func release() string { return "release unknown" }
