package sse

import (
	"strings"
	"testing"

	"github.com/tmaxmax/go-sse"

	"jumun/shared/order"
	"jumun/shared/wire"
)

func TestAnEventIsAFrameOfItsKind(t *testing.T) {
	at := newMemory(1).log[0].At
	tests := []struct {
		name string
		e    order.Event
		want string
	}{
		{"an order", order.Event{ID: "5-1", Mart: "42", Order: "7", Kind: order.Placed, At: at, Details: order.Details{Summary: "라떼"}},
			"id: 5-1\nevent: 주문\ndata: {\"martId\":\"42\",\"orderId\":\"7\",\"message\":\"7 주문 발생\",\"at\":\"1970-01-01T00:00:00.001Z\",\"summary\":\"라떼\"}\n\n"},
		{"an order that somebody has confirmed", order.Event{ID: "5-1", Mart: "42", Order: "7", Kind: order.Placed, At: at, Confirmed: true},
			"id: 5-1\nevent: 주문\ndata: {\"martId\":\"42\",\"orderId\":\"7\",\"message\":\"7 주문 발생\",\"at\":\"1970-01-01T00:00:00.001Z\",\"confirmed\":true}\n\n"},
		{"an ack, whatever orders are called", order.Event{ID: "5-2", Mart: "42", Order: "7", Kind: order.Acked, At: at, By: "카운터"},
			"id: 5-2\nevent: ack\ndata: {\"orderId\":\"7\",\"device\":\"카운터\",\"at\":\"1970-01-01T00:00:00.001Z\"}\n\n"},
		{"an ack that names its order", order.Event{ID: "5-2", Mart: "42", Order: "7", Kind: order.Acked, At: at, By: "카운터", Of: "5-1"},
			"id: 5-2\nevent: ack\ndata: {\"orderId\":\"7\",\"id\":\"5-1\",\"device\":\"카운터\",\"at\":\"1970-01-01T00:00:00.001Z\"}\n\n"},
		{"an ack that is not in the log, so that the device keeps its ID", order.Event{Mart: "42", Order: "7", Kind: order.Acked, At: at, By: "카운터", Of: "5-1"},
			"event: ack\ndata: {\"orderId\":\"7\",\"id\":\"5-1\",\"device\":\"카운터\",\"at\":\"1970-01-01T00:00:00.001Z\"}\n\n"},
		{"a withdrawal", order.Event{ID: "5-2", Mart: "42", Order: "7", Kind: order.Cancelled, At: at, Of: "5-1"},
			"id: 5-2\nevent: cancel\ndata: {\"orderId\":\"7\",\"id\":\"5-1\",\"at\":\"1970-01-01T00:00:00.001Z\"}\n\n"},
		{"what only newer servers know", order.Event{ID: "5-3", Mart: "42", Order: "7", Kind: "refund"}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := EventFrame("주문", tt.e)
			if err != nil || got.ID != tt.e.ID || string(got.Text) != tt.want {
				t.Errorf("got %s %q, %v; want %q", got.ID, got.Text, err, tt.want)
			}
		})
	}
}

func TestANameThatCannotStandInAStreamIsRefused(t *testing.T) {
	for _, name := range []string{"a\nb", "a\rb"} {
		if _, err := EventFrame(name, order.Event{Kind: order.Placed}); err == nil {
			t.Errorf("took %q", name)
		}
	}
}

func FuzzEventFrame(f *testing.F) {
	f.Add("order", "1722000000000-0", "42", "1001", "라떼", false)
	f.Add("a\nb", "1\n", "\r", "\x00", "\n\ndata: x", true)
	f.Fuzz(func(t *testing.T, name, id, mart, number, words string, acked bool) {
		e := order.Event{ID: order.ID(id), Mart: order.MartID(mart), Order: order.OrderID(number), Kind: order.Placed, By: words, Details: order.Details{Summary: words}}
		if acked {
			e.Kind, name = order.Acked, wire.AckEvent
		}
		frame, err := EventFrame(name, e)
		if err != nil || name == "" {
			return
		}
		events := 0
		for got, err := range sse.Read(strings.NewReader(string(frame.Text)), nil) {
			if err != nil || got.Type != name || !strings.Contains(id, "\x00") && got.LastEventID != id {
				t.Fatalf("%q reads as %+v, %v", frame.Text, got, err)
			}
			events++
		}
		if events != 1 || strings.Count(string(frame.Text), "\n\n") != 1 {
			t.Fatalf("%q is %d events", frame.Text, events)
		}
	})
}
