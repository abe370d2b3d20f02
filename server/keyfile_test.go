package main

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"jumun/server/internal/auth/token"
	"jumun/server/internal/redistest"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// keyFile makes a key file with one key of the servers, and returns its kid too.
func keyFile(t *testing.T) (path, kid string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "keys.json")
	kid, err := token.AddKey(path, nil, nil, time.Now().Add(-2*time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	return path, kid
}

// addKey adds a key that was made an hour ago, so that it signs.
func addKey(t *testing.T, path string, roles []wire.Role, marts []order.MartID) (kid string) {
	t.Helper()
	kid, err := token.AddKey(path, roles, marts, time.Now().Add(-time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	return kid
}

// edit replaces text in a file.
func edit(t *testing.T, path, old, new string) {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err == nil {
		if !strings.Contains(string(raw), old) {
			t.Fatalf("the file has no %s", old)
		}
		err = os.WriteFile(path, []byte(strings.Replace(string(raw), old, new, 1)), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// signedWith signs claims with the newest key of a file.
func signedWith(t *testing.T, path string, c wire.Claims) string {
	t.Helper()
	text, err := sign(path, c)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// lentTo makes the file of somebody who has only the newest key of path.
func lentTo(t *testing.T, path string) string {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	theirs := filepath.Join(t.TempDir(), "lent.json")
	last := strings.LastIndex(string(raw), "{")
	if err := os.WriteFile(theirs, []byte(`{"keys":[`+string(raw)[last:]), 0o600); err != nil {
		t.Fatal(err)
	}
	return theirs
}

func TestTheStreamsOfAKeyThatWasTakenOutOfTheFileEnd(t *testing.T) {
	for name, change := range map[string]func(t *testing.T, path, kid string){
		"taken out": func(t *testing.T, path, kid string) {
			edit(t, path, `"oct",
      "kid": "`+kid, `"gone",
      "kid": "`+kid)
		},
		"for another mart":  func(t *testing.T, path, _ string) { edit(t, path, `"42"`, `"43"`) },
		"for another role":  func(t *testing.T, path, _ string) { edit(t, path, `"device"`, `"publisher"`) },
		"with a new secret": func(t *testing.T, path, kid string) { edit(t, path, secretIn(t, path, kid), strings.Repeat("A", 43)) },
	} {
		t.Run(name, func(t *testing.T) {
			path, _ := keyFile(t)
			kid := addKey(t, path, []wire.Role{wire.RoleDevice}, []order.MartID{"42"})
			server := serve(t, "--redis", redistest.Start(t).URL(), "--keys", path)
			text := signedWith(t, lentTo(t, path), claims(wire.RoleDevice, "42"))
			theirs, ours := hear(t, server.url, text), hear(t, server.url, signedWith(t, path, claims(wire.RoleDevice, "42")))
			change(t, path, kid)
			if e := theirs.next(t); e["event"] != wire.ByeEvent || !strings.Contains(e["data"], wire.ByeDrain) {
				t.Errorf("the stream gets %v", e)
			}
			wantProblem(t, server.url, text, http.StatusUnauthorized, wire.ProblemToken)
			select {
			case e := <-ours.events:
				t.Errorf("a stream of another key got %v", e)
			default:
			}
		})
	}
}

// secretIn returns the secret of a key as it stands in the file.
func secretIn(t *testing.T, path, kid string) string {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(raw), kid)
	_, rest, _ = strings.Cut(rest, `"k": "`)
	secret, _, _ := strings.Cut(rest, `"`)
	return secret
}

func TestServeRefusesAKeyFileWhoseKeysOthersHold(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys.json")
	addKey(t, path, []wire.Role{wire.RoleDevice}, nil)
	code, _, said := do(t, nothing, "serve", "--listen", "127.0.0.1:0", "--keys", path, "--redis", "redis://127.0.0.1:1")
	if code != exitFailed || !strings.Contains(said, "jumun-server keygen --keys "+path) {
		t.Errorf("exit code %d: %s", code, said)
	}
}

func TestServersSignByTheirOwnKeysThoughALentOneIsNewer(t *testing.T) {
	path, own := keyFile(t)
	lent := addKey(t, path, []wire.Role{wire.RoleDevice}, []order.MartID{"42"})
	redis := redistest.Start(t)
	server := serve(t, "--redis", redis.URL(), "--keys", path)
	paired := pairDevice(t, server.url, redis.URL(), "카운터")
	if kid := keyOf(t, paired.Token); kid != own {
		t.Errorf("it is signed by %s: %s is the servers' own, %s is lent", kid, own, lent)
	}
	revoke(t, redis.URL(), "--key", lent)
	eventually(t, "what it signs is void", func() bool {
		return heardBy(t, server.url, signedWith(t, lentTo(t, path), claims(wire.RoleDevice, "42")), "42") == http.StatusUnauthorized
	})
	hear(t, server.url, paired.Token)
}

func TestServeRefusesAKeyWhoseLimitIsMisspelt(t *testing.T) {
	path, _ := keyFile(t)
	addKey(t, path, nil, []order.MartID{"42"})
	edit(t, path, `"marts"`, `"mart"`)
	code, _, said := do(t, nothing, "serve", "--listen", "127.0.0.1:0", "--keys", path, "--redis", "redis://127.0.0.1:1")
	if code != exitFailed || !strings.Contains(said, `key 2 of the key file: it has the unknown member "mart": write marts`) {
		t.Errorf("exit code %d: %s", code, said)
	}
}

// keyOf returns the kid in the header of a token.
func keyOf(t *testing.T, text string) string {
	t.Helper()
	first, _, _ := strings.Cut(text, ".")
	raw, err := base64.RawURLEncoding.DecodeString(first)
	var header struct{ Kid string }
	if err == nil {
		err = json.Unmarshal(raw, &header)
	}
	if err != nil {
		t.Fatal(err)
	}
	return header.Kid
}
