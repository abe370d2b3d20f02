package wire

import (
	"errors"
	"strings"
	"testing"
	"time"

	"jumun/shared/order"
)

func TestParsePublicationTakesWhatPublishersSend(t *testing.T) {
	tests := []struct {
		name, in string
		want     error
	}{
		{"numbers, as the first publisher sends them", `{"martId":42,"orderId":1001}`, nil},
		{"strings", `{"martId":"42","orderId":"1001"}`, nil},
		{"the object again inside a string", `"{\"martId\":\"42\",\"orderId\":\"1001\"}"`, nil},
		{"numbers inside a string", `"{\"martId\":42,\"orderId\":1001}"`, nil},
		{"unknown fields", `{"martId":42,"orderId":1001,"extra":{"deep":[1,2]},"paid":true}`, nil},
		{"white space around", " {\"martId\" : 42 ,\n\"orderId\":1001}\n", nil},
		{"empty", ``, order.ErrMalformed},
		{"not JSON", `martId=42`, order.ErrMalformed},
		{"null", `null`, order.ErrMalformed},
		{"a list", `[{"martId":42,"orderId":1001}]`, order.ErrMalformed},
		{"a string three deep", `"\"{}\""`, order.ErrMalformed},
		{"no order", `{"martId":"42"}`, order.ErrMalformed},
		{"no mart", `{"orderId":"1001"}`, order.ErrMalformed},
		{"a null order", `{"martId":"42","orderId":null}`, order.ErrMalformed},
		{"an empty order", `{"martId":"42","orderId":""}`, order.ErrMalformed},
		{"an order that is a list", `{"martId":"42","orderId":[1]}`, order.ErrMalformed},
		{"a fraction", `{"martId":42,"orderId":1001.5}`, order.ErrMalformed},
		{"an exponent", `{"martId":42,"orderId":1e3}`, order.ErrMalformed},
		{"a control character", `{"martId":42,"orderId":"10\u000001"}`, order.ErrMalformed},
		{"a line break", `{"martId":42,"orderId":"10\n01"}`, order.ErrMalformed},
		{"another case", `{"martid":42,"orderid":1001}`, order.ErrMalformed},
		{"not UTF-8", "{\"martId\":42,\"orderId\":\"\xff\"}", order.ErrMalformed},
		{"a 10 MB order", `{"martId":42,"orderId":"` + strings.Repeat("1", 10<<20) + `"}`, order.ErrMalformed},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ParsePublication([]byte(tt.in))
			if !errors.Is(err, tt.want) {
				t.Fatalf("error %v, want %v", err, tt.want)
			}
			if err != nil && len(err.Error()) > 200 {
				t.Errorf("error has %d bytes: it must fit on a line", len(err.Error()))
			}
			if want := (order.Placement{Mart: "42", Order: "1001"}); err == nil && got != want {
				t.Errorf("got %+v, want %+v", got, want)
			}
		})
	}
}

func TestDetailsAreTakenAndNeverKeepAnOrderFromRinging(t *testing.T) {
	at := time.Date(2026, 7, 27, 11, 0, 0, 0, time.UTC)
	tests := []struct {
		name, in string
		want     order.Details
	}{
		{"all of them", `"summary":"아메리카노 2","amount":9000,"placedAt":"2026-07-27T20:00:00+09:00"`, order.Details{Summary: "아메리카노 2", Amount: "9000", PlacedAt: at}},
		{"an amount as text", `"amount":"9,000원"`, order.Details{Amount: "9,000원"}},
		{"a fraction", `"amount":12.50`, order.Details{Amount: "12.50"}},
		{"a summary of several lines", `"summary":" 라떼\n콜라\u0000 "`, order.Details{Summary: "라떼 콜라"}},
		{"a summary too long", `"summary":"` + strings.Repeat("가", 5000) + `"`, order.Details{Summary: strings.Repeat("가", 199) + "…"}},
		{"of other types", `"summary":[1],"amount":{},"placedAt":5`, order.Details{}},
		{"null", `"summary":null,"amount":null,"placedAt":null`, order.Details{}},
		{"a date that is none", `"placedAt":"yesterday"`, order.Details{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ParsePublication([]byte(`{"martId":42,"orderId":1001,` + tt.in + `}`))
			if err != nil || got.Details != tt.want {
				t.Errorf("got %+v, %v; want %+v", got.Details, err, tt.want)
			}
		})
	}
}

