package client

import (
	"net/http"
	"strings"
)

// A renewal is a token that replaced another. If the caller sets a third one between two
// Runs, that one is used.
type renewal struct{ old, token string }

// token returns the token to send now.
func (f *Client) token() string {
	if r := f.renewed.Load(); r != nil && r.old == f.Token {
		return r.token
	}
	return f.Token
}

// use makes the next request, and those after it, send this token.
func (f *Client) use(token string) { f.renewed.Store(&renewal{old: f.Token, token: token}) }

// sign adds the headers that every request has.
func (f *Client) sign(req *http.Request) {
	req.Header.Set("User-Agent", strings.TrimSuffix("jumun/"+f.Version, "/"))
	if token := f.token(); token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
}
