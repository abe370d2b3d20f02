package ingest

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"

	"jumun/shared/order"
	"jumun/shared/wire"
)

// TakeEntries records the orders in entries of the intake stream, those of one mart in
// their order, and returns which entries are done with: recorded, recorded before, or
// without an order in them. The caller must hand in the others again.
func (in *Intake) TakeEntries(entries []map[string]any) (done []bool) {
	done = make([]bool, len(entries))
	marts := make(map[order.MartID][]numbered)
	for i, e := range entries {
		p, err := wire.ParseFields(e)
		if err != nil {
			in.complain(Stream, err, "begins", fmt.Sprintf("%.60q", fmt.Sprint(e)))
			done[i] = true
			continue
		}
		marts[p.Mart] = append(marts[p.Mart], numbered{i, p})
	}
	in.takeMarts(marts, done)
	return done
}

// A numbered order is one that stands at index i of a batch.
type numbered struct {
	i int
	order.Placement
}

// takeMarts records several marts at the same time. After the first failure it leaves the
// rest for later: waiting for Redis order by order would take minutes.
func (in *Intake) takeMarts(marts map[order.MartID][]numbered, done []bool) {
	var failed atomic.Bool
	var wg sync.WaitGroup
	defer wg.Wait()
	room := make(chan struct{}, lanes)
	for _, orders := range marts {
		room <- struct{}{}
		wg.Go(func() {
			defer func() { <-room }()
			for _, o := range orders {
				if failed.Load() {
					return
				}
				if _, _, err := in.record(context.Background(), Stream, o.Placement); err != nil {
					in.late.log("mart", o.Mart, "order", o.Order, "err", err)
					failed.Store(true)
					return
				}
				done[o.i] = true
			}
		})
	}
}
