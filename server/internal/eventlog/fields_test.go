package eventlog

import (
	"encoding/json"
	"testing"

	"jumun/shared/order"
)

func TestWhatWeWriteIsReadTheShortWay(t *testing.T) {
	for _, e := range []order.Event{
		{Order: "20240727-0001", Kind: order.Placed},
		{Order: "강남-1", Kind: order.Placed, Details: typical},
		{Order: "1", Kind: order.Acked, By: "카운터"},
	} {
		body, err := encode(e)
		if err != nil {
			t.Fatal(err)
		}
		var short entry
		if !short.read(body) || short.Order != e.Order || short.Kind != e.Kind || short.Summary != e.Summary || short.By != e.By {
			t.Errorf("%s is read as %+v", body, short)
		}
	}
}

// FuzzRead has what is read the short way be what encoding/json reads.
func FuzzRead(f *testing.F) {
	for _, body := range []string{
		`{"kind":"order","order":"1001","summary":"김밥","amount":"12,000원","placedAt":"2026-07-27T20:00:00Z"}`,
		`{"kind":"ack","order":"1001","by":"카운터"}`, `{"kind":"order","order":"1","order":"2"}`, `{"kind":"order",}`,
		`{"kind":"order"}}`, `{"Kind":"order"}`, `{"kind":"a\u003cb"}`, `{"kind":1}`, `{"kind":"order"`, `{"kind"}`, `{}`, `{"kind":"` + "\xff" + `"}`,
	} {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		var short, long entry
		if !short.read(body) {
			return
		}
		if err := json.Unmarshal([]byte(body), &long); err != nil || short != long {
			t.Fatalf("%q is %+v the short way, else %+v, %v", body, short, long, err)
		}
	})
}

func FuzzParseSpot(f *testing.F) {
	for _, s := range []string{"1722000000000-0", "0-0", "", "-", "01-0", "1-0 ", "1-", "9223372036854775808-0", "18446744073709551615-18446744073709551615", "-1-0", "+1-0", "1-0-0"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		at, ok := ParsePosition(s)
		if _, err := order.ParseID(s); (err == nil) != (ok && at.IsEventID()) {
			t.Fatalf("%q is %+v, %v; as an order.ID: %v", s, at, ok, err)
		}
		if ok && string(at.ID()) != s {
			t.Fatalf("%q is written as %s", s, at.ID())
		}
		if ok && at.IsEventID() && !at.Time().Equal(order.ID(s).Time()) {
			t.Fatalf("%q is at %v", s, at.Time())
		}
	})
}
