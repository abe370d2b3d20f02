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

// clockSlack is how far the clocks of servers and Redis may differ before a token could
// outlive the revocation that covers it.
const clockSlack = 24 * time.Hour

// A List is what this server knows to be revoked. It only grows, except that it drops
// revocations that cover no token any more. The zero value knows nothing yet. A List is safe
// for concurrent use.
//
// It has no bound: leaving out one revocation would let a locked-out device in. Only admins
// make it longer, by a hundred bytes each.
type List struct {
	learning sync.Mutex // one at a time
	list     atomic.Pointer[entries]
}

// entries never change, so that requests read them without a lock; nil: not known yet. The
// values are when it was revoked, the latest time if there are several.
type entries struct {
	devices, keys map[string]time.Time
	marts         map[order.MartID]time.Time
}

// Learn adds list to what is known. It may be the whole list, a part of it, or empty, in any
// order, and may repeat what is known.
func (v *List) Learn(list []wire.Revocation) {
	v.learning.Lock()
	defer v.learning.Unlock()
	known, oldest := v.list.Load(), time.Now().Add(-wire.MaxTokenLife-clockSlack)
	if known != nil && len(known.lacks(list, oldest)) == 0 {
		return // most of the time: the list is read again and again
	}
	v.list.Store(known.with(list, oldest))
}

// Known reports whether Learn was called.
func (v *List) Known() bool { return v.list.Load() != nil }

// Voids reports whether t is void at mart: its holder or its key was revoked, or t is the token of
// a device, and those of mart, or of all marts, were revoked after t was issued, or in the same
// second. A revocation of a mart that t is not for does not count.
func (v *List) Voids(t token.Token, mart order.MartID) bool {
	return v.list.Load().voids(t, mart)
}

// VoidsAt is Voids for the token of a device for mart with this holder, key and time of issue.
func (v *List) VoidsAt(mart order.MartID, subject, key string, issuedAt int64) bool {
	list := v.list.Load()
	return list != nil && (list.names(subject, key) || list.covers(mart, issuedAt))
}

// VoidsKey reports whether the key kid was revoked: every token that it signs is void.
func (v *List) VoidsKey(kid string) bool {
	list := v.list.Load()
	if list == nil {
		return false
	}
	_, void := list.keys[kid]
	return void
}

// Last returns when the devices of mart, or of all marts, were last revoked; zero: never.
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

// VoidsAll reports whether t is void at all of its marts.
func (v *List) VoidsAll(t token.Token) bool {
	list := v.list.Load()
	return !slices.ContainsFunc(t.Marts, func(mart order.MartID) bool { return !list.voids(t, mart) })
}

// VoidsAny reports whether t is void at one of its marts or more.
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

// Missing returns the known revocations that list lacks, or has with an older time: a Redis
// that lost data lacks them.
func (v *List) Missing(list []wire.Revocation) []wire.Revocation {
	known := v.list.Load()
	if known == nil {
		return nil
	}
	theirs := (*entries)(nil).with(list, time.Time{})
	return theirs.lacks(known.all(), time.Time{})
}

// Len returns how many revocations are known.
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
	return n.names(t.Subject, t.Key) || t.Role == wire.RoleDevice &&
		(n.covers(wire.AnyMart, t.IssuedAt) || t.For(mart) && n.covers(mart, t.IssuedAt))
}

// names reports whether the holder or the key of a token was revoked: then it is void everywhere.
func (n *entries) names(subject, kid string) bool {
	_, device := n.devices[subject]
	_, key := n.keys[kid]
	return device || key
}

// covers reports whether the devices of mart, or of all marts, were revoked after a token was issued.
func (n *entries) covers(mart order.MartID, issuedAt int64) bool {
	at, ok := n.marts[mart]
	all, every := n.marts[wire.AnyMart]
	return ok && issuedAt <= at.Unix() || every && issuedAt <= all.Unix()
}

// with returns n and list together, without revocations from before oldest. n may be nil.
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

// forgettable reports whether r covers no token any more: all that it was about have expired.
// A key can sign new ones for ever.
func forgettable(r wire.Revocation, oldest time.Time) bool {
	return r.Key == "" && !r.At.IsZero() && r.At.Before(oldest)
}

func later[K comparable](m map[K]time.Time, key K, at time.Time) {
	if known, ok := m[key]; !ok || at.After(known) {
		m[key] = at
	}
}

// lacks returns the revocations in list that n does not have, or has with an older time.
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
