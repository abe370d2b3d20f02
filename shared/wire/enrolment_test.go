package wire

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"jumun/shared/order"
)

func TestAnEnrolmentKeyIsReadAsPeopleTypeIt(t *testing.T) {
	const want = "ABCDEFGHJKMNPQRSTUVWXYZ23"
	if shown := ShowEnrolKey(want); shown != "ABCDE-FGHJK-MNPQR-STUVW-XYZ23" {
		t.Error(shown)
	}
	for _, typed := range []string{want, ShowEnrolKey(want), " abcde fghjk–mnpqr\tstuvw xyz23\n", "\u200babcdefghjkmnpqrstuvwxyz23"} {
		if got, err := ParseEnrolKey(typed); err != nil || got != want {
			t.Errorf("%q: %q, %v", typed, got, err)
		}
	}
	for _, typed := range []string{"", "ABCD-EFGH", want + "A", want[1:], strings.Replace(want, "A", "0", 1), strings.Replace(want, "A", "가", 1)} {
		if got, err := ParseEnrolKey(typed); !errors.Is(err, order.ErrMalformed) || typed != "" && strings.Contains(err.Error(), typed) {
			t.Errorf("%q: %q, %v", typed, got, err)
		}
	}
}

func TestNamesOfOneComputerAreEqual(t *testing.T) {
	for _, name := range []string{"POS-1", "pos-1", " Pos-1.shop.example ", "pos-1."} {
		if got := ComputerName(name); got != "pos-1" {
			t.Errorf("%q: %q", name, got)
		}
	}
	if ComputerName("카운터") != ComputerName("\u110f\u1161\u110b\u116e\u11ab\u1110\u1165") { // composed and not
		t.Error("카운터")
	}
}

func FuzzEnrolKey(f *testing.F) {
	f.Add("ABCDE-FGHJK-MNPQR-STUVW-XYZ23")
	f.Add("ſabcd")
	f.Fuzz(func(t *testing.T, typed string) {
		key, err := ParseEnrolKey(typed)
		if err != nil {
			if key != "" || !errors.Is(err, order.ErrMalformed) {
				t.Fatalf("%q, %v", key, err)
			}
			return
		}
		if again, err := ParseEnrolKey(ShowEnrolKey(key)); err != nil || again != key || len(key) != EnrolKeyLength || strings.Trim(key, CodeAlphabet) != "" {
			t.Fatalf("%q, and again %q, %v", key, again, err)
		}
	})
}

// Whatever is read can be stored in lines and words, and shown to people.
func FuzzEnrolRequest(f *testing.F) {
	f.Add(`{"key":"ABCDE-FGHJK-MNPQR-STUVW-XYZ23","computer":"POS-1.shop.example","device":"카운터","martId":"42","request":"abc123"}`)
	f.Add(`{"computer":"\n","request":"-"}`)
	f.Add(`null`)
	f.Fuzz(func(t *testing.T, body string) {
		r, err := ParseEnrolRequest([]byte(body))
		if err != nil {
			return
		}
		if r.Computer == "" || r.Computer != ComputerName(r.Computer) || r.Device == "" || r.Device != order.Line(r.Device, order.MaxName) || strings.ContainsAny(r.Request, " \n-") {
			t.Fatalf("%+v", r)
		}
	})
}

// Clean accepts what it has returned, and each mart in that is a single one.
func FuzzEnrolment(f *testing.F) {
	f.Add(`{"martId":"42","name":"강남점","uses":3,"seconds":60}`)
	f.Add(`{"computers":[{"computer":"A.b","martId":"42"},{"computer":"c","martId":"43","name":"역삼점"}],"uses":1,"seconds":1}`)
	f.Fuzz(func(t *testing.T, body string) {
		var e Enrolment
		if json.Unmarshal([]byte(body), &e) != nil {
			return
		}
		clean, err := e.Clean()
		if err != nil {
			if !errors.Is(err, order.ErrMalformed) {
				t.Fatal(err)
			}
			return
		}
		if _, err := clean.Clean(); err != nil {
			t.Fatalf("%+v: %v", clean, err)
		}
		for _, mart := range clean.Marts() {
			if mart == AnyMart || mart == "" {
				t.Fatalf("%+v", clean)
			}
		}
	})
}
