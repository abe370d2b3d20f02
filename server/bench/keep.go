//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"

	"jumun/server/bench/stats"
)

// few and many are how many orders a mart has when Redis is asked for its memory. Two
// numbers are needed to tell the memory of a mart from that of its orders.
const (
	few  = 20
	many = 120
)

// A Keep is how many bytes Redis uses.
type Keep struct {
	Marts     int
	Connected float64 // for a mart with one connected device and no order
	Mart      float64 // in addition, for a mart that has orders
	Order     float64 // for each order
}

// keep connects n devices, each alone in its mart, and publishes orders to each.
func keep(ctx context.Context, o options, n int) (result Keep, err error) {
	s, err := openJumun(ctx, o, n, 0)
	if err != nil {
		return result, err
	}
	defer func() { err = errors.Join(err, s.group.Close()) }()
	var used [4]int // at first, connected, with few orders, with many
	steps := []func() error{
		func() error { return nil },
		func() error { _, _, err := s.connect(); return errors.Join(err, pause(ctx, s.settle)) },
		func() error { return s.recordMissed(ctx, few*n) },
		func() error { return s.recordMissed(ctx, (many-few)*n) },
	}
	for i, step := range steps {
		if err := step(); err != nil {
			return result, err
		}
		if used[i], err = memory(s.redisAt); err != nil {
			return result, err
		}
	}
	per := func(i int) float64 { return float64(used[i]-used[i-1]) / float64(n) }
	order := per(3) / (many - few)
	return Keep{Marts: n, Connected: per(1), Mart: per(2) - few*order, Order: order}, nil
}

func (k Keep) table() string {
	return fmt.Sprintf("\nWhat Redis keeps in memory, with %d marts of one device and %d orders each:\n\n", k.Marts, many) +
		stats.Table([][]string{
			{"B/connected mart", "B/mart with orders", "B/order"},
			{fmt.Sprintf("%.0f", k.Connected), fmt.Sprintf("%.0f", k.Mart), fmt.Sprintf("%.0f", k.Order)},
		})
}
