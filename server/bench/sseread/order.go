package sseread

import (
	"bytes"
	"strconv"
)

// An Order is what the ID of an order contains here.
type Order struct {
	Seq int64 // number of the order in its mart, from 0
	At  int64 // when it was published, in nanoseconds since 1970
}

// ID returns the order's ID.
func (o Order) ID() string {
	return strconv.FormatInt(o.Seq, 10) + "-" + strconv.FormatInt(o.At, 10)
}

// OrderIn finds an order in the data of an event. It returns false if there is none of ours.
func OrderIn(data []byte) (o Order, ok bool) {
	_, rest, found := bytes.Cut(data, []byte(`"orderId":"`))
	if !found {
		return Order{}, false
	}
	id, _, _ := bytes.Cut(rest, []byte(`"`))
	seq, at, _ := bytes.Cut(id, []byte("-"))
	if o.Seq, ok = digits(seq); ok {
		o.At, ok = digits(at)
	}
	return o, ok
}

// digits reads a number of at most 19 digits. An order has two of them.
func digits(text []byte) (n int64, ok bool) {
	if len(text) == 0 || len(text) > 19 {
		return 0, false
	}
	for _, c := range text {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int64(c-'0')
	}
	return n, n >= 0
}
