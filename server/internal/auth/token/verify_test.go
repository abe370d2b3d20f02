package token

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"errors"
	"fmt"
	"hash"
	"reflect"
	"strings"
	"testing"
	"time"

	"jumun/shared/order"
	"jumun/shared/wire"
)

// now is the time of every test. Its date does not matter.
func now() time.Time { return time.Unix(1_800_000_000, 500_000_000) }

// secretOf returns the secret of the test key kid.
func secretOf(kid string) []byte {
	sum := sha256.Sum256([]byte(kid))
	return sum[:]
}

// jwkOf returns a key as it stands in a key file, with more members, such as `,"iat":1`.
func jwkOf(kid, more string) string {
	return fmt.Sprintf(`{"kty":"oct","kid":%q,"alg":"HS256","k":%q%s}`, kid, base64.RawURLEncoding.EncodeToString(secretOf(kid)), more)
}

func parse(t testing.TB, keys ...string) *Keys {
	t.Helper()
	k, err := Parse([]byte(`{"keys":[` + strings.Join(keys, ",") + `]}`))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// forge makes a token of any parts, without the library.
func forge(hash func() hash.Hash, kid, header, payload string) string {
	encode := base64.RawURLEncoding.EncodeToString
	return signText(hash, kid, encode([]byte(header))+"."+encode([]byte(payload)))
}

// signText signs any text.
func signText(hash func() hash.Hash, kid, text string) string {
	h := hmac.New(hash, secretOf(kid))
	h.Write([]byte(text))
	return text + "." + base64.RawURLEncoding.EncodeToString(h.Sum(nil))
}

const (
	header = `{"alg":"HS256","typ":"JWT","kid":"a"}`
	good   = `{"aud":"jumun","sub":"pc-1","name":"카운터","role":"device","marts":["42"],"iat":1799999000,"exp":1800001000}`
)

// with returns the good payload with one change.
func with(t testing.TB, old, new string) string {
	t.Helper()
	if strings.Count(good, old) != 1 {
		t.Fatalf("%s does not occur exactly once", old)
	}
	return strings.Replace(good, old, new, 1)
}

func TestCheckReturnsTheClaimsOfAGoodToken(t *testing.T) {
	got, err := parse(t, jwkOf("b", ""), jwkOf("a", "")).Check(forge(sha256.New, "a", header, good), now())
	want := Token{Claims: wire.Claims{Subject: "pc-1", Name: "카운터", Role: wire.RoleDevice, Marts: []order.MartID{"42"},
		IssuedAt: 1799999000, Expires: 1800001000}, Key: "a", mark: markOf(secretOf("a"))}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v", got, err)
	}
	if !got.ExpiresAt().Equal(time.Unix(1800001000, 0)) {
		t.Errorf("it expires at %v", got.ExpiresAt())
	}
}

