package client

import (
	"errors"
	"net/http"
)

// errRevoked is told where the server has not said so itself.
var errRevoked = errors.New("this device was unpaired: ask an administrator / 페어링이 해제되었습니다: 관리자에게 문의하세요")

// A renewal is the token that came in place of another. Whoever gives the Feed a third
// one between two runs wants that one used.
type renewal struct{ old, token string }

// token is the one to send now.
func (f *Feed) token() string {
	if r := f.renewed.Load(); r != nil && r.old == f.Token {
		return r.token
	}
	return f.Token
}

// use sends this token from the next request on.
func (f *Feed) use(token string) { f.renewed.Store(&renewal{old: f.Token, token: token}) }

// sign adds to req what every request carries.
func (f *Feed) sign(req *http.Request) {
	req.Header.Set("User-Agent", "jumun")
	if token := f.token(); token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
}
