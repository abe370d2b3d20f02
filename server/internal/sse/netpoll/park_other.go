//go:build !linux

package netpoll

import (
	"context"
	"net"
	"time"
)

// A Lot holds parked connections. Here there is none.
type Lot struct{}

// New returns ErrUnsupported.
func New(Options) (*Lot, error) { return nil, ErrUnsupported }

// Run returns ErrUnsupported.
func (l *Lot) Run(context.Context) error { return ErrUnsupported }

// Len is how many connections are parked: none.
func (l *Lot) Len() int { return 0 }

// Enter returns ErrUnsupported and leaves conn as it was.
func (l *Lot) Enter(*Conn, net.Conn, Owner, time.Time) error { return ErrUnsupported }

// A Conn is one connection of a Lot. Here it is never parked.
type Conn struct{}

// Send does nothing, as on every connection that is not parked.
func (c *Conn) Send([]byte) bool { return true }

// Finish does nothing, as on every connection that is not parked.
func (c *Conn) Finish(bool, []byte) {}
