// Command module writes jumun.js to standard output, as a server of this version serves it.
package main

import (
	"fmt"
	"os"

	"jumun/server/internal/web"
)

func main() {
	module, err := web.Module()
	if err == nil {
		_, err = os.Stdout.Write(module)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
