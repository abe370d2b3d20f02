package client

import (
	"fmt"
	"strings"
	"testing"

	"jumun/shared/order"
)

// openAll reads body as the answer to a poll of mart 42 that asked after an ID.
func openAll(body []byte, after order.ID) (events []order.Event, positions []order.ID, got page, err error) {
	f := Client{
		Mart:     "42",
		Events:   func(read []order.Event) { events = append(events, read...) },
		Position: func(id order.ID) { positions = append(positions, id) },
	}
	p := poller{eventHandler: eventHandler{reader: &reader{Client: f.withDefaults()}}, last: after}
	err = p.open(body, after, &got)
	return events, positions, got, err
}

func TestThePositionOfAPageIsToldOnlyIfItCanBeAskedFor(t *testing.T) {
	for last, want := range map[string]string{
		`"6-0"`: "[6-0]", `"5-0"`: "[]", `""`: "[]", `null`: "[]", `7`: "[]",
		`"6-\n0"`: "[]", `"` + strings.Repeat("1", maxID) + `-0"`: "[]",
	} {
		_, positions, _, err := openAll([]byte(`{"events":[],"last":`+last+`}`), "5-0")
		if got := fmt.Sprint(positions); got != want || err != nil {
			t.Errorf("%s: %s, %v; want %s", last, got, err, want)
		}
	}
}

func FuzzPolled(f *testing.F) {
	f.Add([]byte(`{"events":[{"event":"order","id":"6-0","data":{"martId":"42","orderId":"a"}}],"last":"6-0","more":true}`))
	f.Add([]byte(`{"events":[{"event":"gap","data":{}},{"event":"ack","id":"\u0000","data":{"orderId":"a"}}],"last":"5-0","more":true}`))
	f.Add([]byte(`{"events":[{"event":1},2,null,{"event":"order","data":"x"}],"last":{},"more":"yes"}`))
	f.Add([]byte(`{"events":null}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		events, positions, got, err := openAll(body, "5-0")
		for _, e := range events {
			if _, err := order.ParseOrderID(string(e.Order)); err != nil || e.Mart != "42" || e.Kind == "" {
				t.Fatalf("event %+v", e)
			}
			if e.ID != "" && !fitsHeader(e.ID) {
				t.Fatalf("ID %q", e.ID)
			}
		}
		for _, id := range positions {
			if !fitsHeader(id) || id == "5-0" {
				t.Fatalf("position %q", id)
			}
		}
		if got.moved && len(positions) != 1 {
			t.Fatalf("moved to nowhere")
		}
		if got.more && !got.moved && err == nil {
			t.Fatal("would be asked for ever")
		}
	})
}
