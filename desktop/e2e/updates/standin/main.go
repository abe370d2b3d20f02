// Standin is a program in place of a version of jumun that does not work: it never answers, or ends at once.
package main

import (
	"fmt"
	"os"
	"os/signal"
)

// version and fault are set when it is built.
var version, fault string

func main() {
	fmt.Fprintln(os.Stderr, "stand-in for jumun", version, fault)
	if fault == "hang" {
		never := make(chan os.Signal, 1)
		signal.Notify(never)
		for range never {
		}
	}
	os.Exit(1)
}
