package auth

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

const (
	// corsMethods and corsHeaders are what a page of an allowed origin may use (Fetch, section 3.3); Jumun-Renew and
	// Retry-After are what it may read beside the body.
	corsMethods = "GET, POST"
	corsHeaders = "Authorization, Content-Type, Last-Event-ID"
	corsExposed = "Jumun-Renew, Retry-After"
	// corsAge is for how many seconds a browser remembers that: each stream, poll and confirmation would ask first.
	corsAge = "600"
)

// Origins are the origins whose pages may call the routes of devices, such as the admin page of a shop. The zero
// value has none. It is safe for concurrent use.
type Origins struct{ allowed map[string]bool }

// ParseOrigins reads a list of origins such as https://admin.example.com. It takes no pattern: a page that may
// connect is one that somebody has named.
func ParseOrigins(list []string) (Origins, error) {
	allowed := make(map[string]bool, len(list))
	for _, text := range list {
		origin, err := parseOrigin(text)
		if err != nil {
			return Origins{}, err
		}
		allowed[origin] = true
	}
	return Origins{allowed}, nil
}

// parseOrigin returns an origin as browsers write it: in lower case, without the port that is the scheme's own.
func parseOrigin(text string) (string, error) {
	u, err := url.Parse(strings.ToLower(text))
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.Scheme+"://"+u.Host != strings.ToLower(text) || strings.Contains(u.Host, "*") {
		return "", fmt.Errorf("%q is not an origin: write https://admin.example.com, without a path and without *", text)
	}
	port := map[string]string{"https": ":443", "http": ":80"}[u.Scheme]
	return u.Scheme + "://" + strings.TrimSuffix(u.Host, port), nil
}

// has reports whether the page that sent r is of one of the origins.
func (o Origins) has(r *http.Request) bool {
	sent := r.Header["Origin"]
	return len(sent) == 1 && o.allowed[sent[0]]
}

// Allow returns a handler that lets pages of these origins read the answers of next, and answers their preflights
// (Fetch, section 3.2). What a token may do is decided by next as ever; a preflight has none. To pages of
// other origins it is as if there were no Allow: their browsers keep the answers from them.
func (o Origins) Allow(next http.Handler) http.Handler {
	if len(o.allowed) == 0 {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Add("Vary", "Origin")
		if o.has(r) {
			h.Set("Access-Control-Allow-Origin", r.Header.Get("Origin"))
			h.Set("Access-Control-Allow-Credentials", "true") // the cookie, which only pages of the same site send
			h.Set("Access-Control-Expose-Headers", corsExposed)
			if r.Method == http.MethodOptions {
				preflight(w)
				return
			}
		}
		next.ServeHTTP(w, r)
	})
}

func preflight(w http.ResponseWriter) {
	h := w.Header()
	h.Set("Access-Control-Allow-Methods", corsMethods)
	h.Set("Access-Control-Allow-Headers", corsHeaders)
	h.Set("Access-Control-Max-Age", corsAge)
	w.WriteHeader(http.StatusNoContent)
}
