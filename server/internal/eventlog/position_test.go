package eventlog

import (
	"testing"

	"jumun/shared/order"
)

func FuzzParsePosition(f *testing.F) {
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
