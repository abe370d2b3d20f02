//go:build linux

package procs

import (
	"strconv"
	"testing"
)

func itoa(n int) string { return strconv.Itoa(n) }

func TestTCPPages(t *testing.T) {
	tests := []struct {
		name, in string
		want     int64
		wrong    bool
	}{
		{"as Linux writes it", "sockets: used 15\nTCP: inuse 1 orphan 0 tw 2 alloc 1 mem 69\nUDP: inuse 0 mem 7\n", 69, false},
		{"without mem", "TCP: inuse 1\n", 0, true},
		{"mem without a number", "TCP: mem\n", 0, true},
		{"nothing", "", 0, true},
	}
	for _, tt := range tests {
		if got, err := tcpPages([]byte(tt.in)); got != tt.want || (err != nil) != tt.wrong {
			t.Errorf("%s: %d, %v", tt.name, got, err)
		}
	}
}

func FuzzKernel(f *testing.F) {
	f.Add([]byte("Slab: 12 kB\n"))
	f.Add([]byte("TCP: inuse 1 mem 69"))
	f.Fuzz(func(t *testing.T, in []byte) {
		if n, err := kilobytes(in, "Slab:"); err == nil && n%1024 != 0 {
			t.Errorf("%d", n)
		}
		_, _ = tcpPages(in)
	})
}
