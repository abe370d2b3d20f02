//go:build !windows

package platform

// AllowForeground does nothing: here each process may open windows in the foreground.
func AllowForeground(int) {}
