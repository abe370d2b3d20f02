//go:build linux

// Command soak proves that no recorded order is lost and none rings twice: for minutes,
// everything between Redis and the devices goes wrong, by a plan that a seed decides, and
// in the end what the devices heard is held to what the logs have.
//
// Redis and the servers are real processes, the devices are the real feed and inbox, each
// with a file of its own; between them stand proxies that cut, swallow and slow.
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

// testLength is how long the trouble lasts in the version that is a test: every kind
// of fault comes once. Then devices that failed often take up to half a minute to try again.
const testLength = 35 * time.Second

func main() {
	seed := flag.Uint64("seed", rand.Uint64N(1_000_000), "decides what goes wrong, and when")
	length := flag.Duration("for", 4*time.Minute, "how long things go wrong")
	server := flag.String("server", "build/jumun-server", "the server's program")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	defer guard(*length, os.Stderr).Stop()
	wrong, err := soak(ctx, *seed, *length, *server, os.Stdout)
	switch {
	case err != nil:
		fmt.Fprintln(os.Stderr, "soak:", err)
		os.Exit(1)
	case wrong > 0:
		fmt.Fprintf(os.Stderr, "soak: %d promises were not kept; the same trouble again: make soak SEED=%d\n", wrong, *seed)
		os.Exit(1)
	}
	fmt.Println("every recorded order reached every device of its mart, and rang once")
}

// guard ends this process, and with it all that it started, if a run does not end by
// itself. It tells where everything stands first.
func guard(length time.Duration, out io.Writer) *time.Timer {
	return time.AfterFunc(length+overtime+10*time.Second, func() {
		_ = pprof.Lookup("goroutine").WriteTo(out, 1) // it ends either way
		fmt.Fprintln(out, "soak: the run hangs")
		os.Exit(1)
	})
}