func TestCheckValidatesTheClaims(t *testing.T) {
	keys := parse(t, jwkOf("a", ""))
	tests := []struct {
		name, old, new string
		want           error
	}{
		{"our name among several in aud", `"jumun"`, `["x","jumun"]`, nil},
		{"unknown claims", `{`, `{"jti":"1","x":{"exp":1},`, nil},
		{"no name", `"name":"카운터",`, ``, nil},
		{"every mart", `["42"]`, `["*"]`, nil},
		{"issued by a clock that is ahead, which is no nbf", `1799999000`, `1800000999`, nil},
		{"nbf now", `{`, `{"nbf":1800000000,`, nil},
		{"the longest life", `1799999000`, fmt.Sprint(1800001000 - 400*24*3600), nil},
		{"the last second", `1800001000`, `1800000001`, nil},

		{"expired this second", `1800001000`, `1800000000`, ErrExpired},
		{"expired long ago", `"iat":1799999000,"exp":1800001000`, `"iat":1,"exp":2`, ErrExpired},

		{"no aud", `"aud":"jumun",`, ``, ErrUnknown},
		{"another aud", `"jumun"`, `"Jumun"`, ErrUnknown},
		{"an empty aud", `"jumun"`, `[]`, ErrUnknown},
		{"aud null", `"jumun"`, `null`, ErrUnknown},
		{"no sub", `"sub":"pc-1",`, ``, ErrUnknown},
		{"an empty sub", `pc-1`, ``, ErrUnknown},
		{"a sub that is not printable", `pc-1`, `pc\u0007`, ErrUnknown},
		{"a sub too long to be revoked", `pc-1`, strings.Repeat("p", 65), ErrUnknown},
		{"no role", `"role":"device",`, ``, ErrUnknown},
		{"an unknown role", `"device"`, `"root"`, ErrUnknown},
		{"a role in capitals", `"device"`, `"Device"`, ErrUnknown},
		{"no marts", `"marts":["42"],`, ``, ErrUnknown},
		{"marts null", `["42"]`, `null`, ErrUnknown},
		{"empty marts", `["42"]`, `[]`, ErrUnknown},
		{"an empty mart", `["42"]`, `["42",""]`, ErrUnknown},
		{"a mart with a space", `["42"]`, `["4 2"]`, ErrUnknown},
		{"marts that are not a list", `["42"]`, `"*"`, ErrUnknown},
		{"no iat", `"iat":1799999000,`, ``, ErrUnknown},
		{"negative iat", `1799999000`, `-1`, ErrUnknown},
		{"iat so far ahead that revocations would be forgotten before exp", `"iat":1799999000,"exp":1800001000`,
			fmt.Sprintf(`"iat":%d,"exp":%d`, 1800000000+401*24*3600, 1800000001+401*24*3600), ErrUnknown},
		{"no exp", `,"exp":1800001000`, ``, ErrUnknown},
		{"exp null", `1800001000`, `null`, ErrUnknown},
		{"exp as a string", `1800001000`, `"1800001000"`, ErrUnknown},
		{"exp with a fraction", `1800001000`, `1800001000.5`, ErrUnknown},
		{"negative exp", `1800001000`, `-1`, ErrUnknown},
		{"the largest number as exp", `1800001000`, `9223372036854775807`, ErrUnknown},
		{"exp too large for a number", `1800001000`, `1e400`, ErrUnknown},
		{"exp before iat", `1800001000`, `1799998999`, ErrUnknown},
		{"a second more than the longest life", `1799999000`, fmt.Sprint(1800001000 - 400*24*3600 - 1), ErrUnknown},
		{"a life too long for a number", `"iat":1799999000,"exp":1800001000`, `"iat":-2,"exp":9223372036854775807`, ErrUnknown},
		{"nbf in two minutes", `{`, `{"nbf":1800000120,`, ErrUnknown},
		{"exp twice", `}`, `,"exp":1800002000}`, ErrUnknown},
		{"exp twice, once in capitals", `}`, `,"EXP":1800002000}`, ErrUnknown},
		{"sub twice, once with a long s", `}`, `,"ſub":"pc-2"}`, ErrUnknown},
		{"marts twice", `}`, `,"marts":["*"]}`, ErrUnknown},
		{"expired, and without a role", `"role":"device","marts":["42"],"iat":1799999000,"exp":1800001000`, `"marts":["42"],"iat":1,"exp":2`, ErrUnknown},
		{"something after the object", `}`, `}{}`, ErrUnknown},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := keys.Check(forge(sha256.New, "a", header, with(t, tt.old, tt.new)), now())
			if !errors.Is(err, tt.want) || (err != nil && !reflect.DeepEqual(got, Token{})) {
				t.Errorf("got %+v, %v; want %v", got, err, tt.want)
			}
		})
	}
	for _, payload := range []string{"", "null", "[]", `""`, "0", "{", "{}", `{"aud":"jumun"`} {
		if _, err := keys.Check(forge(sha256.New, "a", header, payload), now()); !errors.Is(err, ErrUnknown) {
			t.Errorf("payload %q: %v", payload, err)
		}
	}
}

