//go:build linux

// Package counter counts orders in memory that several processes share: the publisher
// knows what has arrived, and the receivers pay nothing for that.
package counter

import (
	"fmt"
	"os"
	"sync/atomic"
	"unsafe"

	"golang.org/x/sys/unix"
)

// A Counter is two numbers, each of all receivers together.
type Counter struct {
	Arrived atomic.Int64 // orders that reached their device, counted for each device
	Wanted  atomic.Int64 // how many Arrived will be in the end; negative: not known yet
}

// Open shares the counters in the file at path with all who open it. The memory is never
// released: a process has few counters, and has them until it ends.
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
