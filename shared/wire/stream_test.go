package wire

import (
	"encoding/json"
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"jumun/shared/order"
)

func TestOrderEventIsTheJSONOfTheContract(t *testing.T) {
	at := time.Date(2024, 7, 27, 20, 0, 0, 123e6, time.UTC)
	e := order.Event{ID: "1-0", Mart: "42", Order: "1001", Kind: order.Placed, At: at}
	got, err := json.Marshal(OrderOf(e))
	if err != nil {
		t.Fatal(err)
	}
	want := `{"martId":"42","orderId":"1001","message":"1001 주문 발생","at":"2024-07-27T20:00:00.123Z"}`
	if string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	back, err := ParseOrder("1-0", string(got))
	if err != nil || back != e {
		t.Errorf("read back as %+v, %v", back, err)
	}
}

func TestEventsPathIsOneSegmentWhateverTheMartIsCalled(t *testing.T) {
	for _, mart := range []order.MartID{"42", "강남점", "a/b", "a?b#c", "%2F"} {
		u, err := url.Parse("http://host" + EventsPath(mart))
		if err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(u.EscapedPath(), "/"); n != 4 || u.RawQuery != "" || u.Fragment != "" {
			t.Errorf("%s became %s", mart, u)
		}
	}
}

func TestAckEventIsTheJSONOfTheContract(t *testing.T) {
	at := time.Date(2024, 7, 27, 20, 0, 9, 456e6, time.UTC)
	e := order.Event{ID: "2-0", Mart: "42", Order: "1001", Kind: order.Acked, At: at, By: "카운터"}
	got, err := json.Marshal(AckOf(e))
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"orderId":"1001","device":"카운터","at":"2024-07-27T20:00:09.456Z"}`; string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	back, err := ParseAck("42", "2-0", string(got))
	if err != nil || back != e {
		t.Errorf("read back as %+v, %v", back, err)
	}
}

func FuzzParseAck(f *testing.F) {
	f.Add("2-0", `{"orderId":"1001","device":"카운터","at":"2024-07-27T20:00:09.456Z"}`)
	f.Add("", `{}`)
	f.Fuzz(func(t *testing.T, id, data string) {
		e, err := ParseAck("42", id, data)
		if err != nil {
			if !errors.Is(err, order.ErrMalformed) {
				t.Fatalf("error %v does not wrap ErrMalformed", err)
			}
			return
		}
		if _, err := order.ParseOrderID(string(e.Order)); err != nil || utf8.RuneCountInString(e.By) > order.MaxName {
			t.Fatalf("accepted %+v: %v", e, err)
		}
	})
}

func FuzzParseOrder(f *testing.F) {
	f.Add("1-0", `{"martId":"42","orderId":"1001","message":"1001 주문 발생","at":"2024-07-27T20:00:00.123Z"}`)
	f.Add("", `{}`)
	f.Fuzz(func(t *testing.T, id, data string) {
		e, err := ParseOrder(id, data)
		if err != nil {
			if !errors.Is(err, order.ErrMalformed) {
				t.Fatalf("error %v does not wrap ErrMalformed", err)
			}
			return
		}
		if _, err := order.ParseOrderID(string(e.Order)); err != nil {
			t.Fatalf("accepted %q: %v", e.Order, err)
		}
	})
}
