package history

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/storage"
	"fyne.io/fyne/v2/test"

	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/ui/uitest"
	"jumun/desktop/internal/ui/widgets"
	"jumun/shared/order"
)

func testHistory(t *testing.T, rows []ipc.Row) (*Window, *bench) {
	t.Helper()
	uitest.App(t)
	return openHistory(uitest.Translator(t, "ko"), rows)
}

// shown are the texts that the window shows, one to a line.
func shown(h *Window) string {
	var all []string
	uitest.Texts(h.window.Content(), fyne.NewPos(0, 0), func(text *canvas.Text, _ fyne.Position) { all = append(all, text.Text) })
	return strings.Join(all, "\n")
}

func TestTheHistoryShowsWhatBecameOfEachOrder(t *testing.T) {
	at := func(clock string) time.Time {
		got, err := time.ParseInLocation("2006-01-02 15:04", "2024-07-"+clock, time.Local)
		if err != nil {
			t.Fatal(err)
		}
		return got.UTC()
	}
	tests := []struct {
		name string
		row  ipc.Row
		want string
	}{
		{"it waits", ipc.Row{At: at("27 12:00"), Waiting: true}, "대기 중"},
		{"confirmed on the same day", ipc.Row{At: at("27 12:00"), Ended: at("27 12:03"), By: "카운터 PC"}, "확인됨 12:03 카운터 PC"},
		{"confirmed on another day", ipc.Row{At: at("26 23:59"), Ended: at("27 00:01"), By: "카운터 PC"}, "확인됨 7/27 00:01 카운터 PC"},
		{"nobody knows by whom", ipc.Row{At: at("27 12:00")}, "확인됨"},
	}
	h, _ := testHistory(t, nil)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.row.Order = "1"
			h.Found((&bench{rows: []ipc.Row{tt.row}}).find(h.pages.find))
			if got := shown(h); !strings.Contains("\n"+got+"\n", "\n"+tt.want+"\n") || strings.Contains(got, "\n확인\n") != tt.row.Waiting {
				t.Errorf("it shows\n%s", got)
			}
		})
	}
}

func TestAnEmptyHistorySaysWhy(t *testing.T) {
	h, b := testHistory(t, uitest.Rows(3, 1))
	h.search.SetText("nothing like it")
	b.answer()
	if got := shown(h); !strings.Contains(got, "찾는 주문이 없습니다") || !h.export.Disabled() {
		t.Errorf("it shows\n%s", got)
	}
	h.search.SetText("")
	b.rows = nil
	b.answer()
	if got := shown(h); !strings.Contains(got, "아직 주문이 없습니다") {
		t.Errorf("it shows\n%s", got)
	}
	b.rows = uitest.Rows(3, 1)
	h.Found(b.find(h.pages.find)) // one came
	if got := shown(h); strings.Contains(got, "없습니다") || !strings.Contains(got, "모두 3건, 대기 1건") || h.export.Disabled() {
		t.Errorf("it shows\n%s", got)
	}
}

func TestOneScrollsThroughAThousandRowsAPageAtATime(t *testing.T) {
	rows := uitest.Rows(2500, 2)
	h, b := testHistory(t, rows)
	seen := map[string]bool{}
	for y := float32(0); y < 2500*(entryHeight+5); y += 8 * entryHeight {
		h.list.ScrollToOffset(y)
		if !strings.Contains(shown(h), "불러오는 중…") && len(b.sent) > 0 {
			t.Error("it asks for what it shows")
		}
		if len(b.sent) > 2 {
			t.Fatalf("it asks %d times for a screen", len(b.sent))
		}
		b.answer()
		for _, text := range strings.Split(shown(h), "\n") {
			seen[text] = true
		}
		if len(h.pages.held) > maxPages {
			t.Fatalf("%d pages are kept", len(h.pages.held))
		}
	}
	for _, r := range rows {
		if !seen[string(r.Order)] {
			t.Fatalf("%s was never shown", r.Order)
		}
	}
}

