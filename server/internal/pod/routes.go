package pod

import (
	"fmt"
	"io"
	"net/http"
	"path"
	"strings"
	"time"

	"jumun/server/internal/auth"
	"jumun/server/internal/httperror"
	"jumun/server/internal/requestid"
	"jumun/shared/wire"
)

// bodyTimeout is what a client has to send a body; no handler gives it more.
const bodyTimeout = 10 * time.Second

// routes returns the handler of every path. A path without Require needs no token.
func (p *Pod) routes(c confirmer, metrics http.Handler) http.Handler {
	mux := http.NewServeMux()
	device := func(next http.Handler) http.Handler { return p.opts.Origins.Allow(p.require(wire.RoleDevice, next)) }
	mux.Handle(wire.MartPattern, device(p.noteUse(p.gate.LimitStreams(http.HandlerFunc(p.mart)))))
	mux.Handle(wire.EventsPattern, device(p.guard.limitStreams(p.streams)))
	mux.Handle(wire.OrdersPattern, device(p.guard.limitStreams(p.gate.LimitStreams(p.notePoll(http.HandlerFunc(p.streams.Poll))))))
	mux.Handle(wire.AcksPattern, device(p.noteUse(http.HandlerFunc(c.acks))))
	mux.Handle(wire.ReopenPattern, device(p.noteUse(http.HandlerFunc(c.reopen))))
	mux.Handle(wire.PresencePattern, device(p.noteUse(http.HandlerFunc(p.report))))
	mux.Handle(wire.TestPattern, device(p.noteUse(http.HandlerFunc(p.answerTest))))
	mux.Handle(wire.AckPattern, device(p.noteUse(http.HandlerFunc(c.ackNumber))))
	u := newUpdates(p)
	mux.Handle(wire.ReleasesPattern, device(p.noteUse(p.gate.LimitStreams(http.HandlerFunc(u.list)))))
	mux.Handle(wire.ReleasePattern, device(p.guard.limitStreams(p.gate.LimitStreams(getOnly(http.HandlerFunc(u.file))))))
	mux.Handle(wire.TokenPath, device(p.gate.LimitRenewals(p.pairings.Renew)))
	mux.Handle("DELETE "+wire.TokenPath, auth.SameSite(http.HandlerFunc(p.pairings.SignOut)))
	mux.Handle(wire.PublishPath, p.require(wire.RolePublisher, p.noteUse(p.gate.LimitPublishes(p.intake))))
	mux.Handle(wire.PairPath, auth.SameSite(http.HandlerFunc(p.pairings.Pair)))
	mux.Handle(wire.EnrolPath, auth.SameSite(http.HandlerFunc(p.pairings.Enrol)))
	admin := func(next http.HandlerFunc) http.Handler {
		return p.require(wire.RoleAdmin, p.noteUse(p.gate.LimitAdmins(next)))
	}
	mux.Handle(wire.PairingsPath, admin(p.pairings.CreatePairing))
	mux.Handle(wire.EnrolmentsPath, admin(p.pairings.Enrolments))
	mux.Handle(wire.EndEnrolment, admin(p.pairings.EndEnrolment))
	mux.Handle(wire.SessionPath, admin(p.pairings.Session))
	mux.Handle("DELETE "+wire.SessionPath, auth.SameSite(http.HandlerFunc(p.pairings.EndSession)))
	mux.Handle(wire.LinksPath, admin(p.pairings.MakeLink))
	mux.Handle(wire.OpenLinkPath, auth.SameSite(p.pairings.OpenLink(admin(p.pairings.Session))))
	mux.Handle(wire.WebhooksPath, admin(forAllMarts(http.MethodGet, p.listWebhooks)))
	mux.Handle(wire.ServersPath, admin(forAllMarts(http.MethodGet, p.showServers)))
	mux.Handle(wire.OverviewPath, admin(p.showOverview))
	mux.Handle(wire.MartsPath, admin(p.listMarts))
	mux.Handle(wire.MartAdminPattern, admin(p.showMart))
	mux.Handle(wire.DevicesPattern, admin(p.showDevices))
	mux.Handle(wire.RecentPattern, admin(p.recent))
	mux.Handle(wire.ConnectionsPattern, admin(p.listConnections))
	mux.Handle(wire.HistoryPattern, admin(p.history))
	mux.Handle(wire.TestsAdminPattern, admin(p.sendTest))
	mux.Handle(wire.TestAdminPattern, admin(p.showTest))
	mux.Handle(wire.KeysPath, admin(forAllMarts(http.MethodGet, p.listKeys)))
	mux.Handle(wire.KeyRenewalsPath, admin(forAllMarts(http.MethodPost, p.renewKey)))
	mux.Handle(wire.RevocationsPath, admin(p.pairings.Revocations))
	mux.Handle(wire.UndoPath, admin(p.pairings.Undo))
	mux.Handle(wire.FindPath, admin(p.pairings.FindDevice))
	mux.Handle(wire.MetricsPath, getOnly(metrics))
	mux.Handle(wire.LivePath, getOnly(http.HandlerFunc(ok)))
	mux.Handle(wire.ReadyPath, getOnly(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case p.hub.Refuses():
			httperror.Draining(w)
			return
		case p.follower.Ready() == nil && p.ring.Misfits():
			httperror.OtherKeys(w)
			return
		case p.ready() != nil:
			httperror.NotReady(w)
			return
		}
		ok(w, r)
		p.writeDegraded(w)
	})))
	p.pages.Register(mux)
	mux.HandleFunc("/", httperror.NoSuchPath)
	isStream := func(r *http.Request) bool { return strings.HasSuffix(r.URL.Path, path.Base(wire.EventsPattern)) }
	redisIsThere := func() bool { return p.follower.Ready() == nil }
	return requestid.Name(countStreams(isStream, redisIsThere, p.guard.closeReserved(bounded(unsniffed(canonical(mux)), bodyTimeout))))
}