func TestFieldsOfAnIntakeEntryAreTakenAsTheJSONIs(t *testing.T) {
	tests := []struct {
		name string
		in   map[string]any
		want string // the reason; empty: it is taken
	}{
		{"text", map[string]any{"martId": "42", "orderId": "1001", "amount": "9000", "extra": "x"}, ""},
		{"no order", map[string]any{"martId": "42"}, ReasonOrderID},
		{"no mart", map[string]any{"orderId": "1001"}, ReasonMartID},
		{"a space", map[string]any{"martId": "42", "orderId": "10 01"}, ReasonOrderID},
		{"a megabyte", map[string]any{"martId": "42", "orderId": "1001", "summary": strings.Repeat("x", 1<<20)}, ReasonTooLong},
		{"not UTF-8", map[string]any{"martId": "42", "orderId": "1001", "summary": "\xff"}, ReasonNotUTF8},
		{"not text", map[string]any{"martId": 42, "orderId": "1001"}, ReasonMartID},
		{"nothing", nil, ReasonMartID},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ParseFields(tt.in)
			if tt.want != "" {
				if err == nil || ReasonOf(err) != tt.want {
					t.Errorf("got %v, want the reason %s", err, tt.want)
				}
				return
			}
			if want := (order.Placement{Mart: "42", Order: "1001", Details: order.Details{Amount: "9000"}}); err != nil || got != want {
				t.Errorf("got %+v, %v", got, err)
			}
		})
	}
}

// Whatever is accepted must be printable and survive being sent on.
func FuzzParsePublication(f *testing.F) {
	f.Add([]byte(`{"martId":42,"orderId":1001}`))
	f.Add([]byte(`"{\"martId\":\"42\",\"orderId\":\"1001\"}"`))
	f.Add([]byte(`{"martId":42,"orderId":1001,"summary":"a\nb","amount":1e3,"placedAt":"2026-07-27T20:00:00.5+09:00"}`))
	f.Add([]byte(`{"martId":42,"orderId":1001,"placedAt":"0000-01-01T0:00:00+01:00"}`))
	f.Add([]byte("{\"martId\":\"\xff\",\"orderId\":-0}"))
	f.Fuzz(func(t *testing.T, msg []byte) {
		p, err := ParsePublication(msg)
		if err != nil {
			if !errors.Is(err, order.ErrMalformed) {
				t.Fatalf("error %v does not wrap ErrMalformed", err)
			}
			return
		}
		again, err := ParsePublication(Publication(p))
		if err != nil || again != p {
			t.Fatalf("%+v came back as %+v, %v", p, again, err)
		}
	})
}

func FuzzParseFields(f *testing.F) {
	f.Add("42", "1001", "라떼 2", "9000", "2026-07-27T20:00:00+09:00")
	f.Add("", "\xff", "a\x00b", "-", "")
	f.Fuzz(func(t *testing.T, mart, number, summary, amount, at string) {
		p, err := ParseFields(map[string]any{"martId": mart, "orderId": number, "summary": summary, "amount": amount, "placedAt": at})
		if err != nil {
			if !errors.Is(err, order.ErrMalformed) {
				t.Fatal(err)
			}
			return
		}
		if again, err := ParsePublication(Publication(p)); err != nil || again != p {
			t.Fatalf("%+v came back as %+v, %v", p, again, err)
		}
	})
}
