//go:build !windows

package player

// present has nothing to find out here: opening says it.
func present() error { return nil }
