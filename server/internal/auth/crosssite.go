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
// request that changes something.
func (g *Gate) foreign(r *http.Request, role wire.Role) bool {
	if role == wire.RoleAdmin {
		return crossSite(r, Origins{})
	}
	return crossSite(r, g.opts.Origins)
}

// crossSite reports whether a page of another origin made the browser send a request that changes something (Fetch
// Metadata Request Headers, section 2.4; by its Origin where the browser sends none of them). Our cookies are
// SameSite; this check is for browsers that do not know that, and for other hosts of the same site: they have to be
// among those that are allowed.
func crossSite(r *http.Request, allowed Origins) bool {
	if new(http.CrossOriginProtection).Check(r) == nil {
		return false
	}
	site := r.Header.Get("Sec-Fetch-Site")
	return site != "same-site" && site != "" || !allowed.has(r)
}
