package token

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"
	"testing"

	"jumun/shared/order"
	"jumun/shared/wire"
)

func TestATokenComesFromTheFirstOfItsLine(t *testing.T) {
	first := Token{Claims: claims(wire.RoleDevice, "42"), Key: "a"}
	first.Renew = now().Unix() + 1000
	second := Token{Claims: first.Next(now().Unix()+10, 500), Key: "b"}
	third := Token{Claims: second.Next(now().Unix()+20, 5000), Key: "c"}
	for name, of := range map[string]Token{"first": first, "second": second, "third": third} {
		if kid, at := of.First(); kid != "a" || at != now().Unix() {
			t.Errorf("the %s token comes from %s at %d", name, kid, at)
		}
	}
	if second.Expires != now().Unix()+510 || third.Expires != first.Renew {
		t.Errorf("they expire at %d and %d: no token lives longer than was granted", second.Expires, third.Expires)
	}
}

func TestWhoVouchesForATokenAndItsLine(t *testing.T) {
	const iat, limited = 1799999000, `,"marts":["42"],"roles":["device"]`
	origin := func(kid string, lent bool) string {
		return fmt.Sprintf(`,"origin":{"kid":%q,"iat":%d,"lent":%v}`, kid, iat-1, lent)
	}
	tests := []struct {
		name, signer, more string
		mart               order.MartID
		holder             string
		err                error
	}{
		{"a key of the servers", "own", "", "42", "pc-1", nil},
		{"a lent key", "shop", "", "42", "shop/pc-1", nil},
		{"a lent key, another mart", "shop", "", "43", "", errLimits},
		{"a lent key that claims to have renewed", "shop", origin("own", false), "42", "", errForged},
		{"made of one by a key of the servers that is gone", "own", origin("old", false), "42", "pc-1", nil},
		{"made of one by a lent key", "own", origin("shop", true), "42", "shop/pc-1", nil},
		{"made of one by a lent key, another mart", "own", origin("shop", true), "43", "", errLimits},
		{"made of one by a lent key that is gone", "own", origin("old", true), "42", "", errGone},
		{"made of a later one", "own", fmt.Sprintf(`,"origin":{"kid":"own","iat":%d}`, iat+1), "42", "", errOrigin},
		{"an origin without a key", "own", `,"origin":{"iat":1}`, "42", "", errOrigin},
		{"a negative renewal", "own", `,"renew":-1`, "42", "", errOrigin},
	}
	keys := parse(t, jwkOf("own", ""), jwkOf("shop", limited))
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			payload := fmt.Sprintf(`{"aud":"jumun","sub":"pc-1","role":"device","marts":[%q],"iat":%d,"exp":1800001000%s}`, tt.mart, iat, tt.more)
			got, err := keys.Check(forge(sha256.New, tt.signer, fmt.Sprintf(`{"alg":"HS256","kid":%q}`, tt.signer), payload), now())
			if !errors.Is(err, tt.err) || err == nil && got.Holder() != tt.holder {
				t.Errorf("held by %q, %v", got.Holder(), err)
			}
		})
	}
}

func TestALentKeySignsOnlyWhereThereIsNoOther(t *testing.T) {
	lent := jwkOf("shop", `,"iat":1799990000,"marts":["42"],"roles":["device"]`)
	for want, keys := range map[string]*Keys{"own": parse(t, jwkOf("own", `,"iat":1799980000`), lent), "shop": parse(t, lent)} {
		text, err := keys.Sign(claims(wire.RoleDevice, "42"), now())
		if err != nil {
			t.Fatal(err)
		}
		if got, err := keys.Check(text, now()); err != nil || got.Key != want || keys.Own() != (want == "own") {
			t.Errorf("signed by %s, not by %s: %v", got.Key, want, err)
		}
	}
}

