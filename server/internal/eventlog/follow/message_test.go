package follow

import (
	"errors"
	"strings"
	"testing"
	"time"

	"jumun/server/internal/eventlog"
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
	want := message{prev: position("1-7"), at: position("1722000000123-4"), event: order.Event{ID: "1722000000123-4", Mart: "42", Order: "1001", Kind: order.Placed, At: at}}
	if err != nil || got != want {
		t.Errorf("got %+v, %v, want %+v", got, err, want)
	}
}

func FuzzParseMessage(f *testing.F) {
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

// position reads an ID that is one.
func position(id string) eventlog.Position {
	p, _ := eventlog.ParsePosition(id)
	return p
}
