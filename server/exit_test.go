package main

import "time"

// The exit codes of the program, as --help gives them.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
)

// What the server gives itself and others, by its documents.
const (
	deadAfter  = 30 * time.Second // a device that answers nothing is disconnected
	endTimeout = 2 * time.Second  // the last event of every stream at the end
)
