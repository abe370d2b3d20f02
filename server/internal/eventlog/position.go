package eventlog

import (
	"cmp"
	"math"
	"strconv"
	"time"

	"jumun/shared/order"
)

// A Position is where an event stands in its mart's log: an order.ID in numbers. A follower
// keeps one for every mart: the ID as a piece of a message would keep the whole message in
// memory. The zero Position is the beginning of a log.
type Position struct{ ms, seq uint64 }

// ParsePosition reads an ID as Redis writes it. It takes every ID that Redis may give to an
// entry, also those that no event of ours has.
func ParsePosition(s string) (p Position, ok bool) {
	p.ms, p.seq, ok = order.ID(s).Numbers()
	return p, ok
}

// IsEventID reports whether an event of ours may stand at p: Redis allows for times that are
// beyond those of Go.
func (p Position) IsEventID() bool { return p.ms <= math.MaxInt64 }

// ID returns p as Redis writes it.
func (p Position) ID() order.ID {
	b := strconv.AppendUint(make([]byte, 0, 24), p.ms, 10)
	return order.ID(strconv.AppendUint(append(b, '-'), p.seq, 10))
}

// Compare returns -1, 0 or 1 if p comes before, at or after other.
func (p Position) Compare(other Position) int {
	return cmp.Or(cmp.Compare(p.ms, other.ms), cmp.Compare(p.seq, other.seq))
}

// Time is when the event was recorded, by the log's clock.
func (p Position) Time() time.Time { return time.UnixMilli(int64(p.ms)).UTC() }
