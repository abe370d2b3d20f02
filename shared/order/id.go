package order

import (
	"cmp"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// ParseID returns s as the ID of an event. It must be "milliseconds-sequence" exactly as Redis
// writes it, without leading zeros. Its errors wrap ErrMalformed.
func ParseID(s string) (ID, error) {
	if ms, _ := ID(s).place(); ms < 0 {
		return "", fmt.Errorf("%.50q is not the ID of an event: %w", s, ErrMalformed)
	}
	return ID(s), nil
}

// Time returns when the event with this ID was recorded, by the log's clock; the zero time if id
// is not an ID.
func (id ID) Time() time.Time {
	ms, _ := id.place()
	if ms < 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

// Compare returns -1, 0 or 1 if id comes before, is the same as, or comes after other in their
// mart's log. What is not an ID comes before every ID.
func (id ID) Compare(other ID) int {
	ms, seq := id.place()
	otherMs, otherSeq := other.place()
	return cmp.Or(cmp.Compare(ms, otherMs), cmp.Compare(seq, otherSeq))
}

// place returns -1, 0 if id is not an ID.
func (id ID) place() (ms int64, seq uint64) {
	n, seq, ok := id.Numbers()
	if !ok || n > math.MaxInt64 {
		return -1, 0
	}
	return int64(n), seq
}

// Numbers returns the milliseconds and the sequence of any ID that Redis may give to an entry of
// a stream. An event has at most math.MaxInt64 milliseconds: time.Time has no later time.
func (id ID) Numbers() (ms, seq uint64, ok bool) {
	left, right, found := strings.Cut(string(id), "-")
	ms, isNumber := parseNumber(left)
	seq, isNumberToo := parseNumber(right)
	return ms, seq, found && isNumber && isNumberToo
}

func parseNumber(s string) (n uint64, ok bool) {
	if len(s) > 1 && s[0] == '0' {
		return 0, false
	}
	n, err := strconv.ParseUint(s, 10, 64)
	return n, err == nil
}
