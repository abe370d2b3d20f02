package eventlog

import (
	"fmt"
	"testing"

	"jumun/server/internal/redistest"
	"jumun/shared/order"
)

func TestTheLastOrdersSayWhoConfirmedThemAndWhichAreOpen(t *testing.T) {
	redistest.OnBoth(t, func(t *testing.T, url string) {
		l := open(t, url, Options{})
		if got, err := l.Recent(t.Context(), "42"); err != nil || len(got.Orders) != 0 || got.Orders == nil {
			t.Fatal(got, err)
		}
		for i := range recentOrders + 2 {
			must(t, l, "42", order.OrderID(fmt.Sprint(1001+i)))
		}
		if _, err := l.Ack(t.Context(), "42", order.OrderID(fmt.Sprint(1001+recentOrders)), "카운터"); err != nil {
			t.Fatal(err)
		}
		got, err := l.Recent(t.Context(), "42")
		if err != nil || len(got.Orders) != recentOrders {
			t.Fatal(len(got.Orders), err)
		}
		newest, confirmed := got.Orders[0], got.Orders[1]
		if newest.OrderID != order.OrderID(fmt.Sprint(1001+recentOrders+1)) || !newest.Order.Open || len(newest.Order.Events) != 0 {
			t.Errorf("%+v", newest)
		}
		if events := confirmed.Order.Events; confirmed.Order.Open || len(events) != 1 || events[0].Device != "카운터" {
			t.Errorf("%+v", confirmed)
		}
	})
}