func TestALentKeySignsNothingWhenTheServersOwnKeysAreRevoked(t *testing.T) {
	keys := parse(t, jwkOf("own", ""), jwkOf("shop", `,"marts":["42"]`)).Without(func(kid string) bool { return kid == "own" })
	if text, err := keys.Sign(claims(wire.RoleDevice, "42"), now()); err == nil {
		t.Errorf("signed %s", text)
	}
}

func TestKeysVouchForWhatTheyStillMaySign(t *testing.T) {
	own, shop, other := jwkOf("own", ""), jwkOf("shop", `,"marts":["42"]`), jwkOf("other", "")
	const lent, renewed = `,"origin":{"kid":"shop","iat":1799998000,"lent":true}`, `,"origin":{"kid":"old","iat":1799998000}`
	tests := []struct {
		name, signer, more string
		now                []string
		want               bool
	}{
		{"as it was", "own", "", []string{own, shop}, true},
		{"one more key", "own", "", []string{own, shop, other}, true},
		{"taken out", "own", "", []string{shop, other}, false},
		{"another secret", "own", "", []string{strings.Replace(other, `"other"`, `"own"`, 1), shop}, false},
		{"limited to other roles", "own", "", []string{jwkOf("own", `,"roles":["admin"]`), other}, false},
		{"limited to other marts", "own", "", []string{jwkOf("own", `,"marts":["43"]`), other}, false},
		{"limited, and still for this mart", "own", "", []string{jwkOf("own", `,"marts":["42"]`), other}, true},
		{"lent", "shop", "", []string{own, shop}, true},
		{"lent, taken out", "shop", "", []string{own}, false},
		{"lent, limited more tightly", "shop", "", []string{own, jwkOf("shop", `,"marts":["43"]`)}, false},
		{"renewed, the first key is gone", "own", renewed, []string{own}, true},
		{"renewed, the first key is limited", "own", renewed, []string{own, jwkOf("old", `,"roles":["admin"]`)}, false},
		{"renewed, its key is lent now", "own", renewed, []string{jwkOf("own", `,"marts":["42"]`), other}, false},
		{"renewed from a lent key's", "own", lent, []string{own, shop}, true},
		{"renewed from a lent key's, which is gone", "own", lent, []string{own}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			payload := strings.TrimSuffix(good, "}") + tt.more + "}"
			got, err := parse(t, own, shop).Check(forge(sha256.New, tt.signer, fmt.Sprintf(`{"alg":"HS256","kid":%q}`, tt.signer), payload), now())
			if err != nil {
				t.Fatal(err)
			}
			keys := parse(t, tt.now...)
			if keys.Vouch(got.Signers(), got.Role, "42") != tt.want {
				t.Errorf("they vouch: %v", !tt.want)
			}
		})
	}
}

func TestWhoMayNameAnyMartRoams(t *testing.T) {
	keys := parse(t, jwkOf("own", ""), jwkOf("shop", `,"marts":["42"]`), jwkOf("maker", `,"roles":["device"]`), jwkOf("all", `,"marts":["*"]`))
	for _, tt := range []struct {
		signer, mart, more string
		want               bool
	}{
		{"own", "42", "", false},
		{"own", "*", "", true},
		{"shop", "42", "", false},
		{"maker", "42", "", true},
		{"all", "42", "", true},
		{"own", "42", `,"origin":{"kid":"maker","iat":1799998000,"lent":true}`, true},
		{"own", "42", `,"origin":{"kid":"shop","iat":1799998000,"lent":true}`, false},
	} {
		payload := fmt.Sprintf(`{"aud":"jumun","sub":"pc-1","role":"device","marts":[%q],"iat":1799999000,"exp":1800001000%s}`, tt.mart, tt.more)
		got, err := keys.Check(forge(sha256.New, tt.signer, fmt.Sprintf(`{"alg":"HS256","kid":%q}`, tt.signer), payload), now())
		if err != nil || got.Roams != tt.want {
			t.Errorf("%+v: %v, %v", tt, got.Roams, err)
		}
	}
}
