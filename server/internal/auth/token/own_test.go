package token

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"reflect"
	"strings"
	"sync"
	"testing"

	"jumun/shared/order"
	"jumun/shared/wire"
)

// ours is the header that Sign writes for the key a.
const ours = `{"alg":"HS256","kid":"a","typ":"JWT"}`

// long are keys that read every token by the library.
func long(k *Keys) *Keys { return &Keys{byID: k.byID, parser: k.parser} }

func TestWhatSignMakesIsReadWithoutTheLibrary(t *testing.T) {
	for _, kid := range []string{"a", "20261123-abcdefgh", "키", `"\`, "<&>", "é"} {
		keys := parse(t, jwkOf(kid, ""))
		for _, c := range []wire.Claims{claims(wire.RoleDevice, "42"), claims(wire.RoleAdmin, "42", "*", "강남")} {
			text, err := keys.Sign(c, now())
			if err != nil {
				t.Fatal(err)
			}
			parts := strings.Split(text, ".")
			payload, _ := base64.RawURLEncoding.DecodeString(parts[1])
			got, plain := readPlain(payload)
			if keys.seals[parts[0]] == nil || !plain || !reflect.DeepEqual(got, c) {
				t.Errorf("%q: the header %s is known: %v; %s is read as %+v, %v", kid, parts[0], keys.seals[parts[0]] != nil, payload, got, plain)
			}
			if got, err := keys.Check(text, now()); err != nil || !reflect.DeepEqual(got, Token{c, kid}) {
				t.Errorf("%q: taken as %+v, %v", kid, got, err)
			}
		}
	}
}

// Each row stands behind a header of ours, signed well: here the library has no say.
func TestATokenWithOurHeaderIsHeldToTheSameRules(t *testing.T) {
	keys := parse(t, jwkOf("a", ""), jwkOf("b", ""))
	token := forge(sha256.New, "a", ours, good)
	parts := strings.Split(token, ".")
	tests := []struct {
		name, text string
		taken      bool
	}{
		{"as it is", token, true},
		{"its header alone", parts[0], false},
		{"its header and a dot", parts[0] + ".", false},
		{"its header and dots", parts[0] + "..", false},
		{"two parts, signed", stamp(sha256.New, "a", parts[0]), false},
		{"four parts, signed", stamp(sha256.New, "a", parts[0]+"."+parts[1]+"."), false},
		{"four parts", token + ".", false},
		{"no signature", parts[0] + "." + parts[1] + ".", false},
		{"half a signature", token[:len(token)-20], false},
		{"another spelling of the signature", token[:len(token)-1] + next(token[len(token)-1]), false},
		{"padding", token + "=", false},
		{"padding inside, signed", stamp(sha256.New, "a", parts[0]+"."+parts[1]+"="), false},
		{"another spelling of the payload, signed", stamp(sha256.New, "a", parts[0]+"."+parts[1][:len(parts[1])-1]+next(parts[1][len(parts[1])-1])), false},
		{"a line break in the payload, signed", stamp(sha256.New, "a", parts[0]+"."+parts[1][:8]+"\n"+parts[1][8:]), false},
		{"a carriage return in the payload, signed", stamp(sha256.New, "a", parts[0]+"."+parts[1][:8]+"\r"+parts[1][8:]), false},
		{"too long, signed", forge(sha256.New, "a", ours, good+strings.Repeat(" ", wire.MaxToken)), false},
		{"signed by another key", forge(sha256.New, "b", ours, good), false},
		{"a payload that is no JSON", forge(sha256.New, "a", ours, "{"), false},
		{"a payload that is nothing", forge(sha256.New, "a", ours, ""), false},
		{"a payload with something after it", forge(sha256.New, "a", ours, good+"{}"), false},
		{"a payload with spaces around it", forge(sha256.New, "a", ours, " "+good+" "), true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := keys.Check(tt.text, now())
			if (err == nil) != tt.taken || err != nil && !errors.Is(err, ErrUnknown) {
				t.Errorf("got %+v, %v", got, err)
			}
			if again, other := long(keys).Check(tt.text, now()); (other == nil) != tt.taken || !reflect.DeepEqual(got, again) {
				t.Errorf("the library says %+v, %v", again, other)
			}
		})
	}
}

func TestAKeyThatIsVoidOpensNothing(t *testing.T) {
	keys := parse(t, jwkOf("a", ""), jwkOf("b", ""))
	left := keys.Without(func(kid string) bool { return kid == "a" })
	if _, err := left.Check(forge(sha256.New, "a", ours, good), now()); !errors.Is(err, ErrUnknown) {
		t.Error("the key that was left out takes it: ", err)
	}
	if got, err := left.Check(forge(sha256.New, "b", strings.Replace(ours, `"a"`, `"b"`, 1), good), now()); err != nil || got.Key != "b" {
		t.Errorf("the other: %+v, %v", got, err)
	}
}

// One that is refused leaves nothing behind for the next.
func TestManyAreCheckedAtTheSameTime(t *testing.T) {
	keys := parse(t, jwkOf("a", ""))
	taken, forged := forge(sha256.New, "a", ours, good), forge(sha256.New, "b", ours, good)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range 500 {
				_, err := keys.Check(taken, now())
				_, other := keys.Check(forged, now())
				if err != nil || other == nil {
					t.Errorf("the good one: %v, the forged one: %v", err, other)
				}
			}
		})
	}
	all.Wait()
}

func TestWhatIsNotSpelledAsWeDoIsLeftToOthers(t *testing.T) {
	const plainly = `{"sub":"pc-1","name":"카운터","role":"device","marts":["42","43"],"iat":1799999000,"exp":1800001000,"aud":"jumun"}`
	if _, ok := readPlain([]byte(plainly)); !ok {
		t.Fatal("it is not read")
	}
	for _, change := range [][2]string{
		{`pc-1`, `pc\u002d1`}, {`pc-1`, "pc\xff1"}, {`pc-1`, "pc\n1"}, {`"pc-1"`, `null`}, {`"sub"`, `"SUB"`}, {`"sub"`, ` "sub"`},
		{`"카운터"`, `1`}, {`"name"`, `"nam"`}, {`{`, `{"jti":"1",`}, {`{`, `{"sub":"pc-2",`}, {`["42","43"]`, `[]`}, {`["42","43"]`, `null`},
		{`"43"]`, `"43",]`}, {`"43"]`, `43]`}, {`"42",`, `"42"`}, {`"42",`, `"42" ,`}, {`1799999000`, `01799999000`}, {`1799999000`, `0`},
		{`1799999000`, ``}, {`1799999000`, `-1`}, {`1799999000`, `1e9`}, {`1799999000`, `1799999000.0`}, {`1799999000`, `1799999000000000000`},
		{`"aud":"jumun"`, `"aud":["jumun"]`}, {`"jumun"`, `"other"`}, {`"jumun"`, `"jumun","exp":1`}, {`"jumun"}`, `"jumun"`}, {`"jumun"}`, `"jumun"}}`},
		{`"iat":1799999000,"exp":1800001000`, `"exp":1800001000,"iat":1799999000`}, {plainly, ``},
	} {
		in := strings.Replace(plainly, change[0], change[1], 1)
		if c, ok := readPlain([]byte(in)); ok {
			t.Errorf("%s is read as %+v", in, c)
		}
	}
}

// What is read quickly is what encoding/json reads, and has no name twice.
func FuzzReadPlain(f *testing.F) {
	for _, s := range []string{good, `{"sub":"","role":"","marts":[""],"iat":1,"exp":2,"aud":"jumun"}`,
		`{"sub":"a","name":"b","role":"device","marts":["1","2"],"iat":123456789012345678,"exp":2,"aud":"jumun"}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, payload []byte) {
		c, ok := readPlain(payload)
		if !ok {
			return
		}
		if again, err := readAny(payload, now()); err != nil || !reflect.DeepEqual(c, again) {
			t.Fatalf("%s is read as %+v, and by the library as %+v, %v", payload, c, again, err)
		}
	})
}

