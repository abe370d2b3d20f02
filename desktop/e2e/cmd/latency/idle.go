//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"jumun/desktop/e2e/harness"
	"jumun/desktop/internal/orders"
	"jumun/shared/order"
)

// longHistory is how many orders a PC has after weeks in a store.
const longHistory = 1000

// A process is a process that is measured while idle.
type process struct {
	what string
	pid  int
	used time.Duration // processor time so far
}

// idle prints what jumun uses while it waits for orders, and what a hidden app of the window
// toolkit uses.
func (b *bench) idle(ctx context.Context, build string, length time.Duration) error {
	all, err := b.startIdle(ctx, build)
	if err != nil {
		return err
	}
	for i := range all {
		if all[i].used, err = cpu(all[i].pid); err != nil {
			return err
		}
	}
	select {
	case <-time.After(length):
	case <-ctx.Done():
		return ctx.Err()
	}
	fmt.Printf("%-42s     CPU      RSS   of it own\n", fmt.Sprintf("idle for %v", length))
	for _, w := range all {
		used, err := cpu(w.pid)
		m, err2 := memoryOf(w.pid)
		if err := errors.Join(err, err2); err != nil {
			return fmt.Errorf("%s: %w", w.what, err)
		}
		fmt.Printf("  %-40s %5.2f %% %5.1f MB %8.1f MB\n", w.what, 100*(used-w.used).Seconds()/length.Seconds(), m.rss, m.own)
	}
	return nil
}

// startIdle starts the processes that are measured beside the first PC.
func (b *bench) startIdle(ctx context.Context, build string) ([]process, error) {
	old, err := b.newPC(ctx, "old", "43")
	if err != nil {
		return nil, err
	}
	if err := fillHistory(old, "43", longHistory); err != nil {
		return nil, err
	}
	if err := start(ctx, old); err != nil {
		return nil, err
	}
	found, err := processesOf(ctx, b.pc, "")
	if err != nil {
		return nil, err
	}
	more, err := processesOf(ctx, old, fmt.Sprintf(", %d orders in the history", longHistory))
	if err != nil {
		return nil, err
	}
	hidden, err := b.pc.Start(filepath.Join(build, "hidden"))
	if err != nil {
		return nil, err
	}
	return append(append(found, more...), process{what: "an app of the toolkit, hidden", pid: hidden.PID}), nil
}

// processesOf returns the processes of an idle jumun.
func processesOf(ctx context.Context, pc *harness.PC, suffix string) ([]process, error) {
	s, err := pc.Status(ctx)
	if err != nil {
		return nil, err
	}
	found := []process{{what: "agent" + suffix, pid: s.PID}}
	for _, pid := range pc.PIDs() {
		if !slices.Contains([]int{s.PID, s.Player.PID, s.UI.PID}, pid) {
			found = append(found, process{what: "the agent's parent" + suffix, pid: pid})
		}
	}
	return found, nil
}

// fillHistory adds confirmed orders of a usual length to a PC's history.
func fillHistory(pc *harness.PC, mart order.MartID, count int) error {
	path := filepath.Join(filepath.Dir(pc.SettingsPath()), "orders.log")
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	b, err := orders.Open(path, time.Now())
	if err != nil {
		return err
	}
	for n := range count {
		at := time.Now().Add(time.Duration(n-count) * time.Minute)
		// Without an ID: the server would not find it in its log, and would report a gap.
		e := order.Event{Mart: mart, Order: order.OrderID(strconv.Itoa(n + 1)), Kind: order.Placed, At: at,
			Details: order.Details{Summary: "아메리카노 2잔, 카페라떼 1잔", Amount: "13,500원"}}
		b.Take(e)
		b.Confirm(orders.Key{Mart: mart, ID: b.Open()[0].ID}, "카운터", at.Add(time.Minute))
		b.Sent(b.Unsent(mart)[0])
	}
	if waiting := len(b.Open()); waiting > 0 {
		return errors.Join(fmt.Errorf("%d orders of the history still wait", waiting), b.Close())
	}
	return errors.Join(b.Err(), b.Close())
}
