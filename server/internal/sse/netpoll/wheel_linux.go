package netpoll

// spokes is how many ticks a heartbeat has: few enough that an idle lot wakes up about once
// a second, as waking up costs as much as ten heartbeats do; and so many that what is due
// is late by less than anybody minds.
const spokes = 16

// none ends a list.
const none = -1

// A wheel holds small numbers, each with the tick at which it comes up. Setting, removing
// and coming up take the same time however many there are. The zero value is empty, and
// at tick 0.
type wheel struct {
	now   int64         // all that is due up to this tick has come up
	heads [spokes]int32 // per tick, modulo spokes: 1 + the first number of its list, or 0
	nodes []node        // by number
}

type node struct {
	at         int64 // tick; 0: not in the wheel
	next, prev int32 // none at the ends
}

// set has number n come up at tick at, and at no other. What is due already comes up with
// the next tick. A number takes 16 bytes, and so do all those below it.
func (w *wheel) set(n int32, at int64) {
	w.remove(n)
	for int(n) >= len(w.nodes) {
		w.nodes = append(w.nodes, node{})
	}
	at = max(at, w.now+1)
	head := &w.heads[at%spokes]
	w.nodes[n] = node{at: at, next: *head - 1, prev: none}
	if *head > 0 {
		w.nodes[*head-1].prev = n
	}
	*head = n + 1
}

// remove has number n not come up.
func (w *wheel) remove(n int32) {
	if int(n) >= len(w.nodes) || w.nodes[n].at == 0 {
		return
	}
	gone := w.nodes[n]
	w.nodes[n] = node{}
	if gone.next != none {
		w.nodes[gone.next].prev = gone.prev
	}
	if gone.prev != none {
		w.nodes[gone.prev].next = gone.next
	} else {
		w.heads[gone.at%spokes] = gone.next + 1
	}
}

// turn goes on to tick now and appends the numbers that come up to due, in no order. They
// are in the wheel no more.
func (w *wheel) turn(now int64, due []int32) []int32 {
	for tick := max(w.now+1, now-spokes+1); tick <= now; tick++ { // once around is all there is
		for n := w.heads[tick%spokes] - 1; n != none; {
			next := w.nodes[n].next
			if w.nodes[n].at <= now {
				w.remove(n)
				due = append(due, n)
			}
			n = next
		}
	}
	w.now = max(w.now, now)
	return due
}
