package revocation

import (
	"sync"
	"time"

	"jumun/shared/wire"
)

// clockSlack is how far the clocks of servers and Redis may differ before a token could
// outlive the revocation that covers it.
const clockSlack = 24 * time.Hour

// A List is what this server knows to be revoked. It only grows, except that it drops
// revocations that cover no token any more. The zero value knows nothing yet. A List is safe
// for concurrent use.
//
// It has no bound: leaving out one revocation would let a locked-out device in. Store bounds what is
// written.
type List struct {
	mu    sync.RWMutex
	known bool
	round uint32 // of reading the whole list
	news  uint64 // how often something was learnt that was not known
	all   map[string]entry
	kinds [256]bool // by their first letter: those of which a field is known, or was
}

// An entry is the time of one field, the latest if there were several, and the round in which Redis
// was last seen to have it.
type entry struct {
	at    int64 // ms since 1970
	round uint32
}

// Learn adds list to what is known. It may be the whole list, a part of it, or empty, in any
// order, and may repeat what is known.
func (v *List) Learn(list []wire.Revocation) {
	v.Recall(list)
	v.mu.Lock()
	defer v.mu.Unlock()
	v.known = true
}

// Recall adds list to what is known, from elsewhere than Redis: it does not count as known what Redis has.
func (v *List) Recall(list []wire.Revocation) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, r := range list {
		for _, s := range stampsOf(r) {
			v.learn(s, 0)
		}
	}
}

// Known reports whether Learn was called, or all that Redis has was read.
func (v *List) Known() bool {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.known
}

// Len returns how many fields are known.
func (v *List) Len() int {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return len(v.all)
}

// stamps returns what is known, in no order.
func (v *List) stamps() []stamp {
	v.mu.RLock()
	defer v.mu.RUnlock()
	all := make([]stamp, 0, len(v.all))
	for field, e := range v.all {
		all = append(all, stamp{field, e.at})
	}
	return all
}

// changes returns a number that is another whenever something was learnt.
func (v *List) changes() uint64 {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.news
}

// learn stores s, which Redis was seen to have in a round; 0: it was not.
func (v *List) learn(s stamp, round uint32) {
	known, ok := v.all[s.field]
	switch {
	case s.forgettable(time.Now().Add(-wire.MaxTokenLife - clockSlack).UnixMilli()), ok && s.at < known.at:
		return
	case v.all == nil:
		v.all = map[string]entry{}
	}
	if s.at == known.at {
		round = max(round, known.round)
	} else {
		v.news++
	}
	v.all[s.field], v.kinds[s.field[0]] = entry{s.at, round}, true
}

// learnFrom stores what Redis has.
func (v *List) learnFrom(redis []stamp) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, s := range redis {
		v.learn(s, v.round)
	}
}

// begin begins a round: all that Redis has is read and given to learnFrom, and then end is called.
func (v *List) begin() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.round++
}

// end ends the round, drops what covers no token any more, and returns what Redis lacks, or has with an
// older time: it has lost data.
func (v *List) end() (lost []stamp) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.known = true
	oldest := time.Now().Add(-wire.MaxTokenLife - clockSlack).UnixMilli()
	for field, e := range v.all {
		s := stamp{field, e.at}
		switch {
		case s.forgettable(oldest):
			delete(v.all, field)
		case e.round != v.round:
			lost = append(lost, s)
		}
	}
	return lost
}
