package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"jumun/desktop/internal/command"
	"jumun/desktop/internal/platform"
)

// version is set when a release is built.
var version = "dev"

func main() {
	platform.RestrictDLLs()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := command.Run(ctx, version, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}
