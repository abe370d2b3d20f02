package main

import (
	"context"
	"io"
	"os"
	"os/signal"
	"syscall"

	"jumun/desktop/internal/command"
	"jumun/desktop/internal/earlylog"
	"jumun/desktop/internal/platform"
)

// version is set when a release is built.
var version = "dev"

func main() {
	earlylog.End()
	platform.RestrictDLLs()
	platform.SetProcessName()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	in, out, errs := io.Reader(os.Stdin), io.Writer(os.Stdout), io.Writer(os.Stderr)
	if command.Prints(os.Args[1:]) {
		in, out, errs = platform.AttachConsole()
	}
	code := command.Run(ctx, version, os.Args[1:], in, out, errs)
	stop()
	os.Exit(code)
}
