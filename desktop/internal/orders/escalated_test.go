package orders

import (
	"testing"
	"time"

	"jumun/shared/order"
)

func TestThatPeopleWereToldOfAnOrderIsKeptAndItRingsOn(t *testing.T) {
	at := time.Date(2026, 7, 27, 12, 0, 0, 0, time.UTC)
	e := placed(order.Event{ID: "1-0", Mart: "42", Order: "1001", Kind: order.Placed, At: at})
	told := order.Event{ID: "2-0", Mart: "42", Order: "1001", Kind: order.Escalated, Of: "1-0", At: at.Add(3 * time.Minute)}
	now, changed := e.after(told)
	if !changed || !now.Escalated || now.State != Waiting {
		t.Fatalf("%+v, changed %v", now, changed)
	}
	if _, changed := now.after(told); changed {
		t.Error("the same again changes it")
	}
	acked, changed := now.after(order.Event{ID: "3-0", Mart: "42", Order: "1001", Kind: order.Acked, Of: "1-0", At: at.Add(4 * time.Minute), By: "홀"})
	if !changed || acked.State != Confirmed || acked.By != "홀" {
		t.Errorf("confirmed, it is %+v", acked)
	}
}
