//go:build !linux

package door

import (
	"context"
	"net"
)

// A Door is a net.Listener. There is none on this system.
type Door struct{ net.Listener }

// Open fails with ErrUnsupported.
func Open(net.Listener, Options) (*Door, error) { return nil, ErrUnsupported }

// Run does nothing.
func (*Door) Run(context.Context) error { return nil }
