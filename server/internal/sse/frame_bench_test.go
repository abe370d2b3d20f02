package sse

import (
	"testing"
	"time"

	"jumun/shared/order"
	"jumun/shared/wire"
)

func BenchmarkEventFrame(b *testing.B) {
	at := time.Date(2026, 7, 27, 20, 0, 0, 123e6, time.UTC)
	placed := order.Event{ID: "1722000000123-4", Mart: "42", Order: "20240727-0001", Kind: order.Placed, At: at}
	detailed, acked := placed, placed
	detailed.Details = order.Details{Summary: "김치찌개 2, 계란말이 1, 공기밥 3", Amount: "32,000원", PlacedAt: at}
	acked.Kind, acked.By = order.Acked, "카운터"
	tests := []struct {
		name string
		e    order.Event
	}{
		{"short", placed},
		{"with details", detailed},
		{"ack", acked},
	}
	for _, tt := range tests {
		b.Run(tt.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := EventFrame(wire.OrderEvent, tt.e); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
