package eventlog

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"jumun/shared/order"
	"jumun/shared/wire"
)

// TestWhatIsOpenIsThatOfAModel does thousands of things in random order to orders of few numbers, and
// compares what is open, in every way to read it, with a model.
func TestWhatIsOpenIsThatOfAModel(t *testing.T) {
	onAll(t, []check{{"random", func(t *testing.T, l *Log) {
		seed := rand.Uint64()
		random := rand.New(rand.NewPCG(seed, 0))
		var all []order.Event
		state := make(map[order.ID]string)
		for step := range 1500 {
			e := order.Event{Mart: "42"}
			if len(all) > 0 {
				e = all[len(all)-1-random.IntN(min(len(all), 40))]
			}
			switch n := random.IntN(10); {
			case n < 4 || len(all) == 0:
				p := of(order.OrderID(fmt.Sprint(random.IntN(4))), fmt.Sprint(step))
				if random.IntN(2) == 0 {
					p.Key = fmt.Sprint("k", step)
				}
				e := recordNew(t, l, p)
				all, state[e.ID] = append(all, e), "open"
			case n < 7:
				got, err := l.AckAll(t.Context(), "42", []wire.AckOf{{ID: e.ID, OrderID: e.Order}}, "")
				if err != nil || (got[0] == "confirmed") != (state[e.ID] == "open") {
					t.Fatalf("seed %d: ack of %s, which is %s: %q, %v", seed, e.ID, state[e.ID], got, err)
				}
				if got[0] == "confirmed" {
					state[e.ID] = "confirmed"
				}
			case n < 9:
				if err := l.Reopen(t.Context(), "42", wire.AckOf{ID: e.ID, OrderID: e.Order}, ""); (err == nil) != (state[e.ID] != "withdrawn") {
					t.Fatalf("seed %d: reopening %s, which is %s: %v", seed, e.ID, state[e.ID], err)
				} else if err == nil {
					state[e.ID] = "open"
				}
			default:
				p := order.Placement{Mart: "42", Order: e.Order, Key: e.Key, Cancelled: true, Details: e.Details}
				if _, _, err := l.Record(t.Context(), p); err != nil {
					t.Fatal(err)
				}
				state[e.ID] = "withdrawn"
			}
			if step%25 == 0 {
				holdLike(t, l, all, state, seed)
			}
		}
	}}})
}

func holdLike(t *testing.T, l *Log, all []order.Event, state map[order.ID]string, seed uint64) {
	t.Helper()
	pages := map[string]func() (order.Page, error){
		"all":        func() (order.Page, error) { return l.Page(t.Context(), "42", Beginning, 10_000) },
		"the latest": func() (order.Page, error) { return l.Page(t.Context(), "42", all[max(0, len(all)-5)].ID, 10_000) },
	}
	for name, read := range pages {
		page, err := read()
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range page.Events {
			if e.Kind == order.Placed && e.Confirmed != (state[e.ID] != "open") {
				t.Fatalf("seed %d: in %s %s is confirmed: %v, and %s in the model", seed, name, e.ID, e.Confirmed, state[e.ID])
			}
		}
	}
}
