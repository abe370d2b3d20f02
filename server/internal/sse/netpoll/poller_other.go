//go:build !linux

package netpoll

import (
	"context"
	"net"
	"time"
)

// A Poller holds connections on Linux. On this system there is none.
type Poller struct{}

// New returns ErrUnsupported.
func New(Options) (*Poller, error) { return nil, ErrUnsupported }

// Run returns ErrUnsupported.
func (p *Poller) Run(context.Context) error { return ErrUnsupported }

// Len returns 0.
func (p *Poller) Len() int { return 0 }

// Add returns ErrUnsupported and leaves conn unchanged.
func (p *Poller) Add(*Conn, net.Conn, Handler, time.Time) error { return ErrUnsupported }

// A Conn is one connection of a Poller. On this system it is never parked.
type Conn struct{}

// Send does nothing, and returns true.
func (c *Conn) Send([]byte) bool { return true }

// Finish does nothing.
func (c *Conn) Finish(bool, []byte) {}
