package eventlog

import (
	"cmp"
	"math"
	"strconv"
	"time"

	"jumun/shared/order"
)

// A spot is where an event stands in its mart's log: an order.ID in numbers. One is kept
// for every mart and compared at every message, and a piece of a message would keep all
// of it. The zero spot is the beginning.
type spot struct{ ms, seq uint64 }

// parseSpot takes every ID that Redis may give to an entry, exactly as Redis writes it.
func parseSpot(s string) (p spot, ok bool) {
	p.ms, p.seq, ok = order.ID(s).Numbers()
	return p, ok
}

// isID says whether p is the spot of an event of ours: Redis allows for times that are
// beyond ours.
func (p spot) isID() bool { return p.ms <= math.MaxInt64 }

func (p spot) id() order.ID {
	b := strconv.AppendUint(make([]byte, 0, 24), p.ms, 10)
	return order.ID(strconv.AppendUint(append(b, '-'), p.seq, 10))
}

func (p spot) compare(other spot) int {
	return cmp.Or(cmp.Compare(p.ms, other.ms), cmp.Compare(p.seq, other.seq))
}

// time is when the event was recorded, by the log's clock.
func (p spot) time() time.Time { return time.UnixMilli(int64(p.ms)).UTC() }
