package revocation

import (
	"slices"
	"sync"
	"time"

	"jumun/server/internal/auth/token"
	"jumun/shared/order"
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

// All returns what is known, in no order. What was taken back comes twice: as revoked, and as undone.
func (v *List) All() []wire.Revocation {
	v.mu.RLock()
	defer v.mu.RUnlock()
	all := make([]wire.Revocation, 0, len(v.all))
	for field, e := range v.all {
		all = append(all, stamp{field, e.at}.revocation())
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
	v.all[s.field] = entry{s.at, round}
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

// Voids reports whether t is void at mart: its holder, a key of its line, or its holder at that mart was
// revoked, or t is the token of a device, and those of mart, or of all marts, were revoked after its line
// began, or in the same second. A revocation of a mart that t is not for does not count.
//
// An administrator for all marts is not void at one: who may revoke at one mart only must not keep those
// out who would undo it.
func (v *List) Voids(t token.Token, mart order.MartID) bool {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.voids(t, LineOf(t), mart)
}

// VoidsAt is Voids for the token of a device for mart that has this line.
func (v *List) VoidsAt(mart order.MartID, l Line) bool {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.names(l) || v.namesAt(l, mart) || v.replaced(l) || v.covers(mart, l)
}

// VoidsAll reports whether t is void at all of its marts.
func (v *List) VoidsAll(t token.Token) bool {
	v.mu.RLock()
	defer v.mu.RUnlock()
	l := LineOf(t)
	return !slices.ContainsFunc(t.Marts, func(mart order.MartID) bool { return !v.voids(t, l, mart) })
}

// Replaced reports whether t is void because a newer token of its device was renewed: if t comes now,
// two have the tokens of one.
func (v *List) Replaced(t token.Token) bool {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return t.Role == wire.RoleDevice && v.replaced(LineOf(t))
}

// VoidsKey reports whether the key kid was revoked: every token that it signs is void.
func (v *List) VoidsKey(kid string) bool {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.at(keyField, kid) > 0
}

// Last returns when the devices of mart, or of all marts, were last revoked; zero: never.
func (v *List) Last(mart order.MartID) (last time.Time) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	if at := max(v.at(martField, string(mart)), v.at(martField, string(wire.AnyMart))); at > 0 {
		last = time.UnixMilli(at).UTC()
	}
	return last
}

func (v *List) voids(t token.Token, l Line, mart order.MartID) bool {
	head := t.Role == wire.RoleAdmin && t.For(wire.AnyMart)
	return v.names(l) || !head && v.namesAt(l, mart) || t.Role == wire.RoleDevice &&
		(v.replaced(l) || v.covers(wire.AnyMart, l) || t.For(mart) && v.covers(mart, l))
}

// names reports whether the holder or a key of a line was revoked: then its tokens are void everywhere.
// Servers of before revoke subjects, whoever vouches for them.
func (v *List) names(l Line) bool {
	lent, by := l.subject() != l.Holder, l.Signers.Value()
	return v.at(deviceField, l.Holder) > 0 || lent && v.at(deviceField, l.subject()) > 0 ||
		v.at(keyField, by.Key) > 0 || by.First != by.Key && v.at(keyField, by.First) > 0
}

func (v *List) namesAt(l Line, mart order.MartID) bool {
	lent := l.subject() != l.Holder
	return v.at(atField, string(mart), "/", l.Holder) > 0 || lent && v.at(atField, string(mart), "/", l.subject()) > 0
}

func (v *List) replaced(l Line) bool { return v.at(olderField, l.Holder) > 1000*int64(l.issuedAt) }

// covers reports whether the devices of mart, or of all marts, were revoked after a line began.
func (v *List) covers(mart order.MartID, l Line) bool {
	last := max(v.at(martField, string(mart)), v.at(martField, string(wire.AnyMart)))
	return last > 0 && int64(l.began) <= last/1000
}

// at returns when what the parts of a field name was revoked, in ms since 1970; 0: it was not, or that
// was taken back.
func (v *List) at(parts ...string) int64 {
	if len(v.all) == 0 {
		return 0
	}
	var room [256]byte // so that asking takes no memory
	undo := append(room[:0], undoField...)
	for _, part := range parts {
		undo = append(undo, part...)
	}
	e, ok := v.all[string(undo[len(undoField):])]
	if !ok || e.at <= v.all[string(undo)].at {
		return 0
	}
	return e.at
}
