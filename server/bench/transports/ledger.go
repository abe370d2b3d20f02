//go:build linux

package main

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"jumun/shared/order"
)

// number returns an order number, which contains the time of publishing.
func number(seq int, at time.Time) order.OrderID {
	return order.OrderID(fmt.Sprintf("%d-%d", seq, at.UnixNano()))
}

var errNumber = errors.New("not the number of an order of ours")

// readNumber reads what number wrote. Both run in one process, and so by one clock.
func readNumber(text order.OrderID) (seq int, at time.Time, err error) {
	left, right, found := strings.Cut(string(text), "-")
	seq, err = strconv.Atoi(left)
	nanos, err2 := strconv.ParseInt(right, 10, 64)
	if !found || err != nil || err2 != nil || seq < 0 || nanos < 0 {
		return 0, time.Time{}, errNumber
	}
	return seq, time.Unix(0, nanos), nil
}

// A ledger compares what was received with what was published: the orders 0, 1, 2, … each
// of one mart, which has one device. It is safe for concurrent use.
type ledger struct {
	mu       sync.Mutex
	marts    []order.MartID // by order
	delays   []time.Duration
	heard    []bool // by order
	repeated int
	strange  int // not of this run, or of another mart
	all      chan struct{}
}

// newLedger expects one order of each of marts, in that sequence.
func newLedger(marts []order.MartID) *ledger {
	return &ledger{marts: marts, heard: make([]bool, len(marts)), all: make(chan struct{})}
}

// hear notes that a device of mart received an order.
func (l *ledger) hear(mart order.MartID, text order.OrderID, at time.Time) {
	seq, published, err := readNumber(text)
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case err != nil || seq >= len(l.marts) || l.marts[seq] != mart:
		l.strange++
	case l.heard[seq]:
		l.repeated++
	default:
		l.heard[seq] = true
		l.delays = append(l.delays, at.Sub(published))
		if len(l.delays) == len(l.marts) {
			close(l.all)
		}
	}
}

// tell writes into r what was received until now.
func (l *ledger) tell(r *result) {
	l.mu.Lock()
	defer l.mu.Unlock()
	r.Lost, r.Repeated, r.Strange = len(l.marts)-len(l.delays), l.repeated, l.strange
	r.P50, r.P99 = percentile(l.delays, 50), percentile(l.delays, 99)
}

// percentile returns the smallest delay that p of a hundred do not exceed, or 0 if there is none.
func percentile(delays []time.Duration, p int) time.Duration {
	if len(delays) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(delays))
	return sorted[max((len(sorted)*p+99)/100, 1)-1]
}