func TestAnAnswerToAnOlderSearchIsDropped(t *testing.T) {
	h, b := testHistory(t, uitest.Rows(30, 0))
	h.search.SetText("1")
	late := b.sent[0]
	h.search.SetText("12")
	b.sent = b.sent[1:]
	h.Found(b.find(*late.Query))
	if h.pages.total != 30 {
		t.Errorf("%d rows, of the older search", h.pages.total)
	}
	b.answer()
	if want := len(b.find(h.pages.find).Rows); h.pages.total != want || want == 30 {
		t.Errorf("%d rows, want %d", h.pages.total, want)
	}
	h.Found(b.find(ipc.Query{Limit: ipc.MaxRows, Day: "2024-07-27"}))
	if h.pages.total == 30 {
		t.Error("an answer about another day is shown")
	}
}

func TestWhatChangesWhileOneLooksIsShown(t *testing.T) {
	rows := uitest.Rows(500, 3)
	h, b := testHistory(t, rows)
	h.list.ScrollToOffset(195 * (entryHeight + 5)) // both pages are seen
	b.answer()
	b.rows = slices.Delete(slices.Clone(rows), 0, 1)
	f := h.pages.find
	f.Offset = ipc.MaxRows
	h.Found(b.find(f)) // the agent tells of the page that was asked last
	if h.pages.total != 499 || len(b.sent) == 0 {
		t.Fatalf("%d rows, and it asks for %d pages again", h.pages.total, len(b.sent))
	}
	b.answer()
	for n := 150; n < 250; n++ {
		h.fill(n, newRow(h))
		if r, here := h.pages.row(n); !here || r != b.rows[n] {
			t.Fatalf("row %d is %+v", n, r)
		}
	}
	h.Found(b.find(f))
	if len(b.sent) > 0 {
		t.Error("nothing changed, and it asks again")
	}
}

// rowOf is a row as the list shows it.
func rowOf(h *Window, n int) *row {
	r := newRow(h)
	h.fill(n, r)
	return r
}

func TestAWaitingRowIsConfirmedOnceAndNotWhileRowsMove(t *testing.T) {
	h, b := testHistory(t, uitest.Rows(3, 2))
	test.Tap(rowOf(h, 0).confirm)
	if len(b.sent) > 0 {
		t.Fatal("a click counts on a row that has only just come")
	}
	h.now = func() time.Time { return uitest.Dinner().Add(widgets.SettleTime) }
	test.Tap(rowOf(h, 0).confirm)
	test.Tap(rowOf(h, 0).confirm)
	want := []ipc.Key{{Mart: "42", Order: b.rows[0].Order}}
	if len(b.sent) != 1 || !slices.Equal(b.sent[0].Confirm, want) {
		t.Fatalf("it sent %+v", b.sent)
	}
	b.rows = b.rows[1:]
	h.Found(b.find(h.pages.find))
	test.Tap(rowOf(h, 0).confirm)
	if len(b.sent) != 1 {
		t.Error("a click counts on a row that has slid under it")
	}
	h.now = func() time.Time { return uitest.Dinner().Add(2 * widgets.SettleTime) }
	test.Tap(rowOf(h, 0).confirm)
	if len(b.sent) != 2 || b.sent[1].Confirm[0].Order != b.rows[0].Order {
		t.Errorf("it sent %+v", b.sent)
	}
}

