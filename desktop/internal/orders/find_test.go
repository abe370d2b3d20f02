package orders

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"jumun/desktop/internal/ipc"
	"jumun/shared/order"
)

// shelf has orders of three days: 1 to 6, of which 2 and 5 wait, and all others were
// confirmed on different devices.
func shelf(t *testing.T) *Store {
	t.Helper()
	b := empty("")
	for n := 1; n <= 6; n++ {
		e := event("42", n)
		e.At = noon.AddDate(0, 0, n/3).Add(time.Duration(n) * time.Minute)
		e.ID = order.ID(fmt.Sprintf("%d-0", e.At.UnixMilli()))
		e.Details = order.Details{Summary: []string{"김밥 2줄", "Americano ICE", "떡볶이"}[n%3], Amount: "9,000원"}
		b.apply(e)
		if n != 2 && n != 5 {
			ack := acked(n, 0, []string{"Counter", norm.NFD.String("주방 태블릿")}[n%2])
			ack.Of, ack.At = e.ID, e.At.Add(time.Minute)
			ack.ID = order.ID(fmt.Sprintf("%d-0", ack.At.UnixMilli()))
			b.apply(ack)
		}
	}
	return b
}

func rowNumbers(f ipc.HistoryPage) string {
	var list []string
	for _, r := range f.Rows {
		list = append(list, string(r.Order))
	}
	return strings.Join(list, " ")
}

func TestFind(t *testing.T) {
	tests := []struct {
		name           string
		find           ipc.Query
		rows           string
		total, waiting int
	}{
		{"all: those that wait, oldest first, then the others, newest first", ipc.Query{Limit: 200}, "2 5 6 4 3 1", 6, 2},
		{"a page in the middle", ipc.Query{Offset: 1, Limit: 3}, "5 6 4", 6, 2},
		{"behind the end", ipc.Query{Offset: 6, Limit: 3}, "", 6, 2},
		{"a page before the first one is the first one", ipc.Query{Offset: -5, Limit: 1}, "2", 6, 2},
		{"a page of nothing has a row", ipc.Query{}, "2", 6, 2},
		{"a number", ipc.Query{Text: "4", Limit: 9}, "4", 1, 0},
		{"what was ordered", ipc.Query{Text: "김밥", Limit: 9}, "6 3", 2, 0},
		{"in any case", ipc.Query{Text: "aMERICANO ice", Limit: 9}, "4 1", 2, 0},
		{"who confirmed", ipc.Query{Text: "counter", Limit: 9}, "6 4", 2, 0},
		{"Hangul of a Mac, which takes it apart", ipc.Query{Text: norm.NFD.String("떡볶이"), Limit: 9}, "2 5", 2, 2},
		{"what a Mac took apart", ipc.Query{Text: "주방", Limit: 9}, "3 1", 2, 0},
		{"nothing like it", ipc.Query{Text: "피자", Limit: 9}, "", 0, 0},
		{"a day", ipc.Query{Day: day(1), Limit: 9}, "5 4 3", 3, 1},
		{"a day and a text", ipc.Query{Day: day(1), Text: "떡볶이", Limit: 9}, "5", 1, 1},
		{"a day without orders", ipc.Query{Day: day(-1), Limit: 9}, "", 0, 0},
		{"no day at all", ipc.Query{Day: "yesterday", Limit: 9}, "", 0, 0},
	}
	b := shelf(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			found := b.Find(tt.find)
			if got := rowNumbers(found); got != tt.rows || found.Total != tt.total || found.Waiting != tt.waiting || found.Query != tt.find {
				t.Errorf("found %s of %d, %d wait, for %+v", got, found.Total, found.Waiting, found.Query)
			}
		})
	}
}

// day is that of shelf's orders, by this PC's clock.
func day(n int) string { return noon.AddDate(0, 0, n).Local().Format(time.DateOnly) }

func TestARowSaysAllThatIsKnown(t *testing.T) {
	b := shelf(t)
	at := noon.AddDate(0, 0, 2).Add(6 * time.Minute)
	want := ipc.Row{Mart: "42", ID: order.ID(fmt.Sprintf("%d-0", at.UnixMilli())), Order: "6", At: at, Summary: "김밥 2줄", Amount: "9,000원", Ended: at.Add(time.Minute), By: "Counter"}
	if got := b.Find(ipc.Query{Text: "6", Limit: 1}).Rows; len(got) != 1 || got[0] != want {
		t.Errorf("it is %+v, want %+v", got, want)
	}
}

func TestADayBeginsAndEndsAtMidnightOfThisPC(t *testing.T) {
	here := time.Local
	t.Cleanup(func() { time.Local = here })
	for _, zone := range []string{"Asia/Seoul", "America/New_York"} { // there, 3 November 2024 has 25 hours
		where, err := time.LoadLocation(zone)
		if err != nil {
			t.Skip("this system knows no time zones")
		}
		time.Local = where
		b := empty("")
		midnight := time.Date(2024, 11, 3, 0, 0, 0, 0, where)
		next := time.Date(2024, 11, 4, 0, 0, 0, 0, where)
		for n, at := range []time.Time{midnight.Add(-time.Second), midnight, next.Add(-time.Second), next} {
			e := event("42", n)
			e.At = at.UTC()
			b.apply(e)
		}
		if got := rowNumbers(b.Find(ipc.Query{Day: "2024-11-03", Limit: 9})); got != "1 2" {
			t.Errorf("in %s it has %s", zone, got)
		}
	}
}

