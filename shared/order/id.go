package order

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// ParseID takes s as the ID of an event: exactly "milliseconds-sequence", as Redis
// writes it, without leading zeros. Its errors wrap ErrMalformed.
func ParseID(s string) (ID, error) {
	ms, seq, ok := ID(s).parts()
	if !ok || s != fmt.Sprintf("%d-%d", ms, seq) {
		return "", fmt.Errorf("%.50q is not the ID of an event: %w", s, ErrMalformed)
	}
	return ID(s), nil
}

// Time is when the event with this ID was recorded, by the log's clock; the zero time
// for the zero ID.
func (id ID) Time() time.Time {
	ms, _, ok := id.parts()
	if !ok {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

// Compare is -1 if id stands before other in their mart's log, 0 if they are one, else 1.
// What is not an ID stands before every ID.
func (id ID) Compare(other ID) int {
	ms, seq, _ := id.parts()
	otherMs, otherSeq, _ := other.parts()
	return cmp.Or(cmp.Compare(ms, otherMs), cmp.Compare(seq, otherSeq))
}

func (id ID) parts() (ms int64, seq uint64, ok bool) {
	left, right, found := strings.Cut(string(id), "-")
	ms, err := strconv.ParseInt(left, 10, 64)
	seq, err2 := strconv.ParseUint(right, 10, 64)
	if !found || err != nil || err2 != nil || ms < 0 {
		return -1, 0, false
	}
	return ms, seq, true
}
