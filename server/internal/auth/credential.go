package auth

import (
	"net/http"
	"strings"

	"jumun/shared/wire"
)

// A credential is the token of a request.
type credential struct {
	text   string // empty: there is none
	cookie bool   // a browser sent it, perhaps for a page of another site
}

// credentialIn returns the token in the Authorization header (RFC 6750, section 2.1), or, if
// there is no such header, the one in the cookie for a role. Two headers or two cookies count as none:
// nobody could say which of them counts. A token in the URL does not count: URLs are logged.
func credentialIn(r *http.Request, role wire.Role) credential {
	if headers, ok := r.Header["Authorization"]; ok {
		if len(headers) != 1 {
			return credential{}
		}
		return credential{text: bearer(headers[0])}
	}
	name := wire.CookieName
	if role == wire.RoleAdmin {
		name = wire.AdminCookieName
	}
	cookies := r.CookiesNamed(name)
	if len(cookies) != 1 {
		return credential{}
	}
	return credential{text: notTooLong(cookies[0].Value), cookie: true}
}

// bearer returns the token in the value of an Authorization header, or "". The case of the
// scheme does not count (RFC 9110, section 11.1).
func bearer(value string) string {
	scheme, text, _ := strings.Cut(value, " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return notTooLong(strings.Trim(text, " "))
}

// notTooLong returns text, or "" if it is longer than any token.
func notTooLong(text string) string {
	if len(text) > wire.MaxToken {
		return ""
	}
	return text
}
