package main

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"jumun/server/internal/auth/token"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// theKeys is the key file of every server in these tests that gets no other.
var theKeys string

// withKeys runs the tests with theKeys. Each request without a token gets one for every mart,
// of another device each time.
func withKeys(run func() int) (code int, err error) {
	dir, err := os.MkdirTemp("", "jumun")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	theKeys = filepath.Join(dir, "keys.json")
	if _, err := token.AddKey(theKeys, nil, nil, time.Now()); err != nil {
		return 0, err
	}
	http.DefaultTransport = bearer{http.DefaultTransport.(*http.Transport)}
	return run(), nil
}

// ownCopy returns a copy of a key file in a directory of its own, as a server on another machine has it: the
// server writes beside it.
func ownCopy(t *testing.T, path string) string {
	t.Helper()
	raw, err := os.ReadFile(path)
	copied := filepath.Join(t.TempDir(), "keys.json")
	if err == nil {
		err = os.WriteFile(copied, raw, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	return copied
}

// A bearer adds a token to each request, of the role that its path needs.
type bearer struct{ *http.Transport }

func (b bearer) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Header.Get("Authorization") != "" || r.Header.Get("Cookie") != "" {
		return b.Transport.RoundTrip(r)
	}
	text, err := sign(theKeys, claims(roleFor(r.URL.Path), wire.AnyMart))
	if err != nil {
		return nil, err
	}
	r = r.Clone(r.Context())
	r.Header.Set("Authorization", "Bearer "+text)
	return b.Transport.RoundTrip(r)
}

func roleFor(path string) wire.Role {
	switch {
	case path == wire.PublishPath:
		return wire.RolePublisher
	case strings.HasPrefix(path, "/v1/admin/"):
		return wire.RoleAdmin
	}
	return wire.RoleDevice
}

// claims returns the claims of a new holder.
func claims(role wire.Role, marts ...order.MartID) wire.Claims {
	now := time.Now()
	return wire.Claims{Subject: "test-" + rand.Text(), Role: role, Marts: marts, IssuedAt: now.Unix(), Expires: now.Add(time.Hour).Unix(), Renew: wire.Forever}
}

func sign(path string, c wire.Claims) (string, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	keys, err := token.Parse(raw)
	if err != nil {
		return "", err
	}
	return keys.Sign(c, time.Unix(c.IssuedAt, 0))
}

func signed(t *testing.T, c wire.Claims) string {
	t.Helper()
	text, err := sign(theKeys, c)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// as returns a request with the token text, or, if it is empty, with a broken one.
func as(t *testing.T, text, method, url, body string) *http.Request {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", fmt.Sprintf("Bearer %s", text))
	return req
}
