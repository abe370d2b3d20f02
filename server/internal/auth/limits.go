package auth

import (
	"net/http"
	"time"

	"jumun/server/internal/httperror"
	"jumun/shared/wire"
)

const (
	// MaxStreamsPerDevice is how many streams and polls one device may have of one mart at
	// once. It needs one; a few more may be left from before its network failed.
	MaxStreamsPerDevice = 8
	// streamsAgain is how soon the server notices, by default, that a device has disconnected: a
	// heartbeat later, and the time that writing it may take.
	streamsAgain = 30 * time.Second
	// maxPublishers is how many publishers are remembered with what they sent. When there are
	// more, the one that has sent nothing for longest is forgotten, and counts as a new one.
	maxPublishers = 10_000
	// confirmRate is how many orders one device may confirm in a second, and confirmBurst how many at
	// once: a person presses once a second, and a device that was away confirms those of a weekend.
	confirmRate, confirmBurst = 20, 4 * wire.MaxAcks
	// maxConfirming is how many devices are remembered with what they confirmed, as maxPublishers.
	maxConfirming = 100_000
	// reportRate is how many reports of itself one device may send in a second, and reportBurst how many at
	// once: it sends one in minutes, and one for each change.
	reportRate, reportBurst = 1, 20
	// renewRate is how many renewals one device may ask for in a second, and renewBurst how many at once:
	// it needs one in weeks.
	renewRate, renewBurst = 1, 10
	// adminRate is how many requests one administrator may send in a second, and adminBurst how many at
	// once: a script may pair the PCs of a new store. One for all marts has allMarts times as much, and so has each for
	// requests that only read: each page of the console sends one a second, and people may share a token.
	adminRate, adminBurst, allMarts = 1, 60, 10
	// revokeRate is how many revocations one administrator may write in a second, and revokeBurst how many
	// at once. Of a holder at all its marts it writes one a mart, so a burst is more than the marts of the
	// widest token: each takes four bytes and more.
	revokeRate, revokeBurst = 1, wire.MaxToken / 4
	// maxAdmins is how many administrators are remembered with what they did, as maxPublishers.
	maxAdmins = 10_000
	// adminAtOnce is how many requests of one administrator are served at once: making a code takes a
	// place among the few that are computed.
	adminAtOnce = 4
	// The subjects of a lent key are whatever its holder writes. So all of them together have a limit
	// too: lentDevices and lentAdmins times that of one. For publishers it is that of one.
	lentDevices, lentAdmins = 32, 4
	// lentStreams is how many streams and polls of one mart all subjects of a lent key may have at once.
	lentStreams = 256
)

// TakeConfirmations reports whether the sender of a request may confirm n orders now. Otherwise it
// answers. The caller must be inside Require.
func (g *Gate) TakeConfirmations(w http.ResponseWriter, r *http.Request, n int) bool {
	return g.take(w, r, g.confirmations, n)
}

// TakeReport reports whether the device that sent a request may report again what it can do. Otherwise it answers.
// The caller must be inside Require.
func (g *Gate) TakeReport(w http.ResponseWriter, r *http.Request) bool {
	return g.take(w, r, g.reports, 1)
}

// TakeRevocations reports whether the administrator who sent a request may write n revocations now, one for
// each mart. Otherwise it answers. The caller must be inside Require.
func (g *Gate) TakeRevocations(w http.ResponseWriter, r *http.Request, n int) bool {
	return g.take(w, r, g.revocations, n)
}

// LimitPublishes calls next unless the holder of the token has sent more than it may. The handler
// must be inside Require.
func (g *Gate) LimitPublishes(next http.Handler) http.Handler {
	if g.opts.PublishRate == 0 {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if g.take(w, r, g.publishes, 1) {
			next.ServeHTTP(w, r)
			return
		}
		granted := From(r.Context())
		g.tellPublisher(refusal{reason: TooMany, holder: granted.Holder()}, holder(granted.Token))
	})
}

// LimitRenewals calls next unless the device has asked for more tokens than it may. The handler must be
// inside Require.
func (g *Gate) LimitRenewals(next http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if g.take(w, r, g.renewals, 1) {
			next(w, r)
		}
	})
}

// LimitAdmins calls next unless the administrator has asked for more than it may: one must not keep
// others from pairing and revoking. The handler must be inside Require.
func (g *Gate) LimitAdmins(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		granted := From(r.Context())
		mine := g.admins
		if granted.For(wire.AnyMart) {
			mine = g.fullAdmins
		}
		if r.Method == http.MethodGet || r.Method == http.MethodHead {
			mine = g.adminReads
		}
		if !g.take(w, r, mine, 1) {
			return
		}
		if !g.adminsNow.Acquire(granted.Holder()) {
			g.tooMany(w, granted.Role, time.Second)
			return
		}
		defer g.adminsNow.Release(granted.Holder())
		next.ServeHTTP(w, r)
	})
}

// take takes n from the budget of the sender of a request. If there is not enough, it answers so.
func (g *Gate) take(w http.ResponseWriter, r *http.Request, from budget, n int) bool {
	granted := From(r.Context())
	wait, ok := from.take(granted.Token, n)
	if !ok {
		g.tooMany(w, granted.Role, wait)
	}
	return ok
}

func (g *Gate) tooMany(w http.ResponseWriter, role wire.Role, wait time.Duration) {
	g.opts.Refused(role, TooMany)
	httperror.TooMany(w, wait)
}
