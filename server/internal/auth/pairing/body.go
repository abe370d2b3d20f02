package pairing

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"jumun/server/internal/httperror"
	"jumun/shared/wire"
)

// bodyTimeout is how long a client may take to send a few hundred bytes.
const bodyTimeout = 5 * time.Second

// read reads and parses the body of a POST. If ok is false, it has answered what is wrong.
func read[T any](w http.ResponseWriter, r *http.Request, parse func([]byte) (T, error)) (parsed T, ok bool) {
	return readUpTo(w, r, wire.MaxPairing, parse)
}

// readUpTo is read for a body of at most limit bytes.
func readUpTo[T any](w http.ResponseWriter, r *http.Request, limit int, parse func([]byte) (T, error)) (parsed T, ok bool) {
	if r.Method != http.MethodPost {
		httperror.Method(w, http.MethodPost)
		return parsed, false
	}
	body, err := httperror.ReadBody(w, r, int64(limit), bodyTimeout)
	if err == nil && len(body) > limit {
		httperror.TooLarge(w, fmt.Errorf("the body has more than %d bytes", limit))
		return parsed, false
	}
	if err == nil {
		parsed, err = parse(body)
	}
	if err != nil {
		httperror.Malformed(w, err)
	}
	return parsed, err == nil
}

// setCookie sets the cookie for a token, which no script can read (RFC 6265bis, section 5.7). A negative
// number of seconds deletes it.
func setCookie(w http.ResponseWriter, name, token string, seconds int) {
	http.SetCookie(w, &http.Cookie{
		Name: name, Value: token, Path: "/", MaxAge: seconds,
		Secure: true, HttpOnly: true, SameSite: http.SameSiteStrictMode,
	})
}

// give answers with a token: in the cookie or in the body.
func give(w http.ResponseWriter, p wire.Paired, cookie bool, life time.Duration) {
	if cookie {
		setCookie(w, wire.CookieName, p.Token, int(life/time.Second))
		p.Token = ""
	}
	answer(w, http.StatusOK, p)
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // the client may be gone
}