func TestADayIsThatOfTheMomentItIsAsked(t *testing.T) {
	h, b := testHistory(t, uitest.Rows(3, 1))
	if n := len(h.days.Options); n != 1+daysToChoose {
		t.Errorf("%d days", n)
	}
	for _, tt := range []struct {
		choose int
		want   string
	}{{1, "2024-07-27"}, {2, "2024-07-26"}, {3, "2024-07-25"}, {daysToChoose, "2024-06-27"}, {0, ""}} {
		h.days.SetSelectedIndex(tt.choose)
		if len(b.sent) != 1 || b.sent[0].Query.Day != tt.want || b.sent[0].Query.Limit != ipc.MaxRows {
			t.Errorf("choice %d asks %+v, want %s", tt.choose, b.sent, tt.want)
		}
		b.answer()
	}
	h.days.SetSelectedIndex(1)
	b.answer()
	h.now = func() time.Time { return uitest.Dinner().AddDate(0, 0, 1) }
	h.ask()
	if got := b.sent[0].Query.Day; got != "2024-07-28" {
		t.Errorf("after midnight, today is %s", got)
	}
}

func TestWhatWasFoundIsExportedAndItIsSaidHowThatWent(t *testing.T) {
	h, b := testHistory(t, uitest.Rows(30, 1))
	h.search.SetText("0727")
	b.answer()
	path := filepath.Join(t.TempDir(), "주문.csv")
	h.save(storage.Writer(storage.NewFileURI(path)))
	if len(b.sent) != 1 || b.sent[0].Export.Path != path || *b.sent[0].Export.Query != h.pages.find || h.pages.find.Text != "0727" {
		t.Fatalf("it sent %+v", b.sent)
	}
	h.Exported(ipc.ExportResult{Path: path})
	if !strings.Contains(h.notice.Text, path) {
		t.Errorf("it says %q", h.notice.Text)
	}
	h.Exported(ipc.ExportResult{Path: path, Error: "디스크가 가득 찼습니다"})
	if h.notice.Text != "디스크가 가득 찼습니다" {
		t.Errorf("it says %q", h.notice.Text)
	}
	h.save(nil, nil) // they changed their mind
	h.save(storage.Writer(storage.NewFileURI(filepath.Join(path, "no folder", "a.csv"))))
	if len(b.sent) != 1 || !strings.Contains(h.notice.Text, "다른 폴더") {
		t.Errorf("it sent %+v and shows %q", b.sent, h.notice.Text)
	}
}

func TestTheKeysOfTheHistory(t *testing.T) {
	h, b := testHistory(t, uitest.Rows(3, 1))
	gone := 0
	h.OnClosed = func() { gone++ }
	if h.window.Canvas().Focused() != h.search {
		t.Error("one cannot type at once")
	}
	test.Type(h.search, "1")
	if h.search.Text != "1" || len(b.sent) != 1 || b.sent[0].Query.Text != "1" {
		t.Errorf("%q is typed, and it asks %+v", h.search.Text, b.sent)
	}
	h.escape()
	if gone != 1 || !b.sent[len(b.sent)-1].HistoryClosed {
		t.Errorf("Escape closed it %d times, and it sent %+v", gone, b.sent)
	}
}

func TestEveryTextOfTheHistoryIsWholeOnASmallScreen(t *testing.T) {
	uitest.EveryLook(t, func(t *testing.T, language string) {
		rows := uitest.Rows(40, 2)
		rows[1].Order = order.OrderID(strings.Repeat("뷁", 64))
		rows[1].Summary, rows[1].Amount = strings.Repeat("김밥 ", 100), strings.Repeat("9", 32)
		rows[3].By = strings.Repeat("가", 64)
		h, _ := openHistory(uitest.Translator(t, language), rows)
		h.say(fmt.Sprint(strings.Repeat("/아주/긴/폴더", 40)))
		if min := h.window.Content().MinSize(); min.Width > 1000 || min.Height > 680 {
			t.Errorf("it needs %v", min)
		}
		var inside int
		uitest.Texts(h.window.Content(), fyne.NewPos(0, 0), func(text *canvas.Text, at fyne.Position) {
			inside++
			if text.MinSize().Width > text.Size().Width+0.5 || at.X+text.MinSize().Width > 980 {
				t.Errorf("%q is cut off", text.Text)
			}
		})
		if inside < 40 {
			t.Errorf("only %d texts were found", inside)
		}
	})
}
