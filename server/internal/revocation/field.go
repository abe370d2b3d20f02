package revocation

import (
	"slices"
	"strings"
	"time"

	"jumun/server/internal/auth/token"
	"jumun/server/internal/redisconn"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// What the fields of the hash begin with. The value of each is a time in ms since 1970.
const (
	deviceField = "device:" // and a holder: all its tokens are void
	atField     = "at:"     // and a mart, a slash and a holder: its tokens are void at that mart
	martField   = "mart:"   // and a mart: void are the tokens of devices whose line began until the time
	keyField    = "key:"    // and a kid: void is what it signed, and what was made of that
	olderField  = "older:"  // and a holder: void are its tokens that were issued before the time
	undoField   = "undo:"   // and another field: that was taken back at the time
	countField  = "count:"  // and a mart: not a time, but how many fields with atField it has
)

// A stamp is one field of the hash with its time, in ms since 1970.
type stamp struct {
	field string
	at    int64
}

// fieldOf returns the field of v in the hash.
func fieldOf(v wire.Revocation) string {
	switch {
	case v.Older:
		return olderField + v.Device
	case v.Device != "" && v.MartID != "":
		return atField + string(v.MartID) + "/" + v.Device
	case v.Device != "":
		return deviceField + v.Device
	case v.MartID != "":
		return martField + string(v.MartID)
	}
	return keyField + v.Key
}

// parseField returns what a field is about. Its errors wrap order.ErrMalformed.
func parseField(field string) (v wire.Revocation, err error) {
	kind, name, _ := strings.Cut(strings.TrimPrefix(field, undoField), ":")
	switch kind + ":" {
	case deviceField:
		v.Device = name
	case olderField:
		v.Device, v.Older = name, true
	case atField:
		var mart string
		mart, v.Device, _ = strings.Cut(name, "/")
		v.MartID = order.MartID(mart)
	case martField:
		v.MartID = order.MartID(name)
	case keyField:
		v.Key = name
	}
	if v.Check() != nil || fieldOf(v) != strings.TrimPrefix(field, undoField) {
		return wire.Revocation{}, redisconn.NotOurs("revocation %.100q", field)
	}
	return v, nil
}

// parseStamp parses a field and its value. Its errors wrap order.ErrMalformed.
func parseStamp(field, value string) (stamp, error) {
	_, err := parseField(field)
	at, wrong := ParseTime(value)
	if err != nil || wrong != nil {
		return stamp{}, redisconn.NotOurs("revocation %.100q", field)
	}
	return stamp{field, at.UnixMilli()}, nil
}

// revocation returns what s says: that something was revoked, or that this was taken back.
func (s stamp) revocation() wire.Revocation {
	v, _ := parseField(s.field) // it was parsed before
	if strings.HasPrefix(s.field, undoField) {
		v.UndoneAt = time.UnixMilli(s.at).UTC()
	} else {
		v.At = time.UnixMilli(s.at).UTC()
	}
	return v
}

// stampsOf returns the fields that say v.
func stampsOf(v wire.Revocation) (stamps []stamp) {
	for field, at := range map[string]time.Time{fieldOf(v): v.At, undoField + fieldOf(v): v.UndoneAt} {
		if ms := at.UnixMilli(); v.Check() == nil && ms > 0 {
			stamps = append(stamps, stamp{field, ms})
		}
	}
	return stamps
}

// forgettable reports whether s covers no token any more: all that it was about have expired. A key
// can sign new ones for ever.
func (s stamp) forgettable(oldest int64) bool {
	return !strings.HasPrefix(strings.TrimPrefix(s.field, undoField), keyField) && s.at < oldest
}

// holderFields returns the fields of which any makes t void everywhere, but for olderField.
func holderFields(t token.Token) []string {
	first, _ := t.First()
	fields := []string{deviceField + t.Holder(), deviceField + t.Subject, keyField + t.Key, keyField + first}
	slices.Sort(fields)
	return slices.Compact(fields)
}

// martFields returns the fields that make t void at one of its marts, or more.
func martFields(t token.Token) (fields []string) {
	if t.Role == wire.RoleDevice {
		fields = append(fields, martField+string(wire.AnyMart))
	}
	for _, mart := range t.Marts {
		at := atField + string(mart) + "/"
		fields = append(fields, martField+string(mart), at+t.Holder(), at+t.Subject)
	}
	slices.Sort(fields)
	return slices.Compact(fields)
}
