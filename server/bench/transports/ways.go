//go:build linux

package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"time"

	"jumun/server/bench/transports/socket"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// A receiveFunc receives orders over one connection, until ctx or the connection ends.
type receiveFunc func(ctx context.Context, d *device) error

// A way is one way by which orders reach devices.
type way struct {
	name string
	// period is how often something passes though there are no orders. Devices come spread
	// over it, so that every second has its share.
	period  time.Duration
	own     bool // jumun does not have it: the server is the benchmark's own
	receive receiveFunc
}

// hold is how long the server may hold back the answer to a long poll: less than the 30 s after
// which some proxies give up.
const hold = 25 * time.Second

func ways() []way {
	return []way{
		{"polling every 1 s", time.Second, false, polling(time.Second)},
		{"polling every 5 s", 5 * time.Second, false, polling(5 * time.Second)},
		{"long polling", hold, false, longPolling},
		{"WebSocket, without a log", wire.Heartbeat, true, listening},
		{"SSE", wire.Heartbeat, false, streaming},
	}
}

// polling asks at an interval, over a connection that stays open.
func polling(every time.Duration) receiveFunc {
	return func(ctx context.Context, d *device) error {
		tick := time.NewTicker(every)
		defer tick.Stop()
		return d.poll(ctx, func() (wait time.Duration) {
			select {
			case <-tick.C:
			case <-ctx.Done():
			}
			return 0
		})
	}
}

// longPolling asks again as soon as there was an answer.
func longPolling(ctx context.Context, d *device) error {
	return d.poll(ctx, func() (wait time.Duration) { return hold })
}

// poll asks until ctx ends. next returns when it is time to ask again, and how long the
// server may hold back the answer.
func (d *device) poll(ctx context.Context, next func() (wait time.Duration)) error {
	conn, hangUp, err := d.connect(ctx)
	if err != nil {
		return err
	}
	defer hangUp()
	in := bufio.NewReader(conn)
	var wait time.Duration // none at first: that answer tells where the log stands
	for ctx.Err() == nil {
		target := fmt.Sprintf("%s?%s=%s&%s=%d", wire.OrdersPath(d.mart), wire.AfterParam, url.QueryEscape(string(d.last)), wire.WaitParam, wait/time.Second)
		answer, err := d.ask(conn, in, target, "")
		if err != nil {
			return err
		}
		var page wire.Polled
		if err := json.NewDecoder(answer.Body).Decode(&page); err != nil {
			return err
		}
		_ = answer.Body.Close() // reads to its end, and so to the next answer
		for _, e := range page.Events {
			d.take(e.Event, e.ID, e.Data)
		}
		d.last = page.Last
		d.here()
		if wait = 0; !page.More {
			wait = next()
		}
	}
	return ctx.Err()
}

// streaming reads the stream of a mart.
func streaming(ctx context.Context, d *device) error {
	conn, hangUp, err := d.connect(ctx)
	if err != nil {
		return err
	}
	defer hangUp()
	more := "Accept: text/event-stream\r\n"
	if d.last != "" {
		more += "Last-Event-ID: " + string(d.last) + "\r\n"
	}
	answer, err := d.ask(conn, bufio.NewReader(conn), wire.EventsPath(d.mart), more)
	if err != nil {
		return err
	}
	for in := bufio.NewReader(answer.Body); ; {
		e, err := readEvent(in)
		if err != nil {
			return err
		}
		if e.name == wire.ConnectEvent {
			d.here()
		}
		d.take(e.name, order.ID(e.id), []byte(e.data))
	}
}

// listening reads from a WebSocket.
func listening(ctx context.Context, d *device) error {
	d.traffic.requests.Add(1)
	return socket.Read(ctx, d.sockets, "http://"+d.address+socket.Path(d.mart), d.token, d.here, func(data []byte) {
		d.take(wire.OrderEvent, "", data)
	})
}

// take records an event.
func (d *device) take(name string, id order.ID, data []byte) {
	if id != "" {
		d.last = id
	}
	if name != wire.OrderEvent {
		return
	}
	now := time.Now()
	e, err := wire.ParseOrder(string(id), string(data))
	if err != nil {
		return // it counts as lost
	}
	d.ledger.hear(d.mart, e.Order, now)
}
