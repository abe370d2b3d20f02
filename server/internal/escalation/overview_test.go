package escalation

import (
	"fmt"
	"log/slog"
	"testing"
	"time"

	"jumun/server/internal/devices"
	"jumun/server/internal/eventlog"
	"jumun/server/internal/redistest"
	"jumun/shared/order"
	"jumun/shared/wire"
)

func watchedOn(tb testing.TB, redis *redistest.Redis) Watched {
	tb.Helper()
	log, err := eventlog.Open(redis.URL(), eventlog.Options{}, slog.New(slog.DiscardHandler))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = log.Close() })
	registry, err := devices.Open(redis.URL(), devices.Options{}, slog.New(slog.DiscardHandler))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = registry.Close() })
	return Watched{Orders: log, Devices: registry}
}

// fill makes n marts with a device each, of which every tenth can be heard, and every hundredth has an open order.
func fill(tb testing.TB, w Watched, n int) {
	tb.Helper()
	for i := range n {
		mart := order.MartID(fmt.Sprint(i + 1))
		d := wire.Device{ID: fmt.Sprint("device-", i), Name: "카운터", MartID: mart, PairedAt: time.Now()}
		if err := w.Devices.Enrol(tb.Context(), d); err != nil {
			tb.Fatal(err)
		}
		if err := w.Devices.Offer(tb.Context(), fmt.Sprint("key", i), devices.Offer{Pairing: wire.Pairing{MartID: mart, Name: fmt.Sprint(i+1, "호점")}}, time.Minute); err != nil {
			tb.Fatal(err)
		}
		if _, err := w.Devices.Redeem(tb.Context(), fmt.Sprint("key", i)); err != nil {
			tb.Fatal(err)
		}
		if i%10 == 0 {
			note := devices.Note{Doing: devices.Polled, Device: d}
			if err := w.Devices.Note(tb.Context(), []devices.Note{note}); err != nil {
				tb.Fatal(err)
			}
			if err := w.Devices.Report(tb.Context(), d, wire.Presence{Audible: true}); err != nil {
				tb.Fatal(err)
			}
		}
		if i%100 == 53 {
			if _, _, err := w.Orders.Record(tb.Context(), order.Placement{Mart: mart, Order: "1001"}); err != nil {
				tb.Fatal(err)
			}
		}
	}
}

func TestMartsWhereNobodyCanBeHeardComeFirstAndAreFoundByNumberAndName(t *testing.T) {
	w := watchedOn(t, redistest.Start(t))
	fill(t, w, 60)
	o := NewOverview(w)
	ids := func(want Wanted) (all []order.MartID, page wire.Overview) {
		t.Helper()
		page, err := o.Page(t.Context(), want)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range page.Marts {
			all = append(all, m.MartID)
		}
		return all, page
	}
	for _, tt := range []struct {
		name  string
		want  Wanted
		first string
		total int
	}{
		{"an order waits where nobody is heard", Wanted{Limit: 3}, "[54 2 3]", 60},
		{"the next page", Wanted{Limit: 3, From: 3}, "[4 5 6]", 60},
		{"beyond the last", Wanted{Limit: 3, From: 60}, "[]", 60},
		{"those that are heard", Wanted{Limit: 3, State: wire.MartHeard}, "[1 11 21]", 6},
		{"by name", Wanted{Limit: 3, Text: "59호"}, "[59]", 1},
		{"by name, in letters that are not composed", Wanted{Limit: 3, Text: "59\u1112\u1169"}, "[59]", 1},
		{"by number, as wide as Hangul", Wanted{Limit: 3, Text: "５９"}, "[59]", 1},
		{"by number", Wanted{Limit: 9, Text: "6"}, "[6 16 26 36 46 56 60]", 7},
		{"some of mine, one of which nobody knows", Wanted{Limit: 9, Own: []order.MartID{"1", "54", "elsewhere"}}, "[54 elsewhere 1]", 3},
	} {
		got, page := ids(tt.want)
		if fmt.Sprint(got) != tt.first || page.Total != tt.total {
			t.Errorf("%s: %v of %d", tt.name, got, page.Total)
		}
	}
	if _, page := ids(Wanted{Limit: 1}); page.States[wire.MartUnheard] != 54 || page.States[wire.MartHeard] != 6 || page.OrdersOpen != 1 || page.Marts[0].Name != "54호점" {
		t.Errorf("%+v", page)
	}
}

// What a page costs when somebody looks for the first time in a while.
func BenchmarkOverview(b *testing.B) {
	for _, n := range []int{100, 10_000} {
		b.Run(fmt.Sprint(n, " marts"), func(b *testing.B) {
			w := watchedOn(b, redistest.Start(b))
			fill(b, w, n)
			o := NewOverview(w)
			for b.Loop() {
				o.at = time.Time{}
				if _, err := o.Page(b.Context(), Wanted{Limit: 50}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
