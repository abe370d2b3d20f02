package pairing

import "net/http"

// SignOut serves DELETE of wire.TokenPath: the browser forgets its token, whether or not it is still
// good. Whoever has copied the token still has it: only an admin revokes.
func (h *Handler) SignOut(w http.ResponseWriter, _ *http.Request) {
	setCookie(w, "", -1)
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusNoContent)
}
