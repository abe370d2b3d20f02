package token

import (
	"encoding/base64"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

func TestParseTakesOnlyAValidKeyFile(t *testing.T) {
	short := base64.RawURLEncoding.EncodeToString(secretOf("a")[:31])
	tests := []struct {
		name, in string
		keys     int // 0: Parse refuses it
	}{
		{"one key", `{"keys":[` + jwkOf("a", "") + `]}`, 1},
		{"two keys", `{"keys":[` + jwkOf("a", "") + `,` + jwkOf("b", "") + `]}`, 2},
		{"unknown members of the set", `{"x":1,"x":null,"keys":[` + jwkOf("a", `,"key_ops":["verify"],"use":"sig"`) + `]}`, 1},
		{"no alg", `{"keys":[` + strings.Replace(jwkOf("a", ""), `"alg":"HS256",`, "", 1) + `]}`, 1},
		{"a key of another kind", `{"keys":[{"kty":"EC","kid":7,"k":1,"roles":"x"},` + jwkOf("a", "") + `]}`, 1},
		{"the longest kid", `{"keys":[` + jwkOf(strings.Repeat("키", 64), "") + `]}`, 1},
		{"limits", `{"keys":[` + jwkOf("a", `,"iat":1,"roles":["device"],"marts":["42","*"]`) + `]}`, 1},
		{"a slash in the kid of a key of the servers", `{"keys":[` + jwkOf("a/b", "") + `]}`, 1},

		{"a slash in the kid of a lent key", `{"keys":[` + jwkOf("a/b", `,"marts":["42"]`) + `]}`, 0},
		{"a slash in the kid of a key for some roles", `{"keys":[` + jwkOf("a/b", `,"roles":["device"]`) + `]}`, 0},
		{"nothing", ``, 0},
		{"null", `null`, 0},
		{"a list", `[` + jwkOf("a", "") + `]`, 0},
		{"one key outside a set", jwkOf("a", ""), 0},
		{"keys in capitals", `{"KEYS":[` + jwkOf("a", "") + `]}`, 0},
		{"keys null", `{"keys":null}`, 0},
		{"no key", `{"keys":[]}`, 0},
		{"only a key of another kind", `{"keys":[{"kty":"RSA"}]}`, 0},
		{"a null key", `{"keys":[null,` + jwkOf("a", "") + `]}`, 0},
		{"a key without kty", `{"keys":[{"kid":"x"},` + jwkOf("a", "") + `]}`, 0},
		{"something after the set", `{"keys":[` + jwkOf("a", "") + `]}{}`, 0},
		{"half of a file", (`{"keys":[` + jwkOf("a", "") + `]}`)[:60], 0},
		{"a kid twice", `{"keys":[` + jwkOf("a", "") + `,` + jwkOf("a", "") + `]}`, 0},
		{"no kid", `{"keys":[` + strings.Replace(jwkOf("a", ""), `"kid":"a",`, "", 1) + `]}`, 0},
		{"an empty kid", `{"keys":[` + jwkOf("", "") + `]}`, 0},
		{"a kid too long", `{"keys":[` + jwkOf(strings.Repeat("k", 65), "") + `]}`, 0},
		{"a kid that is not printable", `{"keys":[` + strings.Replace(jwkOf("a", ""), `"a"`, `"\u0007"`, 1) + `]}`, 0},
		{"another alg", `{"keys":[` + strings.Replace(jwkOf("a", ""), `HS256`, `HS512`, 1) + `]}`, 0},
		{"a key for encryption", `{"keys":[` + jwkOf("a", `,"use":"enc"`) + `]}`, 0},
		{"no k", `{"keys":[{"kty":"oct","kid":"a"}]}`, 0},
		{"a short k", `{"keys":[{"kty":"oct","kid":"a","k":"` + short + `"}]}`, 0},
		{"k with padding", `{"keys":[` + strings.Replace(jwkOf("a", ""), `"}`, `="}`, 1) + `]}`, 0},
		{"k as a number", `{"keys":[{"kty":"oct","kid":"a","k":1234567890123456}]}`, 0},
		{"iat with a fraction", `{"keys":[` + jwkOf("a", `,"iat":1.5`) + `]}`, 0},
		{"negative iat", `{"keys":[` + jwkOf("a", `,"iat":-1`) + `]}`, 0},
		{"empty roles", `{"keys":[` + jwkOf("a", `,"roles":[]`) + `]}`, 0},
		{"an unknown role", `{"keys":[` + jwkOf("a", `,"roles":["device","admn"]`) + `]}`, 0},
		{"empty marts", `{"keys":[` + jwkOf("a", `,"marts":[]`) + `]}`, 0},
		{"a malformed mart", `{"keys":[` + jwkOf("a", `,"marts":["4 2"]`) + `]}`, 0},
		{"keys twice", `{"keys":[` + jwkOf("a", `,"marts":["42"]`) + `],"keys":[` + jwkOf("a", "") + `]}`, 0},
		{"more than a megabyte", `{"keys":[` + jwkOf("a", "") + `]}` + strings.Repeat(" ", 1<<20), 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			keys, err := Parse([]byte(tt.in))
			if tt.keys == 0 {
				if err == nil {
					t.Error("Parse takes it")
				} else if reveals(err.Error(), tt.in) {
					t.Errorf("the error reveals the key: %v", err)
				}
				return
			}
			if err != nil || len(keys.byID) != tt.keys || len(keys.byAge) != tt.keys {
				t.Errorf("got %v, %v", keys, err)
			}
		})
	}
}

