package auth

import (
	"net/http"
	"strings"

	"jumun/server/internal/httperror"
	"jumun/shared/wire"
)

// A credential is the token of a request; its text is empty if there is none.
type credential struct {
	text   string
	cookie bool // a browser sent it, whatever page had it do so
}

// credentialIn finds the token of a request: in its Authorization header (RFC 6750,
// section 2.1), and only without one in its cookie. Of two nobody could say which counts,
// so there is none; and none in the URL, which ends up in logs.
func credentialIn(r *http.Request) credential {
	if headers, ok := r.Header["Authorization"]; ok {
		if len(headers) != 1 {
			return credential{}
		}
		return credential{text: bearer(headers[0])}
	}
	cookies := r.CookiesNamed(wire.CookieName)
	if len(cookies) != 1 {
		return credential{}
	}
	return credential{text: sized(cookies[0].Value), cookie: true}
}

// bearer returns the token in the value of an Authorization header, or nothing. Schemes
// are the same in capitals (RFC 9110, section 11.1).
func bearer(value string) string {
	scheme, text, _ := strings.Cut(value, " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return sized(strings.Trim(text, " "))
}

// sized is text, or nothing if it is longer than a token is.
func sized(text string) string {
	if len(text) > wire.MaxToken {
		return ""
	}
	return text
}

// SameSite hands a request on to next unless a page of another site has sent it: by a code of
// its own it would give a browser a cookie for another mart.
func SameSite(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if foreign(r) {
			httperror.Forbidden(w)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// foreign says whether a page of another site had the browser change something here
// (Fetch Metadata Request Headers, section 2.4). The cookie is SameSite; this is for
// browsers that do not know what that is.
func foreign(r *http.Request) bool {
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		return false
	}
	switch r.Header.Get("Sec-Fetch-Site") {
	case "", "same-origin", "none": // an old browser, our page, a person
		return false
	}
	return true
}
