//go:build linux

// Command transports compares the ways by which orders can reach devices: polling, long
// polling, WebSocket and server-sent events. Each gets the same devices, one a mart, and
// the same orders, with real servers and a real Redis on this machine.
//
// Bytes are counted at the sockets of the devices, both ways, with the headers of HTTP and
// without TLS and the layers below. The server for WebSocket belongs to the benchmark, and
// keeps none of the promises that need a log (see package socket).
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "transports:", err)
		os.Exit(1)
	}
}

// run is the whole program. With "serve" as the first argument it is the server for WebSocket.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	if len(args) > 0 && args[0] == "serve" {
		return serve(ctx, args[1:], stderr)
	}
	p, chosen, err := read(args, stderr)
	if err != nil {
		return err
	}
	results, err := compare(ctx, p, chosen, stderr)
	if err != nil {
		return err
	}
	_, err = io.WriteString(stdout, report(p, results))
	return err
}

// read reads the plan and the ways to compare from the command line.
func read(args []string, stderr io.Writer) (p plan, chosen []way, err error) {
	flags := flag.NewFlagSet("transports", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.IntVar(&p.devices, "devices", 2000, "devices, one a mart")
	flags.Float64Var(&p.rate, "rate", 20, "orders a second, spread evenly over the marts")
	seconds := flags.Float64("seconds", 30, "how long orders come, and before that none")
	flags.DurationVar(&p.gather, "gather", hold, "at most, over which the devices of a way come")
	flags.StringVar(&p.server, "server", "build/jumun-server", "the server's program")
	only := flags.String("ways", "", "compare only those whose names have this in them, such as polling")
	if err := flags.Parse(args); err != nil {
		return p, nil, err
	}
	p.lasts = time.Duration(*seconds * float64(time.Second))
	for _, w := range ways() {
		if strings.Contains(w.name, *only) {
			chosen = append(chosen, w)
		}
	}
	if p.devices < 1 || p.orders() < 1 || len(chosen) == 0 {
		return p, nil, errors.New("there has to be a device, an order and a way")
	}
	return p, chosen, nil
}

// compare measures one way after the other, and prints on stderr what should not have happened.
func compare(ctx context.Context, p plan, chosen []way, stderr io.Writer) (all []result, err error) {
	for _, w := range chosen {
		fmt.Fprintf(stderr, "%s: about %v\n", w.name, (min(w.period, p.gather) + settle + 2*p.lasts).Round(time.Second))
		r, err := measure(ctx, p, w)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", w.name, err)
		}
		if r.Broken+int64(r.Repeated+r.Strange) > 0 {
			fmt.Fprintf(stderr, "%s: %d connections broke, %d orders came twice, %d from elsewhere\n", w.name, r.Broken, r.Repeated, r.Strange)
		}
		all = append(all, r)
	}
	return all, nil
}
