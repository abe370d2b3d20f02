package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"jumun/server/internal/command"
	"jumun/server/internal/redisconn"
)

// version is set when a release is built.
var version = "dev"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	redisconn.SilenceLibrary()
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	os.Exit(command.Run(ctx, version, os.Args[1:], os.Getenv, os.Environ(), os.Stdin, os.Stdout, os.Stderr))
}
