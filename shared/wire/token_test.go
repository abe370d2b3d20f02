package wire

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"

	"jumun/shared/order"
)

// unsigned is a token of which nobody has checked the signature.
func unsigned(payload string) string {
	return "e30." + base64.RawURLEncoding.EncodeToString([]byte(payload)) + ".c2ln"
}

func TestATokenIsReadByItsHolder(t *testing.T) {
	payload := `{"aud":"jumun","sub":"pc-1","name":"카운터","role":"device","marts":["42"],"iat":1722000000,"exp":1729776000}`
	want := Claims{Subject: "pc-1", Name: "카운터", Role: RoleDevice, Marts: []order.MartID{"42"}, IssuedAt: 1722000000, Expires: 1729776000}
	tests := []struct {
		name, in string
		want     error
	}{
		{"as the contract has it", unsigned(payload), nil},
		{"nothing", "", order.ErrMalformed},
		{"two parts", "e30.e30", order.ErrMalformed},
		{"four parts", unsigned(payload) + ".x", order.ErrMalformed},
		{"padded", "e30.e30=.c2ln", order.ErrMalformed},
		{"not base64", "e30.!.c2ln", order.ErrMalformed},
		{"not JSON", unsigned("secret"), order.ErrMalformed},
		{"a list", unsigned("[]"), order.ErrMalformed},
		{"a time that is text", unsigned(`{"exp":"1729776000"}`), order.ErrMalformed},
		{"a time that is no whole second", unsigned(`{"exp":1.5}`), order.ErrMalformed},
		{"too long", unsigned(payload + strings.Repeat(" ", MaxToken)), order.ErrMalformed},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ReadClaims(tt.in)
			if !errors.Is(err, tt.want) || err == nil && !reflect.DeepEqual(got, want) {
				t.Errorf("got %+v, %v", got, err)
			}
			if err != nil && (len(err.Error()) > 60 || strings.Contains(err.Error(), "secret")) {
				t.Errorf("the error repeats the token: %.80v", err)
			}
		})
	}
}

func TestATokenIsForItsMarts(t *testing.T) {
	tests := []struct {
		name  string
		marts []order.MartID
		mart  order.MartID
		want  bool
	}{
		{"its mart", []order.MartID{"41", "42"}, "42", true},
		{"another", []order.MartID{"41"}, "42", false},
		{"any", []order.MartID{AnyMart}, "42", true},
		{"all, with all", []order.MartID{AnyMart}, AnyMart, true},
		{"all, with one", []order.MartID{"42"}, AnyMart, false},
		{"none", nil, "42", false},
		{"no mart", []order.MartID{"42"}, "", false},
		{"the beginning of one", []order.MartID{"42"}, "4", false},
	}
	for _, tt := range tests {
		if got := (Claims{Marts: tt.marts}).For(tt.mart); got != tt.want {
			t.Errorf("%s: %v", tt.name, got)
		}
	}
}

func FuzzReadClaims(f *testing.F) {
	f.Add(unsigned(`{"sub":"pc-1","role":"device","marts":["42"],"iat":1722000000,"exp":1729776000}`))
	f.Add(unsigned(`null`))
	f.Add(unsigned(`{"exp":1e400}`))
	f.Add("..")
	f.Fuzz(func(t *testing.T, token string) {
		c, err := ReadClaims(token)
		if err != nil {
			if !errors.Is(err, order.ErrMalformed) || !reflect.DeepEqual(c, Claims{}) {
				t.Fatalf("%+v, %v", c, err)
			}
			return
		}
		body, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := ReadClaims(unsigned(string(body))); len(body) < MaxToken/2 && (err != nil || !reflect.DeepEqual(again, c)) {
			t.Fatalf("%+v came back as %+v, %v", c, again, err)
		}
	})
}
