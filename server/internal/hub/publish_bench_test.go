package hub

import (
	"fmt"
	"sync/atomic"
	"testing"

	"jumun/shared/wire"
)

// A counter is a Receiver that counts what it gets, and tells when it has all.
type counter struct {
	left atomic.Int64
	all  chan struct{} // room for one
}

func (c *counter) Take(wire.Frame) bool {
	if c.left.Add(-1) == 0 {
		c.all <- struct{}{}
	}
	return true
}

func (*counter) OnEnd(string) {}

// BenchmarkPublishToParked is what the hub spends on parked streams, as nearly all are. The many are a large group: a goroutine hands them the frame.
func BenchmarkPublishToParked(b *testing.B) {
	for _, devices := range []int{1, 10, 1000} {
		b.Run(fmt.Sprintf("devices=%d", devices), func(b *testing.B) {
			h := New(64, newWatching(nil).hooks())
			c := &counter{all: make(chan struct{}, 1)}
			for range devices {
				d, err := h.Join(b.Context(), "42", &grant{})
				if err != nil {
					b.Fatal(err)
				}
				d.Hand(c)
			}
			frame := wire.Frame{ID: "1-0", Text: make([]byte, 150)}
			b.ReportAllocs()
			for b.Loop() {
				c.left.Store(int64(devices))
				h.Publish("42", frame)
				<-c.all
			}
			h.Wait()
		})
	}
}
