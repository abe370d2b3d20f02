package revocation

import (
	"slices"
	"time"

	"jumun/server/internal/auth/token"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// Voids reports whether t is void at mart: its holder, a key of its line, or its holder at that mart was
// revoked, or t is the token of a device, and those of mart, or of all marts, were revoked after its line
// began, or in the same second. A revocation of a mart that t is not for does not count.
//
// An administrator or a publisher for all marts is not void at one: who may revoke at one mart only must
// keep out neither those who would undo it, nor the order service of all marts.
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
	head := t.Role != wire.RoleDevice && t.For(wire.AnyMart)
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
	if kind := parts[0]; !v.kinds[kind[0]] { // every stream asks about all kinds, and most are rare
		return 0
	}
	var room [256]byte // so that asking takes no memory
	undo := append(room[:0], undoField...)
	for _, part := range parts {
		undo = append(undo, part...)
	}
	e, ok := v.all[string(undo[len(undoField):])]
	if !ok || v.kinds[undoField[0]] && e.at <= v.all[string(undo)].at {
		return 0
	}
	return e.at
}
