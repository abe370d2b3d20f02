//go:build linux

package procs

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strconv"
)

// Kernel is the memory that the kernel uses for the whole machine, in bytes.
type Kernel struct {
	Slab    int64 // the kernel's own objects: sockets, files, entries of epoll
	Sockets int64 // data in the buffers of TCP
}

// ReadKernel returns the current values.
func ReadKernel() (Kernel, error) {
	memory, err := os.ReadFile("/proc/meminfo")
	if err != nil {
		return Kernel{}, err
	}
	sockets, err := os.ReadFile("/proc/net/sockstat")
	if err != nil {
		return Kernel{}, err
	}
	slab, err := kilobytes(memory, "Slab:")
	pages, err2 := tcpPages(sockets)
	return Kernel{Slab: slab, Sockets: pages * int64(os.Getpagesize())}, errors.Join(err, err2)
}

// kilobytes finds a line such as "VmRSS:   123 kB", and returns the number in bytes.
func kilobytes(text []byte, field string) (int64, error) {
	for line := range bytes.Lines(text) {
		if words := bytes.Fields(line); len(words) == 3 && string(words[0]) == field {
			n, err := strconv.ParseInt(string(words[1]), 10, 53)
			return n << 10, err
		}
	}
	return 0, fmt.Errorf("the kernel does not say %q", field)
}

// tcpPages returns the value of mem in "TCP: inuse 1 orphan 0 tw 2 alloc 1 mem 69".
func tcpPages(text []byte) (int64, error) {
	for line := range bytes.Lines(text) {
		words := bytes.Fields(line)
		if len(words) == 0 || string(words[0]) != "TCP:" {
			continue
		}
		for i, word := range words[:len(words)-1] {
			if string(word) == "mem" {
				return strconv.ParseInt(string(words[i+1]), 10, 40)
			}
		}
	}
	return 0, errors.New("the kernel does not say how much memory TCP uses")
}
