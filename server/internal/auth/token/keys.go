package token

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/golang-jwt/jwt/v5"

	"jumun/shared/order"
	"jumun/shared/wire"
)

const (
	algorithm = "HS256"
	minSecret = 32      // bytes: as long as the hash (RFC 7518, section 3.2)
	maxFile   = 1 << 20 // bytes: some thousands of keys
)

// Keys are what a key file holds. They do not change, and may be used from anywhere.
type Keys struct {
	byID   map[string]key   // no more than fit into a file
	byAge  []key            // the oldest first
	seals  map[string]*seal // by the header of the tokens that Sign makes with them
	parser *jwt.Parser
}

type key struct {
	id     string
	secret []byte
	made   int64          // seconds since 1970; 0: not known, which is old
	roles  []wire.Role    // nil: all
	marts  []order.MartID // nil: all
}

// A jwk is a key as it stands in a file (RFC 7517, section 4; RFC 7518, section 6.4).
// Iat, roles and marts are ours.
type jwk struct {
	Type      string         `json:"kty"`
	ID        string         `json:"kid"`
	Algorithm string         `json:"alg"`
	Use       string         `json:"use,omitempty"`
	Secret    string         `json:"k"`
	Made      int64          `json:"iat"`
	Roles     []wire.Role    `json:"roles,omitempty"`
	Marts     []order.MartID `json:"marts,omitempty"`
}

// Parse reads a key file: a JWK Set (RFC 7517, section 5) with at least one key for HS256.
// Members that are not known, and keys that are not of "kty":"oct", are passed over.
// Errors name a key by its place in the file and repeat nothing of it.
func Parse(raw []byte) (*Keys, error) {
	if len(raw) > maxFile {
		return nil, fmt.Errorf("the key file has more than %d bytes", maxFile)
	}
	var s set
	var all []json.RawMessage
	if json.Unmarshal(raw, &s) != nil || json.Unmarshal(s["keys"], &all) != nil {
		return nil, errors.New(`the key file is no JWK Set: {"keys":[…]}`)
	}
	var found []key
	for i, raw := range all {
		k, ours, err := parseKey(raw)
		if err != nil {
			return nil, fmt.Errorf("key %d of the key file: %w", i+1, err)
		}
		if ours {
			found = append(found, k)
		}
	}
	return newKeys(found)
}

// A set is a key file with all its members, also those that are not known. It is no
// struct: encoding/json would take "KEYS" for "keys" too.
type set map[string]json.RawMessage

// parseKey reads one key; ours is false if it is for others.
func parseKey(raw []byte) (_ key, ours bool, err error) {
	var kind struct {
		Type string `json:"kty"`
	}
	if json.Unmarshal(raw, &kind) != nil || kind.Type == "" {
		return key{}, false, errors.New("it is no JWK: kty is missing")
	}
	if kind.Type != "oct" {
		return key{}, false, nil // its other members may mean anything
	}
	var j jwk
	if json.Unmarshal(raw, &j) != nil {
		return key{}, false, errors.New("a member of it has a wrong type")
	}
	k, err := j.key()
	return k, err == nil, err
}

func (j jwk) key() (key, error) {
	secret, err := base64.RawURLEncoding.Strict().DecodeString(j.Secret)
	switch {
	case j.ID == "" || order.Line(j.ID, order.MaxName) != j.ID: // such a one could not be revoked
		return key{}, fmt.Errorf("kid is missing, longer than %d characters or not to be printed", order.MaxName)
	case j.Algorithm != "" && j.Algorithm != algorithm:
		return key{}, errors.New("alg is not " + algorithm)
	case j.Use != "" && j.Use != "sig":
		return key{}, errors.New("use is not sig")
	case err != nil:
		return key{}, errors.New("k is not base64url without padding")
	case len(secret) < minSecret:
		return key{}, fmt.Errorf("k has fewer than %d bytes", minSecret)
	case j.Made < 0:
		return key{}, errors.New("iat is negative")
	case j.Roles != nil && (len(j.Roles) == 0 || slices.ContainsFunc(j.Roles, isNoRole)):
		return key{}, errors.New("roles is empty, or has another than device, publisher and admin")
	case j.Marts != nil && !areMarts(j.Marts):
		return key{}, errMarts
	}
	return key{j.ID, secret, j.Made, j.Roles, j.Marts}, nil
}

func isNoRole(r wire.Role) bool { return !slices.Contains(roles(), r) }

func newKeys(found []key) (*Keys, error) {
	if len(found) == 0 {
		return nil, errors.New("the key file has no key for " + algorithm)
	}
	slices.SortStableFunc(found, func(a, b key) int { return cmp.Compare(a.made, b.made) })
	k := keysOf(found)
	if len(k.byID) < len(found) {
		return nil, errors.New("a kid is in the key file twice")
	}
	return k, nil
}

// keysOf are the keys of a list that has the oldest first.
func keysOf(byAge []key) *Keys {
	k := &Keys{make(map[string]key, len(byAge)), byAge, make(map[string]*seal, len(byAge)), newParser()}
	for _, by := range byAge {
		k.byID[by.id] = by
		k.seals[headerOf(by.id)] = newSeal(by)
	}
	return k
}

// String says how many there are, so that no log that is given Keys has more of them.
func (k *Keys) String() string { return fmt.Sprintf("%d keys", len(k.byID)) }

// allows says whether claims are within the limits of the key.
func (k key) allows(c wire.Claims) bool {
	if k.roles != nil && !slices.Contains(k.roles, c.Role) {
		return false
	}
	return k.marts == nil || !slices.ContainsFunc(c.Marts, func(m order.MartID) bool {
		return !slices.Contains(k.marts, m) && !slices.Contains(k.marts, wire.AnyMart)
	})
}
