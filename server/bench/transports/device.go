//go:build linux

package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"jumun/shared/order"
)

// again is how long a device waits before it connects again: jumun's default.
const again = 3 * time.Second

// A device is one PC in a store, which receives orders by one of the ways.
type device struct {
	mart    order.MartID
	token   string
	address string // of the server, as host:port
	sockets *http.Client
	traffic *traffic
	ledger  *ledger
	here    func()   // called whenever it is connected and receives
	last    order.ID // the ID of its last event
}

// run keeps a device connected by a way until ctx ends.
func (d *device) run(ctx context.Context, receive receiveFunc) {
	for ctx.Err() == nil {
		_ = receive(ctx, d) // that it ended is counted; why, the server says
		if ctx.Err() == nil {
			d.traffic.broken.Add(1)
			pause(ctx, again)
		}
	}
}

// connect opens a connection of its own, which ends with ctx or by hangUp.
func (d *device) connect(ctx context.Context) (conn net.Conn, hangUp func(), err error) {
	conn, err = d.traffic.dial(ctx, "tcp", d.address)
	if err != nil {
		return nil, nil, err
	}
	release := context.AfterFunc(ctx, func() { _ = conn.Close() })
	return conn, func() { release(); _ = conn.Close() }, nil
}

// ask sends a request, and returns the response if its status is 200. more holds further
// header lines, each with its line break.
func (d *device) ask(conn net.Conn, in *bufio.Reader, target, more string) (*http.Response, error) {
	d.traffic.requests.Add(1)
	request := "GET " + target + " HTTP/1.1\r\nHost: " + d.address + "\r\nUser-Agent: jumun-bench\r\n" +
		"Authorization: Bearer " + d.token + "\r\n" + more + "\r\n"
	if _, err := io.WriteString(conn, request); err != nil {
		return nil, err
	}
	answer, err := http.ReadResponse(in, nil)
	if err != nil {
		return nil, err
	}
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the server said %s", answer.Status)
	}
	return answer, nil
}

// pause waits for d, or less when ctx ends.
func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
