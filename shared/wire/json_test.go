package wire

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"jumun/shared/order"
)

// An appender has a short way to its JSON.
type appender interface {
	AppendJSON([]byte) ([]byte, error)
}

// same has the short way write what encoding/json does, behind what was there.
func same(t *testing.T, what appender) {
	t.Helper()
	want, wrong := json.Marshal(what)
	got, err := what.AppendJSON([]byte("data: "))
	if (err == nil) != (wrong == nil) {
		t.Fatalf("%+v: error %v, and encoding/json has %v", what, err, wrong)
	}
	if err == nil && string(got) != "data: "+string(want) {
		t.Fatalf("%+v\nis   %s\nwant %s", what, got, want)
	}
}

func TestTheShortWayWritesWhatEncodingJSONWrites(t *testing.T) {
	at := time.Date(2026, 7, 27, 20, 0, 0, 123e6, time.UTC)
	tests := []struct {
		name string
		what appender
	}{
		{"an order without anything", Order{}},
		{"hangul", Order{MartID: "강남점", OrderID: "1", Message: "1 주문 발생", At: at, Summary: "김밥", Amount: "12,000원", PlacedAt: at, Confirmed: true}},
		{"what HTML could take for its own", Order{Summary: "<b>&amp;</b>"}},
		{"quotes and backslashes", Order{MartID: `"\`, OrderID: `\u0041`}},
		{"control characters", Order{Amount: "\x00\b\f\n\r\t\x1f\x7f"}},
		{"half a character", Order{Summary: "김\xea\xb0"}},
		{"a whole replacement character", Order{Summary: "\ufffd"}},
		{"line separators of JavaScript", Order{Summary: "a\u2028b\u2029c"}},
		{"an emoji", Order{Summary: "🍜"}},
		{"a time in Seoul", Order{At: at.In(time.FixedZone("KST", 9*3600))}},
		{"a year that RFC 3339 cannot say", Order{At: time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)}},
		{"the same of a placement", Order{At: at, PlacedAt: time.Date(-1, 1, 1, 0, 0, 0, 0, time.UTC)}},
		{"a zone a day away", Order{At: at.In(time.FixedZone("", 24*3600))}},
		{"an ack without anything", Ack{}},
		{"an ack", Ack{OrderID: "1", Device: "카운터 <1>", At: at}},
		{"an ack in a year that RFC 3339 cannot say", Ack{At: time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { same(t, tt.what) })
	}
}

func TestTheShortWayWritesEveryCharacterAsEncodingJSONDoes(t *testing.T) {
	for r := range rune(1 << 16) { // what lies beyond has nothing to escape
		same(t, Ack{Device: string(r)})
	}
}

// A field that is added to the contract has to be added to the short way.
func TestTheShortWayLeavesNoFieldOut(t *testing.T) {
	for _, what := range []any{&Order{}, &Ack{}} {
		fields := reflect.ValueOf(what).Elem()
		for i := range fields.NumField() {
			switch f := fields.Field(i); f.Interface().(type) {
			case time.Time:
				f.Set(reflect.ValueOf(time.Unix(1722000000, int64(i))))
			case bool:
				f.SetBool(true)
			default:
				f.SetString(fields.Type().Field(i).Name)
			}
		}
		same(t, fields.Interface().(appender))
	}
}

func FuzzAppendJSON(f *testing.F) {
	f.Add("42", "1001", "김치찌개 2", "32,000원", int64(1722000000), int64(123e6), 9*3600, true)
	f.Add("<", "\xff", "a\u2028b", "\x00\"\\", int64(1)<<40, int64(-1), 24*3600, false)
	f.Add("", "", "", "", int64(-62135596800), int64(0), 0, false) // the zero time
	f.Fuzz(func(t *testing.T, mart, number, summary, amount string, sec, nsec int64, zone int, confirmed bool) {
		at := time.Unix(sec, nsec).In(time.FixedZone("", zone))
		e := order.Event{
			Mart: order.MartID(mart), Order: order.OrderID(number), At: at, By: summary, Confirmed: confirmed,
			Details: order.Details{Summary: summary, Amount: amount, PlacedAt: at.UTC()},
		}
		same(t, OrderOf(e))
		same(t, AckOf(e))
	})
}
