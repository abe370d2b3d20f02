package pairing

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"jumun/shared/order"
	"jumun/shared/wire"
)

func TestEachLetterOfACodeIsEquallyLikely(t *testing.T) {
	const codes = 20_000
	seen := map[rune]float64{}
	for range codes {
		c := newLetters(wire.CodeLength)
		if parsed, err := wire.ParseCode(wire.ShowCode(c)); err != nil || parsed != c {
			t.Fatalf("%q is no code: %v", c, err)
		}
		for _, letter := range c {
			seen[letter]++
		}
	}
	expected := float64(codes*wire.CodeLength) / float64(len(wire.CodeAlphabet))
	chi := 0.0
	for _, letter := range wire.CodeAlphabet {
		chi += (seen[letter] - expected) * (seen[letter] - expected) / expected
	}
	// With 30 degrees of freedom, more than 90 happens once in ten million times. A byte
	// modulo 31 would give some 200.
	if chi > 90 {
		t.Errorf("chi square is %.0f: %v", chi, seen)
	}
}

func TestAnOperatorMakesACodeWithoutAServer(t *testing.T) {
	o := newFakeRedis()
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.FixedZone("KST", 9*60*60))
	made, err := CreateCode(t.Context(), o, wire.Pairing{MartID: "42", Name: "강남점\n" + strings.Repeat("!", 100)}, now)
	if err != nil || made.MartID != "42" || !made.Expires.Equal(now.Add(wire.CodeLife)) || made.Expires.Location() != time.UTC {
		t.Fatalf("%+v, %v", made, err)
	}
	for key, p := range o.kept {
		if len(key) != 43 || strings.Contains(key, made.Code) || p.Name != order.Line(p.Name, order.MaxName) {
			t.Errorf("%s keeps %+v", key, p)
		}
	}
	got := answerOf(t, ask(o.handler().Pair, "POST", wire.PairPath, request("42", made.Code, "카운터")))
	if !strings.HasPrefix(got.MartName, "강남점 !") {
		t.Errorf("%+v", got)
	}
}

func TestACodeIsForOneMart(t *testing.T) {
	tests := []struct {
		name string
		mart order.MartID
		lost bool
		want error
	}{
		{"none", "", false, order.ErrMalformed},
		{"one with a space", "4 2", false, order.ErrMalformed},
		{"all", wire.AnyMart, false, order.ErrMalformed},
		{"one, while Redis is away", "42", true, errAway},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := newFakeRedis()
			o.away = tt.lost
			if _, err := CreateCode(context.Background(), o, wire.Pairing{MartID: tt.mart}, time.Now()); !errors.Is(err, tt.want) {
				t.Error(err)
			}
		})
	}
}
