package orderlog

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

func TestAMessageBecomesItsEvent(t *testing.T) {
	got, err := parseMessage("42", `1-7 1722000000123-4 {"kind":"order","order":"1001"}`)
	at := time.UnixMilli(1722000000123).UTC()
	want := message{prev: "1-7", event: order.Event{ID: "1722000000123-4", Mart: "42", Order: "1001", Kind: order.Placed, At: at}}
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

func FuzzParse(f *testing.F) {
	f.Add("jumun:{42}:events", `0-0 1722000000000-0 {"kind":"order","order":"1001"}`)
	f.Add("jumun:{%7D}:events", `0-0 1-0 `)
	f.Add("", "")
	f.Fuzz(func(t *testing.T, from, payload string) {
		m, err := new(Log).parse(from, payload)
		if err != nil {
			if !errors.Is(err, order.ErrMalformed) {
				t.Fatalf("error %v does not wrap ErrMalformed", err)
			}
			return
		}
		if channel(m.event.Mart) != from || strings.ContainsAny(string(m.event.ID), "\r\n\x00") {
			t.Fatalf("%+v out of %q %q", m, from, payload)
		}
		if _, err := order.ParseOrderID(string(m.event.Order)); err != nil {
			t.Fatal(err)
		}
	})
}
