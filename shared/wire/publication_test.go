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
		{"an integer that was a float, as another way may not write it", `"amount":9000.00`, order.Details{Amount: "9000"}},
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

func TestAKeyIsReadAndOneThatIsMalformedSilencesNoOrder(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"text", `"key":"a1 b"`, "a1 b"},
		{"an integer", `"key":9007199254740993`, "9007199254740993"},
		{"an integer with a point", `"key":7.0`, "7"},
		{"in quotes twice", `"key":"\"k\""`, "k"},
		{"128 characters", `"key":"` + strings.Repeat("가", 128) + `"`, strings.Repeat("가", 128)},
		{"too long", `"key":"` + strings.Repeat("k", 129) + `"`, ""},
		{"empty", `"key":""`, ""},
		{"null", `"key":null`, ""},
		{"spaces", `"key":"  "`, ""},
		{"null as text, as of Java's String.valueOf", `"key":"null"`, ""},
		{"undefined, as of JavaScript", `"key":"undefined"`, ""},
		{"None, as of Python", `"key":"None"`, ""},
		{"not printable", `"key":"a\u0000"`, ""},
		{"of another type", `"key":{"a":1}`, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ParsePublication([]byte(`{"martId":42,"orderId":1001,` + tt.in + `}`))
			if want := (order.Placement{Mart: "42", Order: "1001", Key: tt.want}); err != nil || got != want {
				t.Errorf("got %+v, %v", got, err)
			}
		})
	}
}

func TestAWithdrawalIsReadInEverySpellingOfYesAndInNoOther(t *testing.T) {
	for text, want := range map[string]bool{
		`true`: true, `"true"`: true, `"True"`: true, `1`: true, `"1"`: true, `1.0`: true, `["java.lang.Boolean",true]`: true, `"\"true\""`: true,
		`false`: false, `"false"`: false, `0`: false, `2`: false, `null`: false, `""`: false, `"yes"`: false, `[true]`: false, `{}`: false,
	} {
		got, err := ParsePublication([]byte(`{"martId":42,"orderId":1001,"cancelled":` + text + `}`))
		if err != nil || got.Cancelled != want {
			t.Errorf("%s: %+v, %v", text, got, err)
		}
	}
	for text, want := range map[string]bool{`true`: true, `"true"`: true, `True`: true, `1`: true, `["java.lang.Boolean",true]`: true, `0`: false, ``: false} {
		got, err := ParseFields(map[string]any{"martId": "42", "orderId": "1001", "cancelled": text})
		if err != nil || got.Cancelled != want {
			t.Errorf("in an entry %s: %+v, %v", text, got, err)
		}
	}
}

func TestAKeyNamesAnOrderThatIsWithdrawn(t *testing.T) {
	want := order.Placement{Mart: "42", Key: "k", Cancelled: true}
	for _, in := range []string{`{"martId":42,"key":"k","cancelled":true}`, `{"martId":42,"key":"k","cancelled":true,"orderId":null}`} {
		if got, err := ParsePublication([]byte(in)); err != nil || got != want {
			t.Errorf("%s: %+v, %v", in, got, err)
		}
	}
	if got, err := ParseFields(map[string]any{"martId": "42", "key": "k", "cancelled": "true"}); err != nil || got != want {
		t.Errorf("in an entry: %+v, %v", got, err)
	}
	if _, err := ParsePublication([]byte(`{"martId":42,"key":"k"}`)); ReasonOf(err) != ReasonOrderID {
		t.Errorf("an order without a number: %v", err)
	}
}

func TestTextOfAnEntryStaysWhatStaffCallOut(t *testing.T) {
	for _, number := range []string{"1e3", "1E3", "-0", "007", "00042.0", "42.5", "1.2.0", "A-1.0"} {
		got, err := ParseFields(map[string]any{"martId": "42", "orderId": number, "amount": "9000.0", "summary": "1.0"})
		if want := (order.Placement{Mart: "42", Order: order.OrderID(number), Details: order.Details{Amount: "9000", Summary: "1.0"}}); err != nil || got != want {
			t.Errorf("%s: %+v, %v", number, got, err)
		}
	}
}

func TestEmojiOfJavaAreRead(t *testing.T) {
	got, err := ParsePublication([]byte(toJava(`{"martId":42,"orderId":1001,"summary":"라떼 🥛"}`)))
	if err != nil || got.Summary != "라떼 🥛" {
		t.Errorf("got %+v, %v", got, err)
	}
}
