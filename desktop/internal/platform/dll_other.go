//go:build !windows

package platform

// RestrictDLLs does nothing: only Windows looks for libraries beside the program.
func RestrictDLLs() {}
