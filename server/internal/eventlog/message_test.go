package eventlog

import (
	"errors"
	"strings"
	"testing"
	"time"

	"jumun/shared/order"
)

func TestAnEntryRingsWhateverIsWrongWithItsDetails(t *testing.T) {
	tests := []struct {
		name, in string
		want     order.Details
	}{
		{"all of them", `{"kind":"order","order":"1","summary":"김밥","amount":"12,000원","placedAt":"2026-07-27T20:00:00Z"}`,
			order.Details{Summary: "김밥", Amount: "12,000원", PlacedAt: time.Date(2026, 7, 27, 20, 0, 0, 0, time.UTC)}},
		{"none", `{"kind":"order","order":"1"}`, order.Details{}},
		{"line breaks, and a time that is none", `{"kind":"order","order":"1","summary":"a\nb","placedAt":"noon"}`, order.Details{Summary: "a b"}},
		{"an amount that is too long", `{"kind":"order","order":"1","amount":"` + strings.Repeat("9", 100) + `"}`, order.Details{Amount: strings.Repeat("9", 31) + "…"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got, err := ParseEntry("42", "1-0", tt.in); err != nil || got.Details != tt.want {
				t.Errorf("got %+v, %v, want %+v", got.Details, err, tt.want)
			}
		})
	}
}

func TestKeysOfOneMartShareAHashTagAndNoTwoMartsShareAKey(t *testing.T) {
	marts := []order.MartID{"42", "}", "{", "{}", "a}:log", "a", "%7D", "강남점", "a:seen:1", "a}:seen:1{"}
	owner := make(map[string]order.MartID)
	for _, m := range marts {
		for _, key := range []string{LogKey(m), openKey(m), Channel(m), seenKey(m, "}:log"), testKey(m), keyKey(m, "}:log")} {
			if other, taken := owner[key]; taken {
				t.Errorf("%s and %s share %s", m, other, key)
			}
			owner[key] = m
			if got, want := hashTag(key), hashTag(LogKey(m)); got != want || got == "" {
				t.Errorf("the hash tag of %s is %q, want %q", key, got, want)
			}
		}
	}
}

// hashTag returns what stands between the first braces of key, as a Cluster reads it.
func hashTag(key string) string {
	_, rest, _ := strings.Cut(key, "{")
	tag, _, _ := strings.Cut(rest, "}")
	return tag
}

func FuzzParseEntry(f *testing.F) {
	f.Add("1722000000000-0", `{"kind":"order","order":"1001","summary":"김밥","amount":"12,000원","placedAt":"2026-07-27T20:00:00.123456789Z"}`)
	f.Add("1722000000000-1", `{"kind":"ack","order":"1001","by":"카운터"}`)
	f.Add("1-0", `{"kind":"test","order":"test","by":"office"}`)
	f.Add("1-0", `{"kind":"order","order":"1","placedAt":"9999-12-31T23:59:59-23:00","summary":"\u202e\ud800"}`)
	f.Fuzz(func(t *testing.T, id, body string) {
		e, err := ParseEntry("42", id, body)
		if err != nil {
			if !errors.Is(err, order.ErrMalformed) {
				t.Fatalf("error %v does not wrap ErrMalformed", err)
			}
			return
		}
		again, err := encode(e)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := ParseEntry("42", id, again); err != nil || got != e {
			t.Fatalf("%+v is written as %s and read as %+v, %v", e, again, got, err)
		}
	})
}

// FuzzEncode has whatever a publisher says come out of the log as it was answered.
func FuzzEncode(f *testing.F) {
	f.Add("김밥", "12,000원", int64(1722000000), int64(1), "카운터")
	f.Add("a\nb\xff", "\u202e", int64(1)<<62, int64(-1), "")
	f.Fuzz(func(t *testing.T, summary, amount string, sec, nsec int64, by string) {
		details := presentable(order.Details{Summary: summary, Amount: amount, PlacedAt: time.Unix(sec, nsec)})
		want := order.Event{ID: "1-0", Mart: "42", Order: "1", Kind: order.Placed, At: order.ID("1-0").Time(), Details: details, By: order.Line(by, order.MaxName)}
		body, err := encode(want)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := ParseEntry("42", "1-0", body); err != nil || got != want {
			t.Fatalf("%+v is written as %s and read as %+v, %v", want, body, got, err)
		}
	})
}
