package popup

import (
	"testing"

	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/ui/uitest"
	"jumun/shared/order"
)

func TestWhatMostNumbersBeginWithIsDimmed(t *testing.T) {
	tests := []struct {
		name    string
		numbers []order.OrderID
		want    string
	}{
		{"a date", []order.OrderID{"20260727-0001", "20260727-0002"}, "20260727-"},
		{"the date of one order", []order.OrderID{"20260727-0001"}, "20260727-"},
		{"a date with hyphens", []order.OrderID{"2026-07-27-1"}, "2026-07-27-"},
		{"no date", []order.OrderID{"20261327-0001"}, ""},
		{"the first digits are no prefix", []order.OrderID{"1001", "1002"}, ""},
		{"a shop's own prefix", []order.OrderID{"GN-A12", "GN-A13", "GN-B1"}, "GN-"},
		{"one order of it", []order.OrderID{"GN-A12"}, ""},
		{"two days", []order.OrderID{"20260727-0001", "20260728-0001"}, ""},
		{"nothing in common", []order.OrderID{"A-1", "B-1"}, ""},
		{"the same number twice", []order.OrderID{"A-1", "A-1"}, "A-"},
		{"Hangul", []order.OrderID{"강남-1", "강남-2"}, "강남-"},
		{"halves of a letter", []order.OrderID{"각-1", "간-1"}, ""},
		{"an odd one among them", []order.OrderID{"20260727-0001", "1000-A", "20260727-0002"}, "20260727-"},
		{"half of them", []order.OrderID{"20260727-0001", "20260727-0002", "20260728-0001", "20260728-0002"}, ""},
		{"the longest that most have", []order.OrderID{"GN-A-1", "GN-A-2", "GN-B-3"}, "GN-A-"},
		{"none", nil, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := usualPrefix(uitest.Cards(tt.numbers...).Cards); got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
	gap := ipc.Card{Key: ipc.Key{Kind: ipc.CardGap}}
	if got := usualPrefix(append(uitest.Cards("A-1", "A-2").Cards, gap)); got != "A-" {
		t.Errorf("with a gap: %q", got)
	}
	if odd := uitest.Cards("1000-A").Cards[0]; prefixOf(odd, "20260727-") != 0 {
		t.Error("the odd number is dimmed")
	}
}
