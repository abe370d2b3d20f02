package pairing

import (
	"net/http"

	"jumun/shared/wire"
)

// SignOut serves DELETE of wire.TokenPath: the browser forgets its token, whether or not it is still
// good. Whoever has copied the token still has it: only an admin revokes.
func (h *Handler) SignOut(w http.ResponseWriter, _ *http.Request) { signOut(w, wire.CookieName) }

// EndSession serves DELETE of wire.SessionPath, as SignOut does for a device.
func (h *Handler) EndSession(w http.ResponseWriter, _ *http.Request) {
	signOut(w, wire.AdminCookieName)
}

func signOut(w http.ResponseWriter, cookie string) {
	setCookie(w, cookie, "", -1)
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusNoContent)
}
