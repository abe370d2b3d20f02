// Package requestid names each request, so that an answer can be found in the log: its header X-Request-Id has
// the name.
package requestid

import (
	"context"
	"crypto/rand"
	"net/http"
	"regexp"
)

// Header is the header of requests and answers.
const Header = "X-Request-Id"

// fine is a name that a proxy, or the client, may give: it comes into the log.
var fine = regexp.MustCompile(`^[0-9A-Za-z._-]{1,64}$`)

// length is how many letters a name has that we make: enough that two of one day differ.
const length = 16

type contextKey struct{}

// Name returns a handler that names each request, as it names itself or anew, and calls next.
func Name(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := r.Header.Get(Header)
		if !fine.MatchString(name) {
			name = rand.Text()[:length]
		}
		w.Header().Set(Header, name)
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), contextKey{}, name)))
	})
}

// Of returns the name of the request with a context; "" outside of one.
func Of(ctx context.Context) string {
	name, _ := ctx.Value(contextKey{}).(string)
	return name
}
