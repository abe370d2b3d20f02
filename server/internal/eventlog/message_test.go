package eventlog

import (
	"errors"
	"strings"
	"testing"
	"time"

	"jumun/shared/order"
)

func TestAMessageIsThreePartsThatWeWrote(t *testing.T) {
	tests := []struct {
		name, in string
		want     error
	}{
		{"the first event of a mart", `0-0 1722000000000-0 {"kind":"order","order":"1001"}`, nil},
		{"a kind from a newer server", `1-0 1-1 {"kind":"later","order":"1001","more":[1]}`, nil},
		{"an order with braces", `1-0 1-1 {"kind":"order","order":"}{"}`, nil},
		{"empty", ``, order.ErrMalformed},
		{"two parts", `1-0 1-1`, order.ErrMalformed},
		{"a predecessor that is no ID", `x 1-1 {"kind":"order","order":"1"}`, order.ErrMalformed},
		{"an ID that is none", `1-0 1 {"kind":"order","order":"1"}`, order.ErrMalformed},
		{"an ID with a line break", "1-0 1-1\n {\"kind\":\"order\",\"order\":\"1\"}", order.ErrMalformed},
		{"an ID written in another way", `1-0 01-1 {"kind":"order","order":"1"}`, order.ErrMalformed},
		{"an ID before time began", `1-0 -1-1 {"kind":"order","order":"1"}`, order.ErrMalformed},
		{"an entry that is not JSON", `1-0 1-1 order 1001`, order.ErrMalformed},
		{"an entry without kind", `1-0 1-1 {"order":"1001"}`, order.ErrMalformed},
		{"an order that cannot be printed", `1-0 1-1 {"kind":"order","order":"\n"}`, order.ErrMalformed},
		{"ten megabytes", `1-0 1-1 ` + strings.Repeat("1", 10<<20), order.ErrMalformed},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := parseMessage("42", tt.in); !errors.Is(err, tt.want) {
				t.Errorf("error %v, want %v", err, tt.want)
			}
		})
	}
}

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
			if got, err := parseEntry("42", "1-0", tt.in); err != nil || got.Details != tt.want {
				t.Errorf("got %+v, %v, want %+v", got.Details, err, tt.want)
			}
		})
	}
}

func TestAMessageBecomesItsEvent(t *testing.T) {
	got, err := parseMessage("42", `1-7 1722000000123-4 {"kind":"order","order":"1001"}`)
	at := time.UnixMilli(1722000000123).UTC()
	want := message{prev: spot{1, 7}, at: spot{1722000000123, 4}, event: order.Event{ID: "1722000000123-4", Mart: "42", Order: "1001", Kind: order.Placed, At: at}}
	if err != nil || got != want {
		t.Errorf("got %+v, %v, want %+v", got, err, want)
	}
}

func TestKeysOfOneMartShareAHashTagAndNoTwoMartsShareAKey(t *testing.T) {
	marts := []order.MartID{"42", "}", "{", "{}", "a}:log", "a", "%7D", "강남점", "a:seen:1", "a}:seen:1{"}
	owner := make(map[string]order.MartID)
	for _, m := range marts {
		for _, key := range []string{logKey(m), openKey(m), channel(m), seenKey(order.Placement{Mart: m, Order: "}:log"})} {
			if other, taken := owner[key]; taken {
				t.Errorf("%s and %s share %s", m, other, key)
			}
			owner[key] = m
			open := strings.Index(key, "{")
			end := open + strings.Index(key[open:], "}")
			if got := key[open : end+1]; got != tag(m) || got == "{}" {
				t.Errorf("the hash tag of %s is %s, not %s", key, got, tag(m))
			}
		}
	}
}

func FuzzParseEntry(f *testing.F) {
	f.Add("1722000000000-0", `{"kind":"order","order":"1001","summary":"김밥","amount":"12,000원","placedAt":"2026-07-27T20:00:00.123456789Z"}`)
	f.Add("1722000000000-1", `{"kind":"ack","order":"1001","by":"카운터"}`)
	f.Add("1-0", `{"kind":"order","order":"1","placedAt":"9999-12-31T23:59:59-23:00","summary":"\u202e\ud800"}`)
	f.Fuzz(func(t *testing.T, id, body string) {
		e, err := parseEntry("42", id, body)
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
		if got, err := parseEntry("42", id, again); err != nil || got != e {
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
		if got, err := parseEntry("42", "1-0", body); err != nil || got != want {
			t.Fatalf("%+v is written as %s and read as %+v, %v", want, body, got, err)
		}
	})
}

func FuzzParse(f *testing.F) {
	f.Add("42", `0-0 1722000000000-0 {"kind":"order","order":"1001"}`)
	f.Add("42", `1-0 1-1 {"kind":"ack","order":"1001","by":"카운터"}`)
	f.Add("}", `0-0 1-0 `)
	f.Add("", "")
	f.Fuzz(func(t *testing.T, mart, payload string) {
		m, err := parseMessage(order.MartID(mart), payload)
		if err != nil {
			if !errors.Is(err, order.ErrMalformed) {
				t.Fatalf("error %v does not wrap ErrMalformed", err)
			}
			return
		}
		if string(m.event.Mart) != mart || strings.ContainsAny(string(m.event.ID), "\r\n\x00") {
			t.Fatalf("%+v out of %q %q", m, mart, payload)
		}
		if _, err := order.ParseOrderID(string(m.event.Order)); err != nil {
			t.Fatal(err)
		}
	})
}
