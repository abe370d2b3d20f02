package eventlog

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"jumun/shared/order"
)

func page(t *testing.T, l *Log, after order.ID, limit int) order.Page {
	t.Helper()
	p, err := l.Page(t.Context(), "42", after, limit)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// brief is a page as a test writes it: orders, "!" before those that ring, "/" before acks.
func brief(p order.Page) string {
	var words []string
	for _, e := range p.Events {
		mark := map[order.Kind]string{order.Placed: "!", order.Acked: "/"}[e.Kind]
		if e.Confirmed {
			mark = ""
		}
		words = append(words, mark+string(e.Order))
	}
	return strings.Join(words, " ")
}

// poison appends what is no event of ours, and returns its ID.
func poison(t *testing.T, l *Log, fields ...any) order.ID {
	t.Helper()
	id, err := l.client.Do(t.Context(), append([]any{"XADD", LogKey("42"), "*"}, fields...)...).Text()
	if err != nil {
		t.Fatal(err)
	}
	return order.ID(id)
}

// history places orders a to f, acks b and d, and returns the IDs of these eight events.
func history(t *testing.T, l *Log) []order.ID {
	t.Helper()
	for _, number := range []order.OrderID{"a", "b", "c"} {
		must(t, l, "42", number)
	}
	mustAck(t, l, "42", "b", "카운터")
	for _, number := range []order.OrderID{"d", "e"} {
		must(t, l, "42", number)
	}
	mustAck(t, l, "42", "d", "주방")
	must(t, l, "42", "f")
	var ids []order.ID
	for _, e := range stored(t, l, "42") {
		ids = append(ids, e.ID)
	}
	return ids
}

func TestPage(t *testing.T) {
	onAll(t, []check{
		{"of a log is what follows", pageOfALog},
		{"of nothing", pageOfNothing},
		{"of a trimmed log", pageOfATrimmedLog},
		{"of a vanished log", pageOfAVanishedLog},
		{"passes over what cannot be read", pagePassesOverPoison},
		{"of open orders passes over what cannot be read", pageOfOpenPassesOverPoison},
		{"of open orders keeps those of one millisecond in order", pageOfOneMillisecond},
		{"is whole while orders are placed and acked", pagesAreWhole},
	})
}

func pageOfALog(t *testing.T, l *Log) {
	ids := history(t, l)
	another := order.ID(fmt.Sprintf("%d-1000", ids[3].Time().UnixMilli()))
	later := order.ID(fmt.Sprintf("%d-0", time.Now().Add(time.Hour).UnixMilli()))
	const all = "!a b !c /b d !e /d !f"
	tests := []struct {
		name   string
		after  order.ID
		limit  int
		events string
		last   order.ID
		more   bool
		gap    bool
	}{
		{"a new device gets what is open", "", 4, "!a !c !e !f", ids[7], false, false},
		{"a new device gets as much as it asked for", "", 3, "!a !c !e", ids[5], true, false},
		{"a limit that is none", "", 0, "!a", ids[0], true, false},
		{"a device that goes on", ids[5], 9, "/d !f", ids[7], false, false},
		{"a device that goes on, a little", ids[0], 2, "b !c", ids[2], true, false},
		{"as much as there is", ids[5], 2, "/d !f", ids[7], false, false},
		{"a device that has everything", ids[7], 9, "", ids[7], false, false},
		{"a device that was there from the Beginning", "0-0", 9, all, ids[7], false, false},
		{"another mart's ID", another, 9, all, ids[7], false, true},
		{"an ID older than the log", "1-0", 9, all, ids[7], false, true},
		{"an ID from the future", later, 9, all, ids[7], false, true},
		{"the last ID there can be", order.ID(fmt.Sprintf("%d-%d", math.MaxInt64, uint64(math.MaxUint64))), 9, all, ids[7], false, true},
		{"garbage", "\x00강남\r\n", 9, all, ids[7], false, true},
		{"a word of Redis", "$", 9, all, ids[7], false, true},
		{"an ID written in another way", ids[5] + "0", 9, all, ids[7], false, true},
		{"a gap, a little", "(-", 3, "!a b !c", ids[2], true, true},
	}
	for _, tt := range tests {
		got := page(t, l, tt.after, tt.limit)
		if brief(got) != tt.events || got.Last != tt.last || got.More != tt.more || got.Gap != tt.gap {
			t.Errorf("%s: %q, last %s, more %v, gap %v; want %q, %s, %v, %v",
				tt.name, brief(got), got.Last, got.More, got.Gap, tt.events, tt.last, tt.more, tt.gap)
		}
		if oldest := map[bool]order.ID{true: ids[0]}[tt.gap]; got.Oldest != oldest {
			t.Errorf("%s: oldest is %q, want %q", tt.name, got.Oldest, oldest)
		}
	}
	acks := page(t, l, ids[5], 1).Events
	if len(acks) != 1 || acks[0].By != "주방" || acks[0].ID != ids[6] || !acks[0].At.Equal(ids[6].Time()) || acks[0].Mart != "42" {
		t.Errorf("the ack is %+v", acks)
	}
}

func pageOfNothing(t *testing.T, l *Log) {
	for _, after := range []order.ID{"", Beginning} {
		if got := page(t, l, after, 9); len(got.Events) != 0 || got.Last != Beginning || got.Gap || got.More {
			t.Errorf("after %q: %+v", after, got)
		}
	}
	must(t, l, "42", "a")
	acked := mustAck(t, l, "42", "a", "")
	if got := page(t, l, "", 9); len(got.Events) != 0 || got.Last != acked.ID {
		t.Errorf("once nothing is open: %+v", got)
	}
}

func pageOfATrimmedLog(t *testing.T, l *Log) {
	ids := history(t, l)
	l.client.Do(t.Context(), "XTRIM", LogKey("42"), "MINID", "=", string(ids[5]))
	tests := []struct {
		name   string
		after  order.ID
		events string
		gap    bool
	}{
		{"the one before the first that is left", ids[4], "!e /d !f", false},
		{"one that is gone", ids[3], "!e /d !f", true},
		{"the Beginning", Beginning, "!e /d !f", true},
		{"a new device gets what there is, and is told that a and c are missing", "", "!e !f", true},
	}
	for _, tt := range tests {
		if got := page(t, l, tt.after, 9); brief(got) != tt.events || got.Gap != tt.gap || got.Last != ids[7] {
			t.Errorf("%s: %q, %+v", tt.name, brief(got), got)
		}
	}
}

func pageOfAVanishedLog(t *testing.T, l *Log) {
	ids := history(t, l)
	l.client.Del(t.Context(), LogKey("42"), openKey("42"))
	if got := page(t, l, ids[7], 9); !got.Gap || got.Oldest != "" || got.Last != "" || got.More || len(got.Events) != 0 {
		t.Errorf("%+v", got)
	}
	first, _ := must(t, l, "42", "new")
	gone := order.ID(fmt.Sprintf("%d-1000", ids[7].Time().UnixMilli())) // ids[7] may be given again within its millisecond
	if got := page(t, l, gone, 9); !got.Gap || got.Oldest != first.ID || brief(got) != "!new" {
		t.Errorf("once it began anew: %+v", got)
	}
	if got := stored(t, l, "42"); len(got) != 1 || page(t, l, Beginning, 9).Gap {
		t.Errorf("it did not begin anew: %+v", got)
	}
}

func pagePassesOverPoison(t *testing.T, l *Log) {
	first := poison(t, l, "event", "{}")
	if got := page(t, l, "1-0", 9); !got.Gap || got.Oldest != first || got.Last != first || len(got.Events) != 0 {
		t.Errorf("a log of poison: %+v", got)
	}
	placed, _ := must(t, l, "42", "a")
	for range 3 {
		poison(t, l, "event", strings.Repeat(" ", 1<<20)+`{"kind":"order","order":"1"}`)
		poison(t, l, "nothing", "here")
	}
	last := poison(t, l, "event", `{"kind":"order","order":"\n"}`)
	newer, _ := must(t, l, "42", "b")
	poison(t, l, "event", `{"kind":"later","order":"c","more":[1]}`)
	var got []string
	at := placed.ID
	for range 4 {
		p := page(t, l, at, 2)
		if p.Last.Compare(at) <= 0 || !p.More || p.Gap {
			t.Fatalf("after %s: %+v", at, p)
		}
		got, at = append(got, brief(p)), p.Last
	}
	if p := page(t, l, at, 2); fmt.Sprint(got) != "[   !b]" || brief(p) != "c" || p.More || at != newer.ID {
		t.Errorf("pages %q, then %+v, after %s, %s", got, p, last, at)
	}
}

func pageOfOpenPassesOverPoison(t *testing.T, l *Log) {
	placed, _ := must(t, l, "42", "a")
	later := order.ID(fmt.Sprintf("%d-0", placed.ID.Time().UnixMilli()+1))
	l.client.Do(t.Context(), "XADD", LogKey("42"), string(later), "event", `{"kind":"order","order":"a"}`) // not what opened it
	for i := range 50 {                                                                                    // open, but the log has nothing of them
		l.client.Do(t.Context(), "ZADD", openKey("42"), 1000+i, fmt.Sprint("gone", i))
	}
	l.client.Do(t.Context(), "ZADD", openKey("42"), "-inf", "x", "-5", "y", "+inf", "z", "1e300", "\xff")
	head := poison(t, l, "event", "{}")
	got := page(t, l, "", 3)
	if brief(got) != "!a" || got.Last != head || got.More || got.Events[0].ID != placed.ID {
		t.Errorf("%+v", got)
	}
}

func TestWhatWasPlacedAfterTheHeadIsNotOnThePageOfOpenOrders(t *testing.T) {
	events := []order.Event{{ID: "5-0", Order: "a", Kind: order.Placed}, {ID: "5-1", Order: "b", Kind: order.Placed}}
	if got := (openOrders{"a": 5, "b": 5}).only(events, "5-0"); len(got) != 1 || got[0].Order != "a" {
		t.Errorf("got %+v: the next page would have it again", got)
	}
}

func pageOfOneMillisecond(t *testing.T, l *Log) {
	ms := time.Now().UnixMilli()
	for i, number := range []string{"z", "y", "x", "w", "v"} {
		l.client.Do(t.Context(), "XADD", LogKey("42"), fmt.Sprintf("%d-%d", ms, i), "event", fmt.Sprintf(`{"kind":"order","order":%q}`, number))
		l.client.Do(t.Context(), "ZADD", openKey("42"), ms, number)
	}
	if got := page(t, l, "", 3); brief(got) != "!z !y !x" || !got.More {
		t.Errorf("%+v", got)
	} else if rest := page(t, l, got.Last, 3); brief(rest) != "!w !v" || rest.More {
		t.Errorf("the rest: %+v", rest)
	}
}

// pagesAreWhole reads a log while orders are placed and every second one is acked: page by
// page from its Beginning, and as devices that come new and go on when all is written.
func pagesAreWhole(t *testing.T, l *Log) {
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	read := make([][]order.Event, 101)
	written := make(chan struct{})
	var readers, writers sync.WaitGroup
	readers.Go(func() { read[0] = readOn(ctx, t, l, order.Page{Last: Beginning}, 7) })
	come := func(device int) {
		readers.Go(func() {
			p, err := l.Page(ctx, "42", "", 1000)
			<-written
			if err != nil {
				t.Error(err)
			}
			read[device] = readOn(ctx, t, l, p, 1000)
		})
	}
	for w := range 2 {
		writers.Go(func() {
			for i := range 200 {
				if i%4 == 0 {
					come(1 + w*50 + i/4)
				}
				placeAndAck(ctx, t, l, order.OrderID(fmt.Sprintf("%d.%d", w, i)), i%2 == 1)
			}
		})
	}
	writers.Wait()
	placeAndAck(ctx, t, l, "end", false)
	close(written)
	readers.Wait()
	all := stored(t, l, "42")
	compare(t, 0, ids(read[0]), ids(all))
	for device, events := range read {
		compare(t, device, ids(neverAcked(events)), ids(neverAcked(all)))
	}
	if len(all) != 601 {
		t.Errorf("%d events", len(all))
	}
}

func placeAndAck(ctx context.Context, t *testing.T, l *Log, number order.OrderID, acks bool) {
	if _, _, err := l.Record(ctx, order.Placement{Mart: "42", Order: number}); err != nil {
		t.Error(err)
	}
	if !acks {
		return
	}
	if _, err := l.Ack(ctx, "42", number, ""); err != nil {
		t.Error(err)
	}
}

// readOn reads pages after p until the order "end" is there; it returns the events of all.
func readOn(ctx context.Context, t *testing.T, l *Log, p order.Page, limit int) []order.Event {
	events, after := p.Events, p.Last
	for len(events) == 0 || events[len(events)-1].Order != "end" {
		p, err := l.Page(ctx, "42", after, limit)
		if err != nil || p.Gap || p.Last.Compare(after) < 0 {
			t.Errorf("after %s: %+v, %v", after, p, err)
			return events
		}
		events, after = append(events, p.Events...), p.Last
	}
	return events
}

func neverAcked(events []order.Event) []order.Event {
	return slices.DeleteFunc(slices.Clone(events), func(e order.Event) bool {
		var w, i int
		_, _ = fmt.Sscanf(string(e.Order), "%d.%d", &w, &i)
		return i%2 == 1
	})
}

func ids(events []order.Event) []string {
	var ids []string
	for _, e := range events {
		ids = append(ids, string(e.ID))
	}
	return ids
}

func compare(t *testing.T, device int, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("device %d got %d events, want %d", device, len(got), len(want))
	}
}
