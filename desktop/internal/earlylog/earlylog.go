// Package earlylog keeps off the terminal what libraries log while they are initialised.
//
// Fyne logs three lines where the locale is C or C.UTF-8, as in a service, a container or a script: at each
// "jumun status", before main. jumun has languages of its own, and nothing of it concerns anybody. Go initialises
// the packages of a program that are ready in the order of their paths, and Fyne waits for text/template: so
// this package, which imports little, comes before it. Otherwise those lines would come again, and a test fails.
package earlylog

import (
	"io"
	"log"
	"os"
)

func init() { log.SetOutput(io.Discard) }

// End makes log print again. main calls it first.
func End() { log.SetOutput(os.Stderr) }
