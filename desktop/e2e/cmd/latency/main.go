//go:build linux

// Command latency measures how soon an order is heard and seen, what the app uses while it is
// idle, and how it takes ten thousand orders at once. Absolute times say more about the
// machine than about jumun: compare the numbers of one run.
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

	"jumun/desktop/e2e/harness"
	"jumun/desktop/internal/ipc"
	"jumun/shared/order"
)

func main() {
	if captured, err := harness.Capture(os.Args, os.Stdin); captured {
		if err != nil {
			fmt.Fprintln(os.Stderr, "latency:", err)
			os.Exit(1)
		}
		return
	}
	var p plan
	flag.IntVar(&p.orders, "orders", 50, "how many orders to publish, cold and warm each; 0: do not measure that")
	flag.DurationVar(&p.idle, "idle", time.Minute, "how long to watch the idle app; 0: do not")
	flag.IntVar(&p.flood, "flood", 10_000, "how many orders come at once after a time offline; 0: none")
	flag.StringVar(&p.build, "build", "build", "where jumun, jumun-server and hidden are")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := p.measure(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "latency:", err)
		os.Exit(1)
	}
}

// A plan is what to measure.
type plan struct {
	orders, flood int
	idle          time.Duration
	build         string
}

func (p plan) measure(ctx context.Context) (err error) {
	s, err := harness.New()
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = fmt.Errorf("%w\n%s", err, s.Logs())
		}
		err = errors.Join(err, s.Close())
	}()
	if p.build, err = filepath.Abs(p.build); err != nil {
		return err
	}
	b, err := open(ctx, s, p.build)
	if err != nil {
		return err
	}
	if p.idle > 0 {
		if err := b.idle(ctx, p.build, p.idle); err != nil {
			return err
		}
	}
	if p.orders > 0 {
		if err := b.both(ctx, p.orders); err != nil {
			return err
		}
	}
	if p.flood > 0 {
		return b.flood(ctx, p.flood)
	}
	return nil
}

// both measures a jumun without a window process, and one that has it.
func (b *bench) both(ctx context.Context, orders int) error {
	fmt.Printf("\npublish to …, %d orders each    median      p95    worst\n", orders)
	if err := b.series(ctx, orders, true); err != nil {
		return err
	}
	return b.series(ctx, orders, false)
}

// A bench is a server, its Redis and the PCs to measure on.
type bench struct {
	redis, server *harness.Server
	pc            *harness.PC // of mart 42
	session       *harness.Session
	program       string // jumun
	next          int    // order number
}

// open starts everything, with one connected PC.
func open(ctx context.Context, s *harness.Session, build string) (*bench, error) {
	if err := s.OpenScreen(ctx); err != nil {
		return nil, err
	}
	redis, err := s.OpenRedis(ctx)
	if err != nil {
		return nil, err
	}
	b := &bench{redis: redis, session: s, program: filepath.Join(build, "jumun"), next: 1000}
	at := "redis://" + redis.Addr()
	if b.server, err = s.OpenServer(ctx, filepath.Join(build, "jumun-server"), 0, at, "--redis", at); err != nil {
		return nil, err
	}
	if b.pc, err = b.newPC(ctx, "pc", "42"); err != nil {
		return nil, err
	}
	return b, start(ctx, b.pc)
}

// newPC returns a PC with a speaker that is paired with a mart. Its jumun does not run yet.
func (b *bench) newPC(ctx context.Context, name string, mart order.MartID) (*harness.PC, error) {
	pc, err := b.session.NewPC(name, b.program)
	if err != nil {
		return nil, err
	}
	return pc, errors.Join(pc.PlugIn(), pc.Pair(ctx, b.server, mart))
}

// start starts jumun and returns once it is connected.
func start(ctx context.Context, pc *harness.PC) error {
	if err := pc.Open(); err != nil {
		return err
	}
	_, err := pc.UntilStatus(ctx, "connected", func(s ipc.Status) bool { return s.State == ipc.Connected })
	return err
}

// series publishes orders one after another and prints how long each step took. Cold
// means that there is no window process yet. There is never a sound process yet.
func (b *bench) series(ctx context.Context, orders int, cold bool) error {
	var all [3][]time.Duration
	for range orders {
		if cold {
			if err := errors.Join(b.pc.Agent.Stop(), start(ctx, b.pc)); err != nil {
				return err
			}
		}
		took, err := b.order(ctx)
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
