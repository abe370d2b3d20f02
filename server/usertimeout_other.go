//go:build !linux

package main

import (
	"syscall"
	"time"
)

// setUserTimeout does nothing here: keep-alives and write deadlines find dead peers, later.
func setUserTimeout(syscall.RawConn, time.Duration) error { return nil }
