package orders

import (
	"hash/maphash"

	"jumun/shared/order"
)

// names has the hashes of the numbers and keys of all orders. Nearly every new order has a number
// that no other one has: then nobody has to look for the order that it repeats.
type names struct {
	seed   maphash.Seed
	hashes map[uint64]struct{}
}

func newNames() names { return names{seed: maphash.MakeSeed(), hashes: make(map[uint64]struct{})} }

func (n names) hash(mart order.MartID, name string) uint64 {
	return maphash.Comparable(n.seed, [2]string{string(mart), name})
}

func (n names) add(e *Entry) {
	n.hashes[n.hash(e.Mart, string(e.Order))] = struct{}{}
	if e.Key != "" {
		n.hashes[n.hash(e.Mart, e.Key)] = struct{}{}
	}
}

// mayHave reports whether an order may have the number or the key of event.
func (n names) mayHave(event order.Event) bool {
	_, number := n.hashes[n.hash(event.Mart, string(event.Order))]
	_, key := n.hashes[n.hash(event.Mart, event.Key)]
	return number || key
}
