package client

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"jumun/desktop/internal/i18n"
)

// A message is an error about which a person can do something. The text of its ID in package
// i18n says what happened and what to do. Error says what happened, for the log.
type message struct{ id, what string }

func (m *message) Error() string { return m.what }

// ErrPointless is under the errors that every further try would get too. All other errors may
// pass.
var ErrPointless = errors.New("trying again will not help")

// ErrTooLate is under the error of Reopen if the server does not take the confirmation back any
// more.
var ErrTooLate = errors.New("the order was not confirmed within the last minute")

// errForbidden says that the server gives no new token for the old one. The old one stays good.
var errForbidden = errors.New("the server does not renew this token")

// errNoSuchPath says that the server is older than what was asked for.
var errNoSuchPath error = &message{"client.old-server", "the server has no such path"}

// ErrLater is under the errors of Acknowledge where the server answered, and cannot take these
// acknowledgements now. It may take others.
var ErrLater = errors.New("the server cannot take it now")

// ErrCode is the error of Pair when the server does not take the code for that mart. It does
// not say which of the two is wrong.
var ErrCode error = &message{"agent.pairing-wrong", "the mart ID or the pairing code is wrong, or the code was used or has expired"}

// RefusesToken reports whether err is the server's answer that the token is no good.
func RefusesToken(err error) bool {
	return errors.Is(err, errUnknown) || errors.Is(err, errExpired) || errors.Is(err, errRevoked) || errors.Is(err, errOtherMart)
}

// ErrEnrol is the error of Enrol when the server does not take the key for this PC. It does not say why: an
// administrator sees that at the server.
var ErrEnrol error = &message{"refused.enrol", "the enrolment key is wrong, used up, has ended or was revoked, or is not for this PC"}

var (
	errUnreached     = &message{"client.unreached", "the server cannot be reached"}
	errNoName        = &message{"client.no-name", "the server's name is not found"}
	errAway          = &message{"client.away", "nobody listens at the server's address"}
	errOffline       = &message{"client.offline", "this PC has no network"}
	errBroke         = &message{"client.broke", "the answer broke"}
	errNotReady      = &message{"client.not-ready", "the server is not ready"}
	errUnknown       = &message{"refused.token", "the server does not know this PC"}
	errExpired       = &message{"refused.expired", "the pairing of this PC has expired"}
	errOtherMart     = &message{"refused.mart", "this PC is not paired with this mart"}
	errRevoked       = &message{"refused.revoked", "this PC was unpaired"}
	errBlocked       = &message{"client.blocked", "something before the server refuses the request"}
	errProxyPassword = &message{"client.proxy-password", "the proxy asks for a password"}
	errProxyAway     = &message{"client.proxy-away", "the proxy cannot be reached"}
	errNotServer     = &message{"client.not-server", "what answers is not an order server"}
	errRedirected    = &message{"client.not-server", "the server's address redirects"}
	errRepeats       = &message{"client.repeats", "the server repeats a page of orders"}
	errTooLong       = &message{"client.not-server", "the server's answer is too long"}
	errNoToken       = &message{"client.not-server", "the server's answer has no token"}
	errEnded         = &message{"client.ended", "the server ended the stream"}
	errSilent        = &message{"client.silent", "the server has sent nothing for too long"}
	errHeldBack      = &message{"client.held-back", "something on the way holds back what the server sends"}
	errNoAnswer      = &message{"client.no-answer", "the server was reached and does not answer"}
	errNoConnect     = &message{"client.slow", "the server answers too slowly"}
	errReconnect     = &message{"client.reconnecting", "asked to reconnect"}
	errUntrusted     = &message{"client.untrusted", "the server's certificate is not trusted"}
	errUntimely      = &message{"client.untimely", "the server's certificate is not valid at this time"}
	errMisnamed      = &message{"client.misnamed", "the server's certificate is for another address"}
	errBadCA         = &message{"client.bad-ca", "the CA file has no certificate that can be read"}
	errSlowCA        = &message{"client.slow-ca", "reading the CA file takes too long"}
)

// A TooManyError says that the server was asked too often, from this address or for that mart.
type TooManyError struct {
	Wait time.Duration // how long the server asks to wait; 0 if it does not say
}

func (e *TooManyError) Error() string {
	if e.Wait <= 0 {
		return "too many attempts"
	}
	return fmt.Sprintf("too many attempts: the server asks to wait for %v", e.Wait)
}

// A serverSays is an answer that nobody wants, with the server's own words.
type serverSays struct {
	status string // such as "403 Forbidden"
	detail string // English and Korean, with " / " between them: see wire.Problem
}

func (r *serverSays) Error() string { return r.status + ": " + r.detail }

// in returns the server's words in one language.
func (r *serverSays) in(language string) string {
	i := strings.LastIndex(r.detail, " / ")
	switch {
	case i < 0:
		return r.detail
	case language == "ko":
		return r.detail[i+len(" / "):]
	}
	return r.detail[:i]
}

// Explain returns err as one line for people, in the language of t. What nobody has words
// for is returned as the system says it.
func Explain(t *i18n.Translator, err error) string {
	var m *message
	var r *serverSays
	var busy *TooManyError
	switch {
	case errors.As(err, &busy) && busy.Wait > 0:
		return t.Text("agent.pairing-wait", "Wait", t.Wait(busy.Wait))
	case errors.As(err, &busy):
		return t.Text("agent.pin-wait")
	case errors.As(err, &m):
		return t.Text(m.id)
	case errors.As(err, &r):
		return line(r.in(t.Language))
	}
	return line(err.Error())
}
