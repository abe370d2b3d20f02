package token

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"jumun/shared/order"
	"jumun/shared/wire"
)

// claims returns claims that are valid at now.
func claims(role wire.Role, marts ...order.MartID) wire.Claims {
	return wire.Claims{Subject: "pc-1", Name: "카운터", Role: role, Marts: marts,
		IssuedAt: now().Unix(), Expires: now().Add(wire.MaxTokenLife).Unix()}
}

func TestASignedTokenIsTakenAndItsHolderCanReadIt(t *testing.T) {
	keys := parse(t, jwkOf("a", ""))
	want := claims(wire.RoleAdmin, "42", "*")
	text, err := keys.Sign(want, now())
	if err != nil {
		t.Fatal(err)
	}
	if got, err := keys.Check(text, now()); err != nil || !reflect.DeepEqual(got, Token{Claims: want, Key: "a", mark: markOf(secretOf("a")), Roams: true}) {
		t.Errorf("taken as %+v, %v", got, err)
	}
	if got, err := wire.ReadClaims(text); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("read as %+v, %v", got, err)
	}
	payload, _ := base64.RawURLEncoding.DecodeString(strings.Split(text, ".")[1])
	var members map[string]any
	if err := json.Unmarshal(payload, &members); err != nil || len(members) != 7 || members["aud"] != "jumun" {
		t.Errorf("signed %s", payload)
	}
}

func TestTheNewestKeyThatEveryServerKnowsSigns(t *testing.T) {
	made := func(before time.Duration) string { return fmt.Sprintf(`,"iat":%d`, now().Add(-before).Unix()) }
	tests := []struct {
		name string
		keys []string
		role wire.Role
		mart order.MartID
		want string // "": no key signs
	}{
		{"a new key alone", []string{jwkOf("a", made(0))}, "device", "42", "a"},
		{"the oldest of two new keys", []string{jwkOf("a", made(time.Minute)), jwkOf("b", made(2*time.Minute))}, "device", "42", "b"},
		{"not a new key", []string{jwkOf("a", made(10*time.Minute-time.Second)), jwkOf("b", made(time.Hour))}, "device", "42", "b"},
		{"a key that is just old enough", []string{jwkOf("a", made(10*time.Minute)), jwkOf("b", made(time.Hour))}, "device", "42", "a"},
		{"the newest of the old keys", []string{jwkOf("b", made(3*time.Hour)), jwkOf("a", made(time.Hour)), jwkOf("c", made(2*time.Hour))}, "device", "42", "a"},
		{"a key of unknown age counts as old", []string{jwkOf("a", made(time.Minute)), jwkOf("b", "")}, "device", "42", "b"},
		{"not a key of another role", []string{jwkOf("a", made(time.Hour)+`,"roles":["publisher"]`), jwkOf("b", made(2*time.Hour))}, "device", "42", "b"},
		{"not a key of another mart", []string{jwkOf("a", made(time.Hour)+`,"marts":["43"]`), jwkOf("b", made(2*time.Hour))}, "device", "42", "b"},
		{"a new key, if no other key may", []string{jwkOf("a", made(0)), jwkOf("b", made(time.Hour)+`,"roles":["admin"]`)}, "device", "42", "a"},
		{"none, if no key may", []string{jwkOf("a", `,"roles":["admin"]`), jwkOf("b", `,"marts":["43"]`)}, "device", "42", ""},
		{"none for every mart, if each key is for one mart", []string{jwkOf("a", `,"marts":["42"]`)}, "device", "*", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			keys := parse(t, tt.keys...)
			text, err := keys.Sign(claims(tt.role, tt.mart), now())
			if tt.want == "" {
				if err == nil {
					t.Error("a key signed")
				}
				return
			}
			if got, err := keys.Check(text, now()); err != nil || got.Key != tt.want {
				t.Errorf("%s signed, want %s: %v", got.Key, tt.want, err)
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
}

func TestSignRefusesWhatCheckWouldRefuse(t *testing.T) {
	many := make([]order.MartID, 200)
	for i := range many {
		many[i] = order.MartID(fmt.Sprintf("%064d", i))
	}
	tests := map[string]func(c *wire.Claims){
		"no subject":                 func(c *wire.Claims) { c.Subject = "" },
		"a subject of lines":         func(c *wire.Claims) { c.Subject = "a\nb" },
		"an unknown role":            func(c *wire.Claims) { c.Role = "root" },
		"no marts":                   func(c *wire.Claims) { c.Marts = nil },
		"a malformed mart":           func(c *wire.Claims) { c.Marts = []order.MartID{"4 2"} },
		"not issued":                 func(c *wire.Claims) { c.IssuedAt = 0 },
		"issued in two days":         func(c *wire.Claims) { c.IssuedAt += 2 * 24 * 3600; c.Expires += 2 * 24 * 3600 },
		"expired":                    func(c *wire.Claims) { c.IssuedAt -= 10; c.Expires = now().Unix() },
		"longer than 400 days":       func(c *wire.Claims) { c.Expires++ },
		"more than a token may have": func(c *wire.Claims) { c.Marts = many },
	}
	for name, change := range tests {
		t.Run(name, func(t *testing.T) {
			c := claims(wire.RoleDevice, "42")
			change(&c)
			if text, err := parse(t, jwkOf("a", "")).Sign(c, now()); err == nil || text != "" {
				t.Errorf("signed %+v: %v", c, err)
			}
		})
	}
}
