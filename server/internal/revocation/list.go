package revocation

import (
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"jumun/server/internal/auth/token"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// clockSlack is by how much the clocks of servers and of Redis may differ before a token
// outlives the revocation that it falls under.
const clockSlack = 24 * time.Hour

// A List is what this server knows to be revoked. It only grows, except that it drops what
// no token can fall under any more. The zero value knows nothing yet. It is safe for
// concurrent use.
//
// It has no bound: to leave out one would let in who was put out. Only admins make it
// longer, by a hundred bytes each.
type List struct {
	learning sync.Mutex // one at a time
	list     atomic.Pointer[entries]
}

// entries are never changed, so that requests read them without waiting; nil: not
// known yet. They say when it was revoked, the latest time if there are several.
type entries struct {
	devices, keys map[string]time.Time
	marts         map[order.MartID]time.Time
}

// Learn adds a list to what is known. It may be the whole list, some of it, or nothing,
// which is known then; in any order, and again.
func (v *List) Learn(list []wire.Revocation) {
	v.learning.Lock()
	defer v.learning.Unlock()
	known, oldest := v.list.Load(), time.Now().Add(-wire.MaxTokenLife-clockSlack)
	if known != nil && len(known.lacks(list, oldest)) == 0 {
		return // most of the time: the list is read again and again
	}
	v.list.Store(known.with(list, oldest))
}

// Known says whether there was a list to learn from.
func (v *List) Known() bool { return v.list.Load() != nil }

// Voids says whether a token is good for nothing at a mart: its holder or its key was
// revoked, or the tokens of that mart, or of all, were after it was issued, or in the
// same second. A mart that the token is not for has no say.
func (v *List) Voids(t token.Token, mart order.MartID) bool {
	return v.list.Load().voids(t, mart)
}

// VoidsAt reports of a token with this holder, key and time of issue, which is for mart, what
// Voids reports of it there.
func (v *List) VoidsAt(mart order.MartID, subject, key string, issuedAt int64) bool {
	list := v.list.Load()
	return list != nil && (list.voidsAnywhere(subject, key, issuedAt) || list.covers(mart, issuedAt))
}

// VoidsKey says whether a key was revoked: what it signs is good for nothing.
func (v *List) VoidsKey(kid string) bool {
	list := v.list.Load()
	if list == nil {
		return false
	}
	_, void := list.keys[kid]
	return void
}

// Last is when the tokens of a mart were last revoked, by its own name or by that of all;
// zero: never.
func (v *List) Last(mart order.MartID) time.Time {
	list := v.list.Load()
	if list == nil {
		return time.Time{}
	}
	own, all := list.marts[mart], list.marts[wire.AnyMart]
	if all.After(own) {
		return all
	}
	return own
}

// VoidsAll says whether a token is good for nothing at any of its marts.
func (v *List) VoidsAll(t token.Token) bool {
	list := v.list.Load()
	return !slices.ContainsFunc(t.Marts, func(mart order.MartID) bool { return !list.voids(t, mart) })
}

// VoidsAny says whether a token is good for nothing at one of its marts or more.
func (v *List) VoidsAny(t token.Token) bool {
	list := v.list.Load()
	if list != nil && t.For(wire.AnyMart) {
		for mart := range list.marts {
			if list.voids(t, mart) {
				return true
			}
		}
	}
	return slices.ContainsFunc(t.Marts, func(mart order.MartID) bool { return list.voids(t, mart) })
}

// Missing is what is known and a list lacks, or has an older time for: for a Redis that
// lost some of its data.
func (v *List) Missing(list []wire.Revocation) []wire.Revocation {
	known := v.list.Load()
	if known == nil {
		return nil
	}
	theirs := (*entries)(nil).with(list, time.Time{})
	return theirs.lacks(known.all(), time.Time{})
}

// Len is how many revocations are known.
func (v *List) Len() int {
	known := v.list.Load()
	if known == nil {
		return 0
	}
	return len(known.devices) + len(known.keys) + len(known.marts)
}

func (n *entries) voids(t token.Token, mart order.MartID) bool {
	if n == nil {
		return false
	}
	return n.voidsAnywhere(t.Subject, t.Key, t.IssuedAt) || t.For(mart) && n.covers(mart, t.IssuedAt)
}

// voidsAnywhere says whether a token is good for nothing at any mart.
func (n *entries) voidsAnywhere(subject, kid string, issuedAt int64) bool {
	_, device := n.devices[subject]
	_, key := n.keys[kid]
	return device || key || n.covers(wire.AnyMart, issuedAt)
}

func (n *entries) covers(mart order.MartID, issuedAt int64) bool {
	at, ok := n.marts[mart]
	return ok && issuedAt <= at.Unix()
}

// with is n and what a list has, without what is from before oldest. n may be nil.
func (n *entries) with(list []wire.Revocation, oldest time.Time) *entries {
	sum := &entries{devices: map[string]time.Time{}, keys: map[string]time.Time{}, marts: map[order.MartID]time.Time{}}
	if n != nil {
		list = append(n.all(), list...)
	}
	for _, r := range list {
		if forgettable(r, oldest) {
			continue
		}
		switch {
		case r.Device != "":
			later(sum.devices, r.Device, r.At)
		case r.Key != "":
			later(sum.keys, r.Key, r.At)
		case r.MartID != "":
			later(sum.marts, r.MartID, r.At)
		}
	}
	return sum
}

// forgettable says whether no token can fall under a revocation any more: all that it was
// about have ended. A key can sign new ones for ever.
func forgettable(r wire.Revocation, oldest time.Time) bool {
	return r.Key == "" && !r.At.IsZero() && r.At.Before(oldest)
}

func later[K comparable](m map[K]time.Time, key K, at time.Time) {
	if known, ok := m[key]; !ok || at.After(known) {
		m[key] = at
	}
}

// lacks is what of a list n does not have, or has an older time for.
func (n *entries) lacks(list []wire.Revocation, oldest time.Time) []wire.Revocation {
	return slices.DeleteFunc(slices.Clone(list), func(r wire.Revocation) bool {
		at, ok := n.find(r)
		return ok && at.Unix() >= r.At.Unix() || forgettable(r, oldest)
	})
}

func (n *entries) find(r wire.Revocation) (at time.Time, ok bool) {
	switch {
	case r.Device != "":
		at, ok = n.devices[r.Device]
	case r.Key != "":
		at, ok = n.keys[r.Key]
	default:
		at, ok = n.marts[r.MartID]
	}
	return at, ok
}

func (n *entries) all() []wire.Revocation {
	list := make([]wire.Revocation, 0, len(n.devices)+len(n.keys)+len(n.marts))
	for device, at := range n.devices {
		list = append(list, wire.Revocation{Device: device, At: at})
	}
	for key, at := range n.keys {
		list = append(list, wire.Revocation{Key: key, At: at})
	}
	for mart, at := range n.marts {
		list = append(list, wire.Revocation{MartID: mart, At: at})
	}
	return list
}
