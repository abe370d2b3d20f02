package token

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"jumun/shared/order"
	"jumun/shared/wire"
)

// maxFile is the size limit of a key file in bytes: room for some thousands of keys.
const maxFile = 1 << 20

// A jwk is a key as it stands in a file (RFC 7517, section 4; RFC 7518, section 6.4).
// The members iat, roles and marts are ours.
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

// A jwks is a key file with all its members, unknown ones too. It is a map, because
// encoding/json would read "KEYS" into a struct field for "keys".
type jwks map[string]json.RawMessage

// Parse reads a key file: a JWK Set (RFC 7517, section 5) with at least one key for HS256. It ignores
// unknown members of the set, and keys that are not of "kty":"oct". In a key it refuses them: a
// misspelt limit would make a key without limits. An error names a key by its place in the file, and
// repeats nothing of it but the name of a member.
func Parse(raw []byte) (*Keys, error) {
	if len(raw) > maxFile {
		return nil, fmt.Errorf("the key file has more than %d bytes", maxFile)
	}
	var set jwks
	var all []json.RawMessage
	if json.Unmarshal(raw, &set) != nil || json.Unmarshal(set["keys"], &all) != nil {
		return nil, errors.New(`the key file is not a JWK Set: {"keys":[…]}`)
	}
	if err := keysOnce(raw); err != nil {
		return nil, err
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
	return checkedKeys(found)
}

// parseKey reads one key. It returns ours == false for a key of another kind.
func parseKey(raw []byte) (_ key, ours bool, err error) {
	var kind struct {
		Type string `json:"kty"`
	}
	if json.Unmarshal(raw, &kind) != nil || kind.Type == "" {
		return key{}, false, errors.New("it is not a JWK: kty is missing")
	}
	if kind.Type != "oct" {
		return key{}, false, nil // its other members may mean anything
	}
	if err := checkMembers(raw); err != nil {
		return key{}, false, err
	}
	var j jwk
	if json.Unmarshal(raw, &j) != nil {
		return key{}, false, errors.New("a member has the wrong type")
	}
	k, err := j.key()
	return k, err == nil, err
}

// key checks the members of j and returns the key.
func (j jwk) key() (key, error) {
	secret, err := base64.RawURLEncoding.Strict().DecodeString(j.Secret)
	switch {
	case j.ID == "" || order.Line(j.ID, order.MaxName) != j.ID: // such a key could not be revoked
		return key{}, fmt.Errorf("kid is missing, longer than %d characters or not printable", order.MaxName)
	case (j.Roles != nil || j.Marts != nil) && strings.Contains(j.ID, "/"):
		return key{}, errors.New("kid has a slash, which a key with roles or marts must not have: it stands between the kid and whom the key vouches for")
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
	case j.Roles != nil && (len(j.Roles) == 0 || !validRoles(j.Roles)):
		return key{}, errors.New("roles is empty, or has a role other than device, publisher and admin")
	case j.Marts != nil && !validMarts(j.Marts):
		return key{}, errMarts
	}
	return key{id: j.ID, secret: secret, mark: markOf(secret), made: j.Made, roles: j.Roles, marts: j.Marts}, nil
}

// validRoles reports whether every role exists.
func validRoles(list []wire.Role) bool {
	return !slices.ContainsFunc(list, func(r wire.Role) bool { return !slices.Contains(allRoles(), r) })
}
