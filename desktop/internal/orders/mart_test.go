package orders

import (
	"path/filepath"
	"testing"
	"time"

	"jumun/shared/order"
)

func TestAMartIsForgottenWhole(t *testing.T) {
	path := filepath.Join(t.TempDir(), "orders.log")
	b := open(t, path)
	for _, mart := range []string{"42", "43"} {
		for n := range 3 {
			b.Take(event(order.MartID(mart), n+1))
		}
	}
	b.Confirm(b.Open()[0].key(), "", time.Now())
	b.Unreadable("42", "9-0")
	b.Forget("42")
	for range 2 {
		if len(b.Unsent("42")) != 0 || b.LastID("42") != "" || b.HasGap("42") || len(b.Open()) != 3 || b.Open()[0].Mart != "43" || b.LastID("43") == "" {
			t.Errorf("open %v, last IDs %v, gaps %v", b.Open(), b.lastID, b.gaps)
		}
		b = reopened(t, b, path)
	}
	if b.Take(event("42", 1)); len(b.Open()) != 4 {
		t.Error("an order of the mart does not ring when this PC is its own")
	}
}
