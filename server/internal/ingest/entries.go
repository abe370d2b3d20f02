package ingest

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"jumun/shared/order"
	"jumun/shared/wire"
)

// batchTimeout is how long a batch of the stream waits for its marts: several times what recording
// all of it takes. A mart that takes longer goes on by itself, and its entries come again.
const batchTimeout = 500 * time.Millisecond

// TakeEntries records the orders in entries of the intake stream, those of one mart in
// their order, and returns which entries are done with: recorded, recorded before, or
// without an order in them. The caller must hand in the others again.
func (in *Intake) TakeEntries(entries []map[string]any) (done []bool) {
	b := &batch{done: make([]bool, len(entries)), ended: make(chan struct{})}
	marts := make(map[order.MartID][]numbered)
	for i, e := range entries {
		p, err := wire.ParseFields(e)
		if err != nil {
			in.complain(Stream, err, "begins", fmt.Sprintf("%.60q", fmt.Sprint(e)))
			b.done[i] = true
			continue
		}
		marts[p.Mart] = append(marts[p.Mart], numbered{i, p})
	}
	for mart := range marts {
		if in.attempts.begin(mart) == admitted {
			b.running = append(b.running, mart)
		}
	}
	for _, mart := range slices.Clone(b.running) {
		in.late.Go(func() {
			in.attempts.end(mart, in.takeMart(marts[mart], b))
			b.end(mart)
		})
	}
	for _, mart := range b.wait() {
		in.attempts.fail(mart)
	}
	return b.done
}

// A numbered order is one that stands at index i of a batch.
type numbered struct {
	i int
	order.Placement
}

// takeMart records orders of one mart, up to the first one that fails.
func (in *Intake) takeMart(orders []numbered, b *batch) error {
	for _, o := range orders {
		if _, _, err := in.record(in.recording, Stream, o.Placement); err != nil {
			in.failed.log("way", Stream, "mart", o.Mart, "order", o.Order, "err", err)
			return err
		}
		if !b.set(o.i) {
			return nil // the rest comes again
		}
	}
	return nil
}

// A batch is which entries of a batch are done.
type batch struct {
	mu      sync.Mutex
	done    []bool
	running []order.MartID
	closed  bool
	ended   chan struct{} // closed when no mart is running
}

// set marks entry i as done, and reports whether the batch still waits.
func (b *batch) set(i int) (waits bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.closed {
		b.done[i] = true
	}
	return !b.closed
}

func (b *batch) end(mart order.MartID) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.running = slices.DeleteFunc(b.running, func(m order.MartID) bool { return m == mart })
	if len(b.running) == 0 {
		close(b.ended)
	}
}

// wait waits for all marts, or for batchTimeout, and returns those that still run. done does not
// change any more.
func (b *batch) wait() (slow []order.MartID) {
	timer := time.NewTimer(batchTimeout)
	defer timer.Stop()
	if b.isRunning() {
		select {
		case <-b.ended:
		case <-timer.C:
		}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed = true
	return slices.Clone(b.running)
}

func (b *batch) isRunning() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.running) > 0
}
