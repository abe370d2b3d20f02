//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"path/filepath"
	"sync"

	"jumun/desktop/e2e/harness"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// A fleet is the devices of all marts.
type fleet struct {
	mu      sync.Mutex // held while devices are started or ended
	devices []*device
}

func mart(n int) order.MartID { return order.MartID(fmt.Sprintf("m%02d", n)) }

// newFleet spreads n devices over marts, each with a token from newToken. They keep their
// files in dir, and write to log.
func newFleet(n, marts int, server, dir string, newToken tokenSource, log io.Writer) (*fleet, error) {
	f := &fleet{}
	logger := slog.New(slog.NewTextHandler(log, nil))
	for i := range n {
		name := fmt.Sprintf("pc%03d", i)
		token, err := newToken(wire.RoleDevice, mart(i%marts), name)
		if err != nil {
			return nil, err
		}
		d := &device{name: name, mart: mart(i % marts), server: server, token: token, path: filepath.Join(dir, name, "inbox"), log: logger.With("device", name)}
		d.listener = newListener(d.name, d.mart)
		f.devices = append(f.devices, d)
	}
	return f, nil
}

// tokenSource makes tokens that the servers accept.
type tokenSource func(role wire.Role, mart order.MartID, name string) (token string, err error)

func (f *fleet) start() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	var errs []error
	for _, d := range f.devices {
		errs = append(errs, d.start())
	}
	return errors.Join(errs...)
}

// untilConnected returns once every device is connected. Before that a device has no position
// in its mart's log, and nobody could tell which events it must receive.
func (f *fleet) untilConnected(ctx context.Context) error {
	return harness.Until(ctx, "every device to be connected", func() error {
		for _, d := range f.devices {
			if !d.listener.isConnected() {
				return errors.New(d.name + " is not")
			}
		}
		return nil
	})
}

// restart kills a share of the devices, and starts them again, some at a time.
func (f *fleet) restart(share float64, random *rand.Rand) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	var errs []error
	for _, d := range f.devices {
		if random.Float64() < share {
			d.kill()
			errs = append(errs, d.start())
		}
	}
	return errors.Join(errs...)
}

// end stops every device that runs, and keeps which orders need a person on it.
func (f *fleet) end() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	var errs []error
	for _, d := range f.devices {
		if d.session == nil {
			continue
		}
		open, err := d.end()
		d.listener.open = open
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

func (f *fleet) heard() []heard {
	var all []heard
	for _, d := range f.devices {
		all = append(all, d.listener.heard())
	}
	return all
}

// missing counts the events that devices have not received yet.
func (f *fleet) missing(ledgers map[order.MartID]*ledger) (n int) {
	for _, d := range f.devices {
		n += d.listener.missing(ledgers[d.mart])
	}
	return n
}

// unsent counts the confirmations that the servers may not have yet.
func (f *fleet) unsent() (n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, d := range f.devices {
		if d.session != nil {
			n += d.session.unsent()
		}
	}
	return n
}
