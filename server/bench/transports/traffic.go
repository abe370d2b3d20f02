//go:build linux

package main

import (
	"context"
	"net"
	"sync/atomic"
)

// A traffic value counts what all devices of a run have asked for, sent and got so far.
type traffic struct {
	requests atomic.Int64
	in, out  atomic.Int64 // bytes, with the heads of HTTP, without those of TCP and below
	broken   atomic.Int64 // connections that ended before they were to
}

// dial connects, and has what passes over the connection counted.
func (t *traffic) dial(ctx context.Context, network, address string) (net.Conn, error) {
	var dialer net.Dialer
	conn, err := dialer.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return counted{conn, t}, nil
}

// counted is a connection whose bytes are counted.
type counted struct {
	net.Conn
	traffic *traffic
}

func (c counted) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.traffic.in.Add(int64(n))
	return n, err
}

func (c counted) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	c.traffic.out.Add(int64(n))
	return n, err
}
