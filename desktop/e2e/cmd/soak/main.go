//go:build linux

// Command soak proves that no recorded order is lost and none rings twice. For minutes it
// disturbs everything between Redis and the devices, by a plan that depends on a seed. In
// the end it compares what the devices received with the logs.
//
// Redis and the servers are real processes. The devices have the real client and store, each
// with its own file. Proxies between them cut, swallow and slow down connections.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/signal"
	"runtime/pprof"
	"syscall"
	"time"
)

// testLength is how long faults happen in the version that is a test: every kind of fault
// comes once. Then devices that failed often take up to half a minute to try again.
const testLength = 35 * time.Second

func main() {
	seed := flag.Uint64("seed", rand.Uint64N(1_000_000), "decides what goes wrong, and when")
	length := flag.Duration("for", 4*time.Minute, "how long things go wrong")
	rate := flag.Int("rate", usual, "orders a second")
	committed := flag.Int("outbox", 0, "orders a second that a shop commits into PostgreSQL besides")
	server := flag.String("server", "build/jumun-server", "the server's program")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	defer guard(*length, os.Stderr).Stop()
	wrong, err := soak(ctx, *seed, *length, *rate, *committed, *server, os.Stdout)
	switch {
	case err != nil:
		fmt.Fprintln(os.Stderr, "soak:", err)
		os.Exit(1)
	case wrong > 0:
		fmt.Fprintf(os.Stderr, "soak: %d promises were not kept; the same trouble again: make %s SEED=%d\n", wrong, target(*committed), *seed)
		os.Exit(1)
	}
	fmt.Println("every recorded order reached every device of its mart, and rang once")
}

// target returns the target of the Makefile for a run with or without an outbox.
func target(committed int) string {
	if committed > 0 {
		return "soak-outbox"
	}
	return "soak"
}

// guard ends this process and all that it has started if the run hangs. It prints all
// goroutines first.
func guard(length time.Duration, out io.Writer) *time.Timer {
	return time.AfterFunc(length+overtime+10*time.Second, func() {
		_ = pprof.Lookup("goroutine").WriteTo(out, 1) // the process ends either way
		fmt.Fprintln(out, "soak: the run hangs")
		os.Exit(1)
	})
}
