//go:build linux

package main

import (
	"context"
	"errors"
	"math/rand/v2"
	"strconv"
	"time"

	"jumun/server/internal/redisconn"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// topic is where orders are published: the default of jumun-server.
const topic = "order"

var errNobody = errors.New("nobody hears what is published")

// mart returns the mart of device i.
func mart(i int) order.MartID { return order.MartID(strconv.Itoa(i + 1)) }

// martsOf returns the marts of n orders, spread evenly over all marts, and the same for every
// way. Their sequence differs from the sequence in which the devices poll.
func martsOf(n, marts int) []order.MartID {
	mixed := rand.New(rand.NewPCG(1, 2)).Perm(marts)
	list := make([]order.MartID, n)
	for i := range list {
		list[i] = mart(mixed[i%marts])
	}
	return list
}

// turn returns when the i-th of n is due, if they are spread evenly over a time.
func turn(i, n int, over time.Duration) time.Duration {
	return over * time.Duration(i) / time.Duration(n)
}

// publish publishes an order for each of marts, evenly over a time.
func publish(ctx context.Context, redis string, marts []order.MartID, over time.Duration) error {
	client, err := redisconn.Dial("redis://" + redis)
	if err != nil {
		return err
	}
	defer client.Close()
	began := time.Now()
	for i, m := range marts {
		pause(ctx, time.Until(began.Add(turn(i, len(marts), over))))
		message := wire.Publication(order.Placement{Mart: m, Order: number(i, time.Now())})
		heard, err := client.Publish(ctx, topic, message).Result()
		if err != nil {
			return err
		}
		if heard == 0 {
			return errNobody
		}
	}
	pause(ctx, time.Until(began.Add(over)))
	return ctx.Err()
}