// require returns a handler that calls next if a request has a token of a role.
func (p *Pod) require(role wire.Role, next http.Handler) http.Handler {
	return p.gate.Require(role, p.conns.verified(next))
}

// writeDegraded writes which ways in are dead, behind the "ok": taken out of service for that, all
// servers would cut off all devices, and the orders of the other ways with them.
func (p *Pod) writeDegraded(w io.Writer) {
	for _, what := range p.degraded() {
		_, _ = fmt.Fprintf(w, "degraded: %s\n", what)
	}
}

func (p *Pod) degraded() (all []string) {
	for what, err := range map[string]error{"the topic " + p.opts.Topic: p.topic.Err(), "the stream " + p.opts.Intake: p.consumer.Err()} {
		if err != nil {
			all = append(all, fmt.Sprintf("%s is not read: %v", what, err))
		}
	}
	if p.opts.Orders.ReplicasMissing() {
		all = append(all, "too few replicas of Redis had the last order")
	}
	return all
}

// bounded sets a deadline for the body of each request. net/http reads what a handler leaves
// unread, and would wait for it without end. A handler may set a deadline of its own.
func bounded(next http.Handler, within time.Duration) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ContentLength != 0 { // without a body, the deadline would end a stream
			_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(within)) // not every writer has deadlines
		}
		next.ServeHTTP(w, r)
	})
}

func ok(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	_, _ = io.WriteString(w, "ok\n")
}

func getOnly(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			httperror.Method(w, http.MethodGet)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// unsniffed tells browsers to take each answer for what it says that it is, and for nothing else: answers have what publishers
// and devices write.
func unsniffed(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Content-Type-Options", "nosniff")
		next.ServeHTTP(w, r)
	})
}

// canonical answers 404 where ServeMux would redirect: a device follows no redirects.
func canonical(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if p := r.URL.EscapedPath(); path.Clean(p) != p {
			httperror.NoSuchPath(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}
