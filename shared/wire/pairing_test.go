package wire

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"jumun/shared/order"
)

func TestACodeIsReadAsPeopleTypeIt(t *testing.T) {
	tests := []struct {
		name, in string
		want     error
	}{
		{"as it is shown", "ABCD-EFGH", nil},
		{"in small letters, without the dash", "abcdefgh", nil},
		{"with spaces", " ABCD EFGH\n", nil},
		{"with another dash", "ABCD–EFGH", nil},
		{"copied with what cannot be seen", "\u200bABCD-\u00adEFGH\ufeff", nil},
		{"nothing", "", order.ErrMalformed},
		{"a letter too few", "ABCD-EFG", order.ErrMalformed},
		{"a letter too many", "ABCD-EFGHJ", order.ErrMalformed},
		{"a letter no code has", "ABCD-EFGO", order.ErrMalformed},
		{"a digit no code has", "ABCD-EFG1", order.ErrMalformed},
		{"another sign between", "ABCD_EFGH", order.ErrMalformed},
		{"hangul of as many bytes", "가나FG", order.ErrMalformed},
		{"half a character", "ABCDEFG\xea", order.ErrMalformed},
		{"a megabyte", strings.Repeat("A", 1<<20), order.ErrMalformed},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ParseCode(tt.in)
			if !errors.Is(err, tt.want) || err == nil && got != "ABCDEFGH" {
				t.Errorf("got %q, %v", got, err)
			}
			if err != nil && err.Error() != "not a pairing code: malformed" {
				t.Errorf("the error repeats what was typed: %.80v", err)
			}
		})
	}
}

func TestNoTwoLettersOfACodeLookAlike(t *testing.T) {
	if strings.ContainsAny(CodeAlphabet, "0O1IL") || len(CodeAlphabet) != 31 {
		t.Error(CodeAlphabet)
	}
	if got := ShowCode("ABCDEFGH"); got != "ABCD-EFGH" {
		t.Errorf("shown as %s", got)
	}
}

func TestAPairRequestNeedsAMartAndAName(t *testing.T) {
	good := PairRequest{MartID: "42", Code: "ABCDEFGH", Device: "카운터"}
	wrong := good
	wrong.Code = "ABCD-OOOO"
	cookie := good
	cookie.Cookie = true
	tests := []struct {
		name, in string
		want     PairRequest // zero: it is malformed
	}{
		{"all there is", `{"martId":"42","code":"abcd-efgh","device":"카운터"}`, good},
		{"for a browser, with a field nobody knows", `{"martId":"42","code":"ABCDEFGH","device":"카운터","cookie":true,"new":1}`, cookie},
		{"a name of two lines", `{"martId":"42","code":"ABCDEFGH","device":"\n카운터\u0000"}`, good},
		{"what cannot be a code stays", `{"martId":"42","code":"ABCD-OOOO","device":"카운터"}`, wrong},
		{"no code stays none", `{"martId":"42","device":"카운터"}`, PairRequest{MartID: "42", Device: "카운터"}},
		{"no mart", `{"code":"ABCDEFGH","device":"카운터"}`, PairRequest{}},
		{"a mart with a space", `{"martId":"4 2","code":"ABCDEFGH","device":"카운터"}`, PairRequest{}},
		{"no name", `{"martId":"42","code":"ABCDEFGH"}`, PairRequest{}},
		{"a name of spaces", `{"martId":"42","code":"ABCDEFGH","device":" \t"}`, PairRequest{}},
		{"not JSON", `martId=42`, PairRequest{}},
		{"null", `null`, PairRequest{}},
		{"nothing", ``, PairRequest{}},
		{"too much", `{"martId":"42","code":"ABCDEFGH","device":"카운터"}` + strings.Repeat(" ", MaxPairing), PairRequest{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ParsePairRequest([]byte(tt.in))
			if malformed := tt.want == (PairRequest{}); malformed != errors.Is(err, order.ErrMalformed) || !malformed && (got != tt.want || err != nil) {
				t.Errorf("got %+v, %v; want %+v", got, err, tt.want)
			}
		})
	}
}

