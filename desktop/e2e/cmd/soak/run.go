//go:build linux

package main

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"time"

	"jumun/desktop/e2e/harness"
	"jumun/shared/order"
	"jumun/shared/wire"
)

const (
	pods    = 3
	marts   = 40
	devices = 200
	usual   = 200 // orders a second
	// converge is how long it may take until everything has arrived after the last fault: a
	// device that has failed often waits up to 30 s before it tries again, and the orders of
	// a consumer that died are taken over after a while.
	converge = time.Minute
	// settle is how long to wait for repeats after that.
	settle = 3 * time.Second
	// overtime is how much longer than its length a run may take.
	overtime = 2 * time.Minute
)

// A run is one soak.
type run struct {
	targets
	seed       uint64
	length     time.Duration // how long faults happen
	rate       int           // orders a second
	committed  int           // orders a second that a shop commits into its database
	publishers *publishers
	ledgers    map[order.MartID]*ledger
}

// soak runs devices and publishers through all faults of the plan, and returns how many
// promises were not kept. An error means that the run was not possible.
func soak(ctx context.Context, seed uint64, length time.Duration, rate, committed int, server string, out io.Writer) (wrong int, err error) {
	ctx, cancel := context.WithTimeout(ctx, length+overtime)
	defer cancel()
	r := &run{targets: targets{report: newReport(out)}, seed: seed, length: length, rate: rate, committed: committed, ledgers: make(map[order.MartID]*ledger)}
	r.report.say("seed %d, %v: %d pods, %d devices of %d marts, %d orders/s, and %d from a database", seed, length, pods, devices, marts, rate, committed)
	s, err := harness.New()
	if err != nil {
		return 0, err
	}
	dir, err := memory(s.Dir)
	if err != nil {
		return 0, errors.Join(err, s.Close())
	}
	err = r.play(ctx, s, server, dir)
	if err != nil || len(r.report.wrong) > 0 {
		r.report.say("what the programs and devices said is kept in %s", keep(s.Dir))
	}
	r.report.fail("programs end", s.Close())
	r.report.fail("clean up", os.RemoveAll(dir))
	if err != nil {
		return 0, err
	}
	r.report.table()
	return r.report.verdict(), nil
}

// createClients makes the devices and the publishers, each with a token.
func (r *run) createClients(ctx context.Context, s *harness.Session, server, dir string, log io.Writer) error {
	newToken := func(role wire.Role, mart order.MartID, name string) (string, error) {
		return s.Token(ctx, server, role, mart, name)
	}
	publisher, err := newToken(wire.RolePublisher, wire.AnyMart, "order service")
	if err != nil {
		return err
	}
	r.publishers = newPublishers(marts, r.cluster.url(), publisher, r.redis.addr(), r.report)
	r.fleet, err = newFleet(devices, marts, r.cluster.url(), dir, newToken, log)
	return err
}

// memory makes a directory in memory if it can, and in dir otherwise: 200 devices on one
// disk say nothing about the disk of one store.
func memory(dir string) (string, error) {
	if info, err := os.Stat("/dev/shm"); err == nil && info.IsDir() {
		return os.MkdirTemp("/dev/shm", "jumun")
	}
	return filepath.Join(dir, "disk"), os.Mkdir(filepath.Join(dir, "disk"), 0o700)
}

// play starts everything, runs it, and stops it.
func (r *run) play(ctx context.Context, s *harness.Session, server, dir string) (err error) {
	log, err := os.Create(filepath.Join(s.Dir, "devices.log"))
	if err != nil {
		return err
	}
	defer log.Close()
	programs := &programs{session: s}
	if r.redis, err = openRedis(ctx, programs, dir); err != nil {
		return err
	}
	defer r.redis.client.close()
	keys, err := s.Keys(ctx, server)
	if err != nil {
		return err
	}
	if r.cluster, err = openCluster(ctx, pods, programs, server, keys, r.redis); err != nil {
		return err
	}
	defer r.cluster.close()
	if r.committed > 0 {
		if r.outbox, err = openOutbox(programs, server, r.redis, s.Dir, r.committed); err != nil {
			return err
		}
		defer func() { r.report.fail("database ends", r.outbox.close()) }()
	}
	for i := range marts {
		r.ledgers[mart(i)] = &ledger{mart: mart(i)}
	}
	own, before, err := r.before(ctx)
	if err != nil {
		return err
	}
	if err := r.createClients(ctx, s, server, dir, log); err != nil {
		return err
	}
	if err := r.live(ctx); err != nil {
		return errors.Join(err, r.fleet.end())
	}
	r.report.fail("devices end", r.fleet.end())
	r.cluster.balancer.cutAll() // both ends of swallowed streams believe that they are open
	r.report.fail("left behind", r.cluster.left(ctx, own, before))
	r.judge(ctx)
	return nil
}

// before returns what this process and the pods hold before any device comes.
func (r *run) before(ctx context.Context) (own use, pods []use, err error) {
	for _, p := range r.cluster.pods {
		u, err := p.use(ctx)
		if err != nil {
			return use{}, nil, err
		}
		pods = append(pods, u)
	}
	own, err = r.cluster.ownUse()
	return own, pods, err
}
