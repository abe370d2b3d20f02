//go:build linux

// Package counter counts orders in memory that several processes share, so that who
// publishes knows what has arrived, at no cost to who listens.
package counter

import (
	"fmt"
	"os"
	"sync/atomic"
	"unsafe"

	"golang.org/x/sys/unix"
)

// A Counter is two counters, of all crowds together.
type Counter struct {
	Arrived atomic.Int64 // orders that reached their device, each device for itself
	Wanted  atomic.Int64 // how many it will be in all; negative: nobody knows yet
}

// Open shares the counters in the file at path with all who open it. They are never let
// go of: a process has a few, as long as it lives.
func Open(path string) (*Counter, error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	defer file.Close() // the mapping stays
	size := int(unsafe.Sizeof(Counter{}))
	if err := file.Truncate(int64(size)); err != nil {
		return nil, err
	}
	shared, err := unix.Mmap(int(file.Fd()), 0, size, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	if err != nil {
		return nil, fmt.Errorf("share %s: %w", path, err)
	}
	return (*Counter)(unsafe.Pointer(unsafe.SliceData(shared))), nil
}