func TestALongNameOfADeviceIsCut(t *testing.T) {
	body, _ := json.Marshal(PairRequest{MartID: "42", Device: strings.Repeat("가", 1000)})
	got, err := ParsePairRequest(body)
	if err != nil || utf8.RuneCountInString(got.Device) != order.MaxName {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestARevocationNamesOneThing(t *testing.T) {
	tests := []struct {
		name, in string
		want     Revocation // zero: it is malformed
	}{
		{"a device", `{"device":"pc-1"}`, Revocation{Device: "pc-1"}},
		{"a mart", `{"martId":"42"}`, Revocation{MartID: "42"}},
		{"all marts", `{"martId":"*"}`, Revocation{MartID: AnyMart}},
		{"a key", `{"key":"k1"}`, Revocation{Key: "k1"}},
		{"a time, which is not theirs to say", `{"device":"pc-1","at":"2026-07-27T20:00:00Z"}`, Revocation{Device: "pc-1"}},
		{"nothing", `{}`, Revocation{}},
		{"a device at a mart", `{"device":"pc-1","martId":"42"}`, Revocation{Device: "pc-1", MartID: "42"}},
		{"a device at all marts", `{"device":"pc-1","martId":"*"}`, Revocation{}},
		{"a key and a mart", `{"key":"k1","martId":"42"}`, Revocation{}},
		{"older ones only, which is not theirs to say", `{"device":"pc-1","older":true,"undoneAt":"2026-07-27T20:00:00Z"}`, Revocation{Device: "pc-1"}},
		{"a device that a lent key vouches for", `{"device":"shop/pc-1"}`, Revocation{Device: "shop/pc-1"}},
		{"all three", `{"device":"pc-1","martId":"42","key":"k1"}`, Revocation{}},
		{"an ID of two lines", `{"device":"pc\n1"}`, Revocation{}},
		{"an ID too long", `{"device":"` + strings.Repeat("x", MaxHolder+1) + `"}`, Revocation{}},
		{"a number", `{"martId":42}`, Revocation{}},
		{"null", `null`, Revocation{}},
		{"not JSON", `device=pc-1`, Revocation{}},
		{"too much", `{"device":"pc-1"}` + strings.Repeat(" ", MaxPairing), Revocation{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ParseRevocation([]byte(tt.in))
			if malformed := tt.want == (Revocation{}); malformed != errors.Is(err, order.ErrMalformed) || !malformed && (got != tt.want || err != nil) {
				t.Errorf("got %+v, %v; want %+v", got, err, tt.want)
			}
		})
	}
}

func TestPairingIsTheJSONOfTheContract(t *testing.T) {
	at := time.Date(2026, 7, 27, 20, 0, 0, 0, time.UTC)
	tests := []struct {
		name string
		in   any
		want string
	}{
		{"a code", PairingCode{"ABCD-EFGH", "42", at}, `{"code":"ABCD-EFGH","martId":"42","expires":"2026-07-27T20:00:00Z"}`},
		{"a token", Paired{Token: "t", Device: "pc-1", MartName: "강남점", Expires: at}, `{"token":"t","deviceId":"pc-1","martName":"강남점","expires":"2026-07-27T20:00:00Z"}`},
		{"a token in the cookie", Paired{Device: "pc-1", Expires: at}, `{"deviceId":"pc-1","expires":"2026-07-27T20:00:00Z"}`},
		{"a device", Device{ID: "pc-1", Name: "카운터", MartID: "42", PairedAt: at}, `{"id":"pc-1","name":"카운터","martId":"42","pairedAt":"2026-07-27T20:00:00Z","connected":false}`},
	}
	for _, tt := range tests {
		if got, err := json.Marshal(tt.in); err != nil || string(got) != tt.want {
			t.Errorf("%s: %s, %v; want %s", tt.name, got, err, tt.want)
		}
	}
}

func FuzzParseCode(f *testing.F) {
	for _, typed := range []string{"ABCD-EFGH", "abcd efgh", "", "가나FG", "\xff", "ſſſſſſſſ"} {
		f.Add(typed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		code, err := ParseCode(typed)
		if err != nil {
			if !errors.Is(err, order.ErrMalformed) || code != "" {
				t.Fatalf("%q, %v", code, err)
			}
			return
		}
		if again, err := ParseCode(ShowCode(code)); err != nil || again != code || len(code) != CodeLength || strings.Trim(code, CodeAlphabet) != "" {
			t.Fatalf("%q came back as %q, %v", code, again, err)
		}
	})
}

func FuzzParsePairRequest(f *testing.F) {
	f.Add([]byte(`{"martId":"42","code":"ABCD-EFGH","device":"카운터","cookie":true}`))
	f.Add([]byte("{\"martId\":\"42\",\"device\":\"\xff\"}"))
	f.Add([]byte(`null`))
	f.Fuzz(func(t *testing.T, body []byte) {
		p, err := ParsePairRequest(body)
		if err != nil {
			if !errors.Is(err, order.ErrMalformed) {
				t.Fatalf("error %v does not wrap ErrMalformed", err)
			}
			return
		}
		_, err = order.ParseMartID(string(p.MartID))
		if err != nil || p.Device == "" || order.Line(p.Device, order.MaxName) != p.Device || len(p.Code) > MaxPairing {
			t.Fatalf("accepted %+v: %v", p, err)
		}
	})
}

func FuzzParseRevocation(f *testing.F) {
	f.Add([]byte(`{"device":"pc-1"}`))
	f.Add([]byte(`{"martId":"*","at":"2026-07-27T20:00:00Z"}`))
	f.Add([]byte(`{"key":"k1","device":""}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		r, err := ParseRevocation(body)
		if err != nil {
			if !errors.Is(err, order.ErrMalformed) {
				t.Fatalf("error %v does not wrap ErrMalformed", err)
			}
			return
		}
		name := fmt.Sprint(r.Device, r.MartID, r.Key)
		if r.Check() != nil || !r.At.IsZero() || name == "" || utf8.RuneCountInString(name) > order.MaxName {
			t.Fatalf("accepted %+v", r)
		}
	})
}
