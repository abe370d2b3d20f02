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

func TestWhatHappensToAnOrderIsTheJSONOfTheContract(t *testing.T) {
	at := time.Date(2024, 7, 27, 20, 0, 9, 456e6, time.UTC)
	tests := []struct {
		name string
		e    order.Event
		want string
	}{
		{AckEvent, order.Event{ID: "2-0", Mart: "42", Order: "1001", Kind: order.Acked, Of: "1-0", At: at, By: "카운터"},
			`{"orderId":"1001","id":"1-0","device":"카운터","at":"2024-07-27T20:00:09.456Z"}`},
		{AckEvent, order.Event{ID: "2-0", Mart: "42", Order: "1001", Kind: order.Acked, At: at, By: "카운터"},
			`{"orderId":"1001","device":"카운터","at":"2024-07-27T20:00:09.456Z"}`},
		{CancelEvent, order.Event{ID: "2-0", Mart: "42", Order: "1001", Kind: order.Cancelled, Of: "1-0", At: at},
			`{"orderId":"1001","id":"1-0","at":"2024-07-27T20:00:09.456Z"}`},
		{ReopenEvent, order.Event{ID: "2-0", Mart: "42", Order: "1001", Kind: order.Reopened, Of: "1-0", At: at, By: "카운터"},
			`{"orderId":"1001","id":"1-0","device":"카운터","at":"2024-07-27T20:00:09.456Z"}`},
	}
	for _, tt := range tests {
		name, change := ChangeOf(tt.e)
		got, err := json.Marshal(change)
		if err != nil || name != tt.name || string(got) != tt.want {
			t.Errorf("%s %s, %v; want %s %s", name, got, err, tt.name, tt.want)
		}
		back, err := ParseChange(name, "42", "2-0", string(got))
		if err != nil || back != tt.e {
			t.Errorf("read back as %+v, %v", back, err)
		}
	}
	if name, _ := ChangeOf(order.Event{Kind: order.Placed}); name != "" {
		t.Errorf("an order is the change %q", name)
	}
}

func FuzzParseChange(f *testing.F) {
	f.Add("2-0", `{"orderId":"1001","device":"카운터","at":"2024-07-27T20:00:09.456Z"}`)
	f.Add("2-0", `{"orderId":"１００１","id":"1-0"}`)
	f.Add("2-0", `{"orderId":"1001","id":"x"}`)
	f.Add("", `{}`)
	f.Fuzz(func(t *testing.T, id, data string) {
		e, err := ParseChange(AckEvent, "42", id, data)
		if err != nil {
			if !errors.Is(err, order.ErrMalformed) {
				t.Fatalf("error %v does not wrap ErrMalformed", err)
			}
			return
		}
		if same, err := order.ParseOrderID(string(e.Order)); err != nil || same != e.Order || utf8.RuneCountInString(e.By) > order.MaxName {
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
