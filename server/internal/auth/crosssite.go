package auth

import (
	"net/http"

	"jumun/server/internal/httperror"
	"jumun/shared/wire"
)

// SameSite returns a handler that calls next unless a page of another site sent the request.
// Such a page could give a browser the cookie of another mart, with a code of its own.
func SameSite(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if crossSite(r, Origins{}) {
			httperror.Forbidden(w, wire.RoleDevice)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// foreign reports whether another page than one of ours, or for devices one that is allowed, made the browser send a
// request that changes something. An administrator's cookie is worth more than a device's: browsers that do not say
// which site a page is of say its origin, which must be this server (CrossOriginProtection of net/http).
func (g *Gate) foreign(r *http.Request, role wire.Role) bool {
	if role == wire.RoleAdmin {
		return new(http.CrossOriginProtection).Check(r) != nil
	}
	return crossSite(r, g.opts.Origins)
}

// crossSite reports whether a page of another site made the browser send a request that
// changes something (Fetch Metadata Request Headers, section 2.4). Our cookie is SameSite;
// this check is for browsers that do not know SameSite. A page of another origin of the same site has to be one of
// those that are allowed.
func crossSite(r *http.Request, allowed Origins) bool {
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		return false
	}
	switch r.Header.Get("Sec-Fetch-Site") {
	case "", "same-origin", "none": // an old browser, our page, a person
		return false
	case "same-site":
		return !allowed.has(r)
	}
	return true
}
