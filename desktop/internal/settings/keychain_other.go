//go:build !linux && !freebsd && !openbsd && !netbsd

package settings

import (
	"context"
	"runtime"
	"time"
)

// mayHaveKeychain returns true: the keychain is a part of the system.
func mayHaveKeychain() bool { return true }

// findCollection returns nil: the first call shows whether there is one.
func findCollection() error { return nil }

func isAbsent(error) bool { return false }

// askAgain is how soon the keychain is asked again. On macOS each question may open a window, and a person
// who closes it wants some rest. Windows asks nobody.
func askAgain() time.Duration {
	if runtime.GOOS == "windows" {
		return 5 * time.Second
	}
	return 2 * time.Minute
}

// keychainState returns always the same: the system does not tell.
func keychainState(context.Context) string { return "" }

// keychainSignals returns none.
func keychainSignals(context.Context) (signals <-chan struct{}, stop func()) { return nil, func() {} }