// Whatever comes, with or without the library the answer is the same.
func FuzzBothWaysAgree(f *testing.F) {
	f.Add(forge(sha256.New, "a", ours, good), ours, good)
	f.Add("..", header, with(f, `}`, `,"EXP":1}`))
	keys := parse(f, jwkOf("a", ""), jwkOf("b", ""))
	f.Fuzz(func(t *testing.T, text, header, payload string) {
		for _, text := range []string{text, forge(sha256.New, "a", header, payload), forge(sha256.New, "a", ours, payload)} {
			got, err := keys.Check(text, now())
			again, other := long(keys).Check(text, now())
			if (err == nil) != (other == nil) || errors.Is(err, ErrExpired) != errors.Is(other, ErrExpired) || !reflect.DeepEqual(got, again) {
				t.Fatalf("%q is %+v, %v, and by the library %+v, %v", text, got, err, again, other)
			}
		}
	})
}

// No part of a token keeps another in memory: what is kept for as long as a stream lives
// is small.
func TestTextsOfATokenAreTheirOwn(t *testing.T) {
	payload := []byte(`{"sub":"pc-1","role":"device","marts":["42"],"iat":1,"exp":2,"aud":"jumun"}`)
	c, ok := readPlain(payload)
	clear(payload)
	if !ok || c.Subject != "pc-1" || c.Role != wire.RoleDevice || c.Marts[0] != order.MartID("42") {
		t.Errorf("it says %+v", c)
	}
}
