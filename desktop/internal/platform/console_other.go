//go:build !windows

package platform

import (
	"io"
	"os"
)

// AttachConsole returns the standard input, output and error of this process.
func AttachConsole() (in io.Reader, out, errs io.Writer) { return os.Stdin, os.Stdout, os.Stderr }
