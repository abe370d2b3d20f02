//go:build linux

// Command bench compares jumun-server with other ways to do the same work: with a bare
// loop ("floor"), below which no server can go, and with nginx and Nchan, in memory and on Redis. All
// are real processes on this machine. The devices and the publisher are processes of their own.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"jumun/server/bench/baseline"
	"jumun/server/bench/publisher"
	"jumun/server/bench/receivers"
)

func main() {
	if err := role(os.Args); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// role runs one of the parts, or the whole benchmark, which starts the parts.
func role(args []string) error {
	switch {
	case len(args) == 2 && args[1] == "crowd":
		return receivers.Serve(os.Stdin, os.Stdout)
	case len(args) == 2 && args[1] == "shop":
		return publisher.Serve(os.Stdin, os.Stdout)
	case len(args) == 5 && args[1] == "floor":
		return baseline.Serve(args[2], args[3], args[4])
	}
	o, err := parse(args[1:])
	if errors.Is(err, flag.ErrHelp) {
		return nil
	}
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return bench(ctx, o, os.Stdout)
}

// options are the values of the flags.
type options struct {
	runs    int
	sizes   []int
	systems []string
	seconds time.Duration // of each load
	rate    float64       // orders a second of the even load
	settle  time.Duration
	idle    time.Duration
	atOnce  int
	perMart int
	servers int
	storm   int // streams, 0: none
	room    int
	keep    int
	by      string
	program string
	out     string
	self    string // this program
}

func parse(args []string) (o options, err error) {
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	sizes := flags.String("sizes", "1000,5000,15000", "streams, a table's rows")
	systems := flags.String("systems", strings.Join(systemNames(), ","), "who is measured; none: only what --storm, --room and --keep say")
	seconds := flags.Float64("seconds", 10, "how long the even load lasts; the full one lasts half of it")
	idle := flags.Duration("idle", -1, "how long floor and jumun are watched doing nothing at the largest size (default 40s, or 0 with --runs 1)")
	flags.IntVar(&o.runs, "runs", 5, "how often; the table has the medians")
	flags.Float64Var(&o.rate, "rate", 1000, "orders a second of the even load")
	flags.DurationVar(&o.settle, "settle", 5*time.Second, "how long streams are left alone before their memory is read")
	flags.IntVar(&o.atOnce, "at-once", 128, "streams that may be on their way at a time while all connect")
	flags.IntVar(&o.perMart, "per-mart", 1, "devices of a mart")
	flags.IntVar(&o.servers, "servers", 1, "processes of jumun, and crowds, that share the streams: for more than the descriptors of one")
	flags.IntVar(&o.storm, "storm", 0, "streams that lose their server and return all at once; 0: no storm")
	flags.IntVar(&o.room, "room", 0, "devices in one mart beside 10,000 alone in theirs; 0: no room")
	flags.IntVar(&o.keep, "keep", 0, "marts whose orders Redis keeps, to see how much memory that takes; 0: none")
	flags.StringVar(&o.by, "by", "topic", "how orders reach jumun: topic (PUBLISH) or stream (XADD)")
	flags.StringVar(&o.program, "server", "build/jumun-server", "the server's program")
	flags.StringVar(&o.out, "out", "build/bench.json", "file for all that was measured")
	flags.Usage = func() {
		fmt.Fprintln(flags.Output(), "bench measures what streams and orders cost. Its defaults take about half an hour; a quick look:\n\n"+
			"  build/bench --systems floor,jumun --sizes 15000 --runs 1\n  build/bench --systems none --storm 15000 --room 4000 --keep 2000\n ")
		flags.PrintDefaults()
	}
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	o.seconds, o.idle = time.Duration(*seconds*float64(time.Second)), *idle
	if o.idle < 0 {
		o.idle = 40 * time.Second
		if o.runs == 1 { // a quick look
			o.idle = 0
		}
	}
	if o.self, err = os.Executable(); err != nil {
		return o, err
	}
	if o.sizes, err = numbers(*sizes); err != nil {
		return o, fmt.Errorf("--sizes: %w", err)
	}
	if *systems != "none" {
		o.systems = strings.Split(*systems, ",")
	}
	return o, o.check()
}

func (o options) check() error {
	for _, s := range o.systems {
		if !slices.Contains(systemNames(), s) {
			return fmt.Errorf("--systems: %q is none of %v", s, systemNames())
		}
	}
	if o.by != "topic" && o.by != "stream" {
		return fmt.Errorf("--by: %q is neither topic nor stream", o.by)
	}
	if o.runs < 1 || o.seconds <= 0 || o.rate <= 0 || o.atOnce < 1 || o.perMart < 1 || o.servers < 1 {
		return errors.New("--runs, --seconds, --rate, --at-once, --per-mart and --servers must be positive")
	}
	return nil
}

func numbers(list string) (all []int, err error) {
	for text := range strings.SplitSeq(list, ",") {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			return nil, fmt.Errorf("%q is no number of streams", text)
		}
		all = append(all, n)
	}
	return all, nil
}