func TestCheckRefusesForgedTokens(t *testing.T) {
	keys := parse(t, jwkOf("a", ""), jwkOf("b", ""))
	token := forge(sha256.New, "a", header, good)
	parts := strings.Split(token, ".")
	encode := base64.RawURLEncoding.EncodeToString
	every := encode([]byte(with(t, `["42"]`, `["*"]`)))
	tests := map[string]string{
		"an empty text":                         "",
		"dots":                                  "..",
		"two parts":                             parts[0] + "." + parts[1],
		"four parts":                            token + ".",
		"five parts, as of an encrypted token":  token + "." + parts[1] + "." + parts[2],
		"no signature":                          parts[0] + "." + parts[1] + ".",
		"half of a signature":                   token[:len(token)-20],
		"another payload":                       parts[0] + "." + every + "." + parts[2],
		"another spelling of the signature":     token[:len(token)-1] + next(token[len(token)-1]),
		"padding":                               token + "=",
		"a line break in the signature":         token[:len(token)-4] + "\n" + token[len(token)-4:],
		"a space before it":                     " " + token,
		"signed by another key":                 forge(sha256.New, "b", header, good),
		"signed by an unknown key":              forge(sha256.New, "c", header, good),
		"an unknown kid":                        forge(sha256.New, "c", `{"alg":"HS256","kid":"c"}`, good),
		"no kid":                                forge(sha256.New, "a", `{"alg":"HS256"}`, good),
		"an empty kid":                          forge(sha256.New, "a", `{"alg":"HS256","kid":""}`, good),
		"a kid that is a list":                  forge(sha256.New, "a", `{"alg":"HS256","kid":["a"]}`, good),
		"a kid in capitals":                     forge(sha256.New, "a", `{"alg":"HS256","kid":"A"}`, good),
		"kid in capitals":                       forge(sha256.New, "a", `{"alg":"HS256","KID":"a"}`, good),
		"no alg":                                forge(sha256.New, "a", `{"kid":"a"}`, good),
		"alg null":                              forge(sha256.New, "a", `{"alg":null,"kid":"a"}`, good),
		"alg in small letters":                  forge(sha256.New, "a", `{"alg":"hs256","kid":"a"}`, good),
		"HS512 by the same key":                 forge(sha512.New, "a", `{"alg":"HS512","kid":"a"}`, good),
		"HS384 by the same key":                 forge(sha512.New384, "a", `{"alg":"HS384","kid":"a"}`, good),
		"RS256 in the header":                   forge(sha256.New, "a", `{"alg":"RS256","kid":"a"}`, good),
		"ES256 in the header":                   forge(sha256.New, "a", `{"alg":"ES256","kid":"a"}`, good),
		"a key of its own":                      forge(sha256.New, "c", `{"alg":"HS256","kid":"c","jwk":`+jwkOf("c", "")+`}`, good),
		"crit":                                  forge(sha256.New, "a", `{"alg":"HS256","kid":"a","crit":["exp"]}`, good),
		"crit null":                             forge(sha256.New, "a", `{"alg":"HS256","kid":"a","crit":null}`, good),
		"a payload without encoding (RFC 7797)": forge(sha256.New, "a", `{"alg":"HS256","kid":"a","b64":false,"crit":["b64"]}`, good),
		"a header that is null":                 forge(sha256.New, "a", `null`, good),
		"a header that is a list":               forge(sha256.New, "a", `[]`, good),
		"a header that ends early":              forge(sha256.New, "a", `{"alg":"HS256","kid":"a"`, good),
		"too long":                              forge(sha256.New, "a", header, with(t, "{", `{"x":"`+strings.Repeat("x", wire.MaxToken)+`",`)),
	}
	for _, none := range []string{"none", "None", "NONE", "nOnE", ""} {
		tests["alg "+none] = forge(sha256.New, "a", `{"alg":"`+none+`","kid":"a"}`, good)
		tests["alg "+none+", no signature"] = encode([]byte(`{"alg":"`+none+`","kid":"a"}`)) + "." + parts[1] + "."
	}
	for name, text := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := keys.Check(text, now())
			if !errors.Is(err, ErrUnknown) || !reflect.DeepEqual(got, Token{}) {
				t.Fatalf("got %+v, %v", got, err)
			}
			if strings.Contains(err.Error(), parts[1]) || strings.Contains(err.Error(), "pc-1") {
				t.Errorf("the error repeats the token: %v", err)
			}
		})
	}
}

// The signature of each text is right, so that only its form is wrong.
func TestCheckRefusesSignedTokensOfAnotherForm(t *testing.T) {
	keys := parse(t, jwkOf("a", ""))
	parts := strings.Split(forge(sha256.New, "a", header, good), ".")
	head, body := parts[0], parts[1]
	tests := []struct {
		name, text string
		want       error
	}{
		{"spaces around the payload", forge(sha256.New, "a", header, " "+good+" "), nil},
		{"two parts", signText(sha256.New, "a", head), ErrUnknown},
		{"four parts", signText(sha256.New, "a", head+"."+body+"."), ErrUnknown},
		{"padding inside", signText(sha256.New, "a", head+"."+body+"="), ErrUnknown},
		{"another spelling of the payload", signText(sha256.New, "a", head+"."+body[:len(body)-1]+next(body[len(body)-1])), ErrUnknown},
		{"a line break in the payload", signText(sha256.New, "a", head+"."+body[:8]+"\n"+body[8:]), ErrUnknown},
		{"a carriage return in the payload", signText(sha256.New, "a", head+"."+body[:8]+"\r"+body[8:]), ErrUnknown},
		{"too long", forge(sha256.New, "a", header, good+strings.Repeat(" ", wire.MaxToken)), ErrUnknown},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got, err := keys.Check(tt.text, now()); !errors.Is(err, tt.want) {
				t.Errorf("got %+v, %v", got, err)
			}
		})
	}
}

// next returns another letter for the same bits, if a decoder ignores the last bit.
func next(letter byte) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	return string(alphabet[strings.IndexByte(alphabet, letter)^1])
}

