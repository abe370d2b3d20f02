//go:build linux

// Command latency measures how soon an order is heard and seen, and what the app costs
// while nothing happens. Absolute times say more about the machine than about jumun:
// compare what one run prints.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"time"

	"jumun/desktop/e2e/stage"
	"jumun/desktop/pipe"
)

func main() {
	if captured, err := stage.Capture(os.Args, os.Stdin); captured {
		if err != nil {
			fmt.Fprintln(os.Stderr, "latency:", err)
			os.Exit(1)
		}
		return
	}
	orders := flag.Int("orders", 50, "how many orders to publish, cold and warm each")
	idle := flag.Duration("idle", time.Minute, "how long to watch the idle app")
	build := flag.String("build", "build", "where jumun and jumun-server are")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := measure(ctx, *build, *orders, *idle); err != nil {
		fmt.Fprintln(os.Stderr, "latency:", err)
		os.Exit(1)
	}
}

func measure(ctx context.Context, build string, orders int, watched time.Duration) (err error) {
	s, err := stage.New()
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = fmt.Errorf("%w\n%s", err, s.Logs())
		}
		err = errors.Join(err, s.Close())
	}()
	l, err := open(ctx, s, build)
	if err != nil {
		return err
	}
	if err := l.idle(ctx, watched); err != nil {
		return err
	}
	fmt.Printf("\npublish to …, %d orders each    median      p95    worst\n", orders)
	for _, cold := range []bool{true, false} {
		if err := l.series(ctx, orders, cold); err != nil {
			return err
		}
	}
	return nil
}

// A lab is a shop to measure in.
type lab struct {
	redis *stage.Server
	pc    *stage.PC
	stage *stage.Stage
	next  int // order number
}

func open(ctx context.Context, s *stage.Stage, build string) (*lab, error) {
	if err := s.OpenScreen(ctx); err != nil {
		return nil, err
	}
	redis, err := s.OpenRedis(ctx)
	if err != nil {
		return nil, err
	}
	build, err = filepath.Abs(build)
	if err != nil {
		return nil, err
	}
	server, err := s.OpenServer(ctx, filepath.Join(build, "jumun-server"), 0, "redis://"+redis.Addr(), "--redis", "redis://"+redis.Addr())
	if err != nil {
		return nil, err
	}
	pc, err := s.NewPC("pc", filepath.Join(build, "jumun"))
	if err != nil {
		return nil, err
	}
	l := &lab{redis: redis, pc: pc, stage: s, next: 1000}
	err = errors.Join(pc.PlugIn(), pc.Pair(ctx, server, "42"))
	if err == nil {
		err = l.start(ctx)
	}
	return l, err
}

// start starts jumun and returns once it is connected.
func (l *lab) start(ctx context.Context) error {
	if err := l.pc.Open(); err != nil {
		return err
	}
	_, err := l.pc.UntilStatus(ctx, "connected", func(s pipe.Status) bool { return s.State == pipe.Connected })
	return err
}

// series publishes orders one after another and prints how long each step took. Cold
// means that no window process is there yet; a ring process never is.
func (l *lab) series(ctx context.Context, orders int, cold bool) error {
	var all [3][]time.Duration
	for range orders {
		if cold {
			if err := errors.Join(l.pc.Agent.Stop(), l.start(ctx)); err != nil {
				return err
			}
		}
		took, err := l.order(ctx)
		if err != nil {
			return err
		}
		for i := range all {
			all[i] = append(all[i], took[i])
		}
	}
	kind := map[bool]string{true: "cold", false: "warm"}[cold]
	for i, what := range []string{"first sample", "first sound", "popup mapped"} {
		slices.Sort(all[i])
		at := func(share float64) string {
			return all[i][int(share*float64(orders-1)+0.5)].Round(time.Millisecond).String()
		}
		fmt.Printf("  %-13s (%s)         %8s %8s %8s\n", what, kind, at(0.5), at(0.95), at(1))
	}
	return nil
}
