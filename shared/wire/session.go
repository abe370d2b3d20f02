package wire

import (
	"time"

	"jumun/shared/order"
)

// The paths of the console, the page of the head office.
const (
	ConsolePath  = "/console"
	SessionPath  = "/v1/admin/session"
	LinksPath    = "/v1/admin/links"
	OpenLinkPath = "/v1/admin/links/open"
)

// AdminCookieName is the cookie in which the console keeps an administrator's session. Requests that need a device do not
// look at it, and those that need an administrator look at no other.
const AdminCookieName = "__Host-jumun-admin"

const (
	// SessionLife is how long a session lasts: a working day, so that nobody finds one open on the next.
	SessionLife = 12 * time.Hour
	// LinkLife is how long a link is good: it goes to one person, who waits for it.
	LinkLife = 15 * time.Minute
)

// A Session says whose session it is.
type Session struct {
	Holder  string         `json:"holder"`         // by which it can be revoked
	Name    string         `json:"name,omitempty"` // the name that people know
	Marts   []order.MartID `json:"marts"`          // those at which it was not revoked; AnyMart: all
	Expires time.Time      `json:"expires"`        // RFC 3339
}

// An AdminLink is the answer to a request for a link. Nobody can read the code again.
type AdminLink struct {
	Code    string    `json:"code"`    // good once
	Expires time.Time `json:"expires"` // RFC 3339
}

// A LinkCode is the body of a request that exchanges the code of a link for a session.
type LinkCode struct {
	Code string `json:"code"`
}

// Page returns the link for a browser. What stands behind "#" is sent to no server, and logged by none.
func (l AdminLink) Page(server string) string { return server + ConsolePath + "#code=" + l.Code }