func TestAKeySignsOnlyWithinItsLimits(t *testing.T) {
	tests := []struct {
		name, limits, role, marts string
		want                      error
	}{
		{"no limits", ``, "admin", `["*"]`, nil},
		{"its role", `,"roles":["device","publisher"]`, "publisher", `["*"]`, nil},
		{"another role", `,"roles":["device","publisher"]`, "admin", `["42"]`, ErrUnknown},
		{"its mart", `,"marts":["42","43"]`, "admin", `["43"]`, nil},
		{"its marts", `,"marts":["42","43"]`, "admin", `["43","42"]`, nil},
		{"another mart", `,"marts":["42"]`, "device", `["43"]`, ErrUnknown},
		{"another mart beside its own", `,"marts":["42"]`, "device", `["42","43"]`, ErrUnknown},
		{"every mart, with a key for one", `,"marts":["42"]`, "device", `["*"]`, ErrUnknown},
		{"one mart, with a key for every mart", `,"marts":["*"]`, "device", `["43"]`, nil},
		{"every mart, with a key for every mart", `,"marts":["*"]`, "device", `["*"]`, nil},
		{"its role, another mart", `,"roles":["device"],"marts":["42"]`, "device", `["43"]`, ErrUnknown},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			keys := parse(t, jwkOf("a", tt.limits))
			payload := strings.Replace(with(t, `["42"]`, tt.marts), `"device"`, `"`+tt.role+`"`, 1)
			if _, err := keys.Check(forge(sha256.New, "a", header, payload), now()); !errors.Is(err, tt.want) {
				t.Errorf("got %v, want %v", err, tt.want)
			}
			ended := strings.NewReplacer("1799999000", "1", "1800001000", "2").Replace(payload)
			if _, err := keys.Check(forge(sha256.New, "a", header, ended), now()); tt.want != nil && !errors.Is(err, tt.want) {
				t.Errorf("after it has expired: %v", err)
			}
		})
	}
}

func TestANameIsMadePrintable(t *testing.T) {
	payload := with(t, "카운터", `카\u0000\n운터`+strings.Repeat("x", 100))
	got, err := parse(t, jwkOf("a", "")).Check(forge(sha256.New, "a", header, payload), now())
	if err != nil || got.Name != order.Line(got.Name, order.MaxName) || !strings.HasPrefix(got.Name, "카 운터") {
		t.Errorf("got %q, %v", got.Name, err)
	}
}

// Check takes only what a known key has signed.
func FuzzCheck(f *testing.F) {
	token := forge(sha256.New, "a", header, good)
	for _, s := range []string{token, "", "..", token[1:], token + ".", forge(sha512.New, "a", `{"alg":"HS512","kid":"a"}`, good),
		forge(sha256.New, "a", `{"alg":"none","kid":"a"}`, good)} {
		f.Add(s)
	}
	keys := parse(f, jwkOf("a", ""))
	f.Fuzz(func(t *testing.T, text string) {
		_, err := keys.Check(text, now())
		if err != nil {
			if !errors.Is(err, ErrUnknown) && !errors.Is(err, ErrExpired) {
				t.Fatal(err)
			}
			return
		}
		cut := strings.LastIndexByte(text, '.')
		h := hmac.New(sha256.New, secretOf("a"))
		h.Write([]byte(text[:cut]))
		if base64.RawURLEncoding.EncodeToString(h.Sum(nil)) != text[cut+1:] {
			t.Fatalf("Check takes %s", text)
		}
	})
}

// Whatever a known key has signed: a token that Check takes can be revoked, and expires.
func FuzzCheckOfSignedTokens(f *testing.F) {
	for _, s := range []string{good, "{}", "null", with(f, `1800001000`, `1e9`), with(f, `}`, `,"EXP":1}`), with(f, `"jumun"`, `[null]`)} {
		f.Add(header, s)
	}
	f.Add(`{"alg":"HS256","kid":"a","crit":[]}`, good)
	keys := parse(f, jwkOf("a", ""))
	f.Fuzz(func(t *testing.T, header, payload string) {
		got, err := keys.Check(forge(sha256.New, "a", header, payload), now())
		if err != nil {
			if !errors.Is(err, ErrUnknown) && !errors.Is(err, ErrExpired) {
				t.Fatal(err)
			}
			return
		}
		left := got.ExpiresAt().Sub(now())
		if left <= 0 || left > wire.MaxTokenLife+time.Minute || got.Key != "a" || len(got.Marts) == 0 {
			t.Fatalf("Check takes %+v", got)
		}
		if err := (wire.Revocation{Device: got.Subject}).Check(); err != nil {
			t.Fatalf("%+v cannot be revoked: %v", got, err)
		}
	})
}

func BenchmarkCheck(b *testing.B) {
	keys := parse(b, jwkOf("b", ""), jwkOf("a", ""))
	text, err := keys.Sign(claims(wire.RoleDevice, "42"), now())
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := keys.Check(text, now()); err != nil {
			b.Fatal(err)
		}
	}
}
