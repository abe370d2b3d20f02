package wire

import (
	"errors"
	"strings"
	"testing"

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

// Whatever is accepted must be printable and survive being sent on.
func FuzzParsePublication(f *testing.F) {
	f.Add([]byte(`{"martId":42,"orderId":1001}`))
	f.Add([]byte(`"{\"martId\":\"42\",\"orderId\":\"1001\"}"`))
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
