package auth

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"jumun/server/internal/auth/token"
	"jumun/server/internal/httperror"
	"jumun/server/internal/requestid"
	"jumun/shared/order"
	"jumun/shared/wire"
)

const (
	// tellEvery is how often the same refusal is logged: a publisher tries again and again.
	tellEvery = time.Minute
	// maxTold is how many refusals are remembered for that.
	maxTold = 1000
)

// A refusal is what one line of the log is about. Without a verified token it has only a reason, so
// that strangers cannot fill the log with holders that they make up.
type refusal struct {
	reason, holder string
	mart           order.MartID // of a stream; a publisher may send for thousands
}

// answer answers a request that needs a role and is refused for a reason.
func answer(w http.ResponseWriter, role wire.Role, reason string) {
	switch reason {
	case NoToken, Unknown:
		httperror.Token(w, role)
	case Expired:
		httperror.Expired(w, role)
	case Voided, Replaced:
		httperror.Revoked(w, role)
	default:
		httperror.Forbidden(w, role)
	}
}

// refuse answers a request that needs a role, counts it, and logs it if it is a publisher's: its
// orders do not ring until somebody reads why. t is the token, or zero if it was not verified.
func (g *Gate) refuse(w http.ResponseWriter, r *http.Request, role wire.Role, t token.Token, reason string) {
	g.opts.Refused(role, reason)
	answer(w, role, reason)
	if reason == Replaced {
		g.tellReplaced(t, g.opts.ClientIP.Of(r))
	}
	if role != wire.RolePublisher {
		return
	}
	who := holder(t)
	if t.Subject == "" {
		who = []any{"claims", claimed(credentialIn(r, role))}
	}
	g.tellPublisher(refusal{reason: reason, holder: t.Holder()}, append(who, "address", g.opts.ClientIP.Of(r), "request", requestid.Of(r.Context())))
}

// MayPublish reports whether the token of a request, which passed Require, is for a mart. If not, it
// counts and logs the refusal.
func (g *Gate) MayPublish(ctx context.Context, mart order.MartID) bool {
	granted := From(ctx)
	if granted.Stands(mart) {
		return true
	}
	g.opts.Refused(wire.RolePublisher, Forbidden)
	g.tellPublisher(refusal{reason: Forbidden, holder: granted.Holder()}, append([]any{"mart", mart}, holder(granted.Token)...))
	return false
}

func (g *Gate) tellPublisher(about refusal, who []any) {
	if _, ok := g.told.Allow(about); ok {
		g.opts.Log.Warn("a publisher was refused: its order does not ring", append([]any{"reason", about.reason}, who...)...)
	}
}

// tellReplaced logs that an old token came, though its holder has renewed a newer one.
func (g *Gate) tellReplaced(t token.Token, from netip.Addr) {
	if _, ok := g.told.Allow(refusal{reason: Replaced, holder: t.Holder()}); ok {
		g.opts.Log.Warn("TWO HAVE THE TOKEN OF ONE DEVICE: a token came that was replaced by the renewal of a newer one, and was refused; was it copied? "+
			"revoke the device, and pair it again", append(holder(t), "address", from)...)
	}
}

// holder returns what the log says about a verified token.
func holder(t token.Token) []any {
	return []any{"holder", t.Holder(), "name", t.Name, "role", t.Role, "key", t.Key, "marts", order.Line(fmt.Sprint(t.Marts), order.MaxName)}
}

// tellStreams logs that a device has as many streams as it may have.
func (g *Gate) tellStreams(p Pass, name string) {
	if _, ok := g.told.Allow(refusal{TooManyStreams, p.line.Holder, p.mart}); ok {
		g.opts.Log.Warn("a device has as many streams of its mart as one device may have: another one was refused; has its token been copied?",
			"mart", p.mart, "device", p.line.Holder, "name", name, "streams", MaxStreamsPerDevice)
	}
}

// claimed returns the key and the holder that an unverified token names, for people: anybody can
// write them. What cannot be read is empty.
func claimed(sent credential) string {
	var header struct{ Kid string }
	first, _, _ := strings.Cut(sent.text, ".")
	raw, _ := base64.RawURLEncoding.DecodeString(first)
	_ = json.Unmarshal(raw, &header)
	c, _ := wire.ReadClaims(sent.text)
	return fmt.Sprintf("key %q, holder %q", order.Line(header.Kid, order.MaxName), order.Line(c.Subject, order.MaxName))
}
