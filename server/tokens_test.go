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

// theKeys is the file with the keys of every server here but those that get their own.
var theKeys string

// withKeys runs the tests with theKeys, and has each request that has no token get one:
// of another device each time, good for every mart.
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

// A bearer has each request carry a token of the role that its path is for.
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

// claims are those of somebody new.
func claims(role wire.Role, marts ...order.MartID) wire.Claims {
	now := time.Now()
	return wire.Claims{Subject: "test-" + rand.Text(), Role: role, Marts: marts, IssuedAt: now.Unix(), Expires: now.Add(time.Hour).Unix()}
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

// as is a request that carries that token; empty: a nonsense one.
func as(t *testing.T, text, method, url, body string) *http.Request {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", fmt.Sprintf("Bearer %s", text))
	return req
}
