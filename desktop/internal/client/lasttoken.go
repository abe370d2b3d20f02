package client

import (
	"errors"
	"time"

	"jumun/shared/wire"
)

// askForbiddenEvery is how often a server that does not renew the token is asked all the same: it may
// be another one one day.
const askForbiddenEvery = 24 * time.Hour

// isLast reports whether no token that is made of one with these claims can be valid for longer.
func isLast(c wire.Claims) bool { return c.Renew > 0 && c.Expires >= c.Renew }

// failed plans what follows a renewal that failed with err.
func (w *renewer) failed(err error) {
	w.wanted = false
	if errors.Is(err, errForbidden) {
		w.due = time.Now().Round(0).Add(askForbiddenEvery)
	}
	w.tellEnd(err)
}

// tellEnd tells when the token ends for good, if it does. err is why it was not renewed, or nil.
func (w *renewer) tellEnd(err error) {
	var ends time.Time
	if c, malformed := wire.ReadClaims(w.token()); malformed == nil && endsForGood(c, err, time.Now()) {
		ends = time.Unix(c.Expires, 0)
	}
	if !ends.Equal(w.ends) {
		w.ends = ends
		w.Ends(ends)
	}
}

// endsForGood reports whether people should know that a token ends. It was to be renewed when three
// quarters of its life were over at the latest: if that fails until then, something is wrong.
func endsForGood(c wire.Claims, err error, now time.Time) bool {
	isLate := time.Unix(c.Expires, 0).Sub(now) < lifeOf(c)/5
	return isLast(c) || errors.Is(err, errForbidden) || err != nil && isLate
}