// A limit that is misspelt, null or overridden must not make a key without limits.
func TestParseRefusesAMemberOfAKeyThatItDoesNotKeep(t *testing.T) {
	tests := []struct{ name, more, want string }{
		{"the flag's spelling", `,"role":["device"]`, `"role": write roles`},
		{"the flag's spelling of marts", `,"mart":"42"`, `"mart": write marts`},
		{"the wire's spelling", `,"martId":42`, `"martId": write marts`},
		{"capitals", `,"ROLES":["device"]`, `"ROLES": write roles`},
		{"another limit", `,"exp":1800000000`, `"exp": take it out`},
		{"a note", `,"note":"for the shop"`, `"note": take it out`},
		{"null roles", `,"roles":null`, "roles is null"},
		{"null marts", `,"marts":null`, "marts is null"},
		{"marts twice", `,"marts":["42"],"marts":["*"]`, "marts is there twice"},
		{"a secret for a name", `,"` + strings.Repeat("c2VjcmV0", 6) + `":1`, "a long name"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			in := `{"keys":[` + jwkOf("b", "") + "," + jwkOf("a", tt.more) + `]}`
			_, err := Parse([]byte(in))
			if err == nil || !strings.Contains(err.Error(), tt.want) || !strings.Contains(err.Error(), "key 2") || reveals(err.Error(), in) {
				t.Errorf("got %v", err)
			}
		})
	}
}

// reveals reports whether text has any eight letters in a row of a secret in file.
func reveals(text, file string) bool {
	for _, member := range strings.Split(file, `"k":`)[1:] {
		secret := strings.Trim(member, `"`)
		for i := 0; i+8 <= len(secret) && secret[i+7] != '"'; i++ {
			if strings.Contains(text, secret[i:i+8]) {
				return true
			}
		}
	}
	return false
}

// Keys that Parse takes are long enough, and its errors do not repeat the file.
func FuzzParse(f *testing.F) {
	for _, s := range []string{`{"keys":[` + jwkOf("a", `,"iat":1,"roles":["device"],"marts":["42"]`) + `]}`, `{"keys":[]}`, `null`, ``,
		`{"keys":[{"kty":"RSA"},` + jwkOf("b", "") + `]}`, `{"keys":[` + jwkOf("a", `,"mart":null,"ROLES":["device"],"roles":null`) + `],"keys":[]}`, `{"keys":[{"kty":"oct","kid":"a","k":"AAAA"}]}`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, in string) {
		keys, err := Parse([]byte(in))
		if err != nil {
			if len(err.Error()) > 150 {
				t.Fatalf("an error this long may repeat the file: %v", err)
			}
			return
		}
		if len(keys.byID) == 0 || len(keys.byID) != len(keys.byAge) {
			t.Fatalf("%d keys, %d by age", len(keys.byID), len(keys.byAge))
		}
		for id, k := range keys.byID {
			if id == "" || id != k.id || len(k.secret) < 32 || k.made < 0 {
				t.Fatalf("Parse took the key %q", id)
			}
			// Written down with its limits it is the same key: no limit was lost on the way.
			again, err := json.Marshal(jwk{Type: "oct", ID: k.id, Secret: base64.RawURLEncoding.EncodeToString(k.secret), Made: k.made, Roles: k.roles, Marts: k.marts})
			if other, _, failed := parseKey(again); err != nil || failed != nil || !reflect.DeepEqual(other, k) {
				t.Fatalf("%q is %+v, and then %+v: %v", id, k, other, failed)
			}
		}
	})
}