func TestAPageHasNoMoreThanMaxFound(t *testing.T) {
	b := empty("")
	for n := range 2*ipc.MaxRows + 1 {
		b.apply(event("42", n))
	}
	if got := b.Find(ipc.Query{Limit: 1 << 40}); len(got.Rows) != ipc.MaxRows || got.Total != 2*ipc.MaxRows+1 {
		t.Errorf("%d rows of %d", len(got.Rows), got.Total)
	}
}

// slowly is Find by another way, over all orders.
func slowly(b *Store, f ipc.Query) (list []ipc.Row) {
	var waiting, others []*Entry
	for _, e := range b.orders {
		if !strings.Contains(string(e.Order)+"\n"+e.By, f.Text) || f.Day != "" && e.At.Local().Format(time.DateOnly) != f.Day {
			continue
		}
		if e.State != Confirmed {
			waiting = append(waiting, e)
		} else {
			others = append(others, e)
		}
	}
	slices.SortFunc(waiting, byRecording)
	slices.SortFunc(others, func(x, y *Entry) int { return byRecording(y, x) })
	for _, e := range slices.Concat(waiting, others) {
		list = append(list, e.row(true))
	}
	return list
}

// anyID is that of an order that b knows, or none.
func anyID(b *Store, n int) order.ID {
	if len(b.list) == 0 || n == 0 {
		return ""
	}
	return b.list[n%len(b.list)].ID
}

// Each two bytes are an event or what a person does: the list must stay in its order
// whatever comes late, again, or with a number that was used before.
func FuzzFindFindsWhatThereIs(f *testing.F) {
	f.Add([]byte("\x01\x01\x02\x02\x41\x01\x82\x02\xc1\x01\x03\x09\x02\x01"), "1")
	f.Fuzz(func(t *testing.T, happens []byte, text string) {
		b := empty("")
		b.err, b.failed = errDamaged, time.Now().Add(time.Hour) // it has no disk
		for i := 0; i+1 < len(happens) && i < 400; i += 2 {
			n := int(happens[i] % 16)
			e := event("42", n)
			e.At = noon.Add(time.Duration(happens[i+1]) * 20 * time.Minute)
			e.ID = order.ID(fmt.Sprintf("%d-%d", e.At.UnixMilli(), happens[i]))
			switch happens[i] >> 6 {
			case 0, 1:
				b.apply(e)
			case 2:
				e.Kind, e.Of, e.By = []order.Kind{order.Acked, order.Cancelled, order.Reopened}[n%3], anyID(b, int(happens[i+1])), "주방"
				b.apply(e)
			case 3:
				b.Confirm(Key{"42", anyID(b, n)}, "카운터", e.At)
			}
		}
		if !slices.IsSortedFunc(b.list, byRecording) || len(b.list) != len(b.orders) {
			t.Fatalf("%d in the list of %d", len(b.list), len(b.orders))
		}
		for _, find := range []ipc.Query{{}, {Text: "1"}, {Text: "주방"}, {Day: day(1)}, {Text: "5", Day: day(0)}} {
			find.Limit = ipc.MaxRows
			if got, want := b.Find(find), slowly(b, find); !slices.Equal(got.Rows, want) || got.Total != len(want) {
				t.Fatalf("%+v finds %+v, not %+v", find, got, want)
			}
		}
		b.Find(ipc.Query{Text: text, Day: text})
	})
}

func FuzzFoldedIsWhatFoldLeavesAlone(f *testing.F) {
	for _, s := range []string{"20240727-0001", "김밥 2줄", norm.NFD.String("김밥"), "Ａ", "éÉ", "が", "豈", "\xea", "Ꙁ", "\xff가", "🍜"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if utf8.ValidString(s) && folded(s) && norm.NFC.String(strings.ToLower(s)) != s {
			t.Fatalf("%q is not folded", s)
		}
	})
}

func TestOneSearchesWhileOrdersCome(t *testing.T) {
	b := open(t, filepath.Join(t.TempDir(), "orders.log"))
	var coming sync.WaitGroup
	coming.Go(func() {
		for n := range 300 {
			b.Take(event("42", n))
			b.Confirm(key(n-1), "나", noon)
		}
	})
	for total := 0; total < 300; {
		found := b.Find(ipc.Query{Limit: 200})
		if found.Total < total || found.Waiting > 2 {
			t.Fatalf("%d found after %d, %d wait", found.Total, total, found.Waiting)
		}
		total = found.Total
	}
	coming.Wait()
}

func TestOrdersOfOneNumberAreFoundEach(t *testing.T) {
	b := shelf(t)
	again := event("42", 1)
	again.At = noon.AddDate(0, 0, 9)
	again.ID = order.ID(fmt.Sprintf("%d-0", again.At.UnixMilli()))
	b.apply(again)
	if got := rowNumbers(b.Find(ipc.Query{Limit: 9})); got != "2 5 1 6 4 3 1" {
		t.Error(got)
	}
}
