package ui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"jumun/desktop/internal/i18n"
	"jumun/desktop/internal/ipc"
	"jumun/shared/order"
)

// dinner is when the gallery's history is looked at.
var dinner = time.Date(2024, 7, 27, 18, 30, 0, 0, time.Local)

// bench stands in for the agent: it answers from a list of rows.
type bench struct {
	rows []ipc.Row
	sent []ipc.FromUI
	h    *history
}

// answer answers what was asked since, until nothing more is asked.
func (b *bench) answer() {
	for len(b.sent) > 0 {
		l := b.sent[0]
		b.sent = b.sent[1:]
		if l.Query != nil {
			b.h.found(b.find(*l.Query))
		}
	}
}

func (b *bench) find(f ipc.Query) ipc.HistoryPage {
	var hits []ipc.Row
	waiting := 0
	for _, r := range b.rows {
		if strings.Contains(string(r.Order), f.Text) {
			hits = append(hits, r)
			if r.Waiting {
				waiting++
			}
		}
	}
	found := ipc.HistoryPage{Query: f, Total: len(hits), Waiting: waiting}
	if f.Offset < len(hits) {
		found.Rows = hits[f.Offset:min(f.Offset+f.Limit, len(hits))]
	}
	return found
}

// orders are rows of which the first ones wait.
func orders(many, waiting int) (rows []ipc.Row) {
	foods := []string{"김치찌개 2, 공기밥 1", "아메리카노 ICE 3", "치즈김밥 2줄, 떡볶이 1, 어묵탕 1, 순대 반, 튀김 모둠(김말이 3, 오징어 2), 음료 4", ""}
	for n := range many {
		at := dinner.Add(-time.Duration(n) * 7 * time.Minute)
		r := ipc.Row{Mart: "42", Order: order.OrderID(fmt.Sprintf("%s-%04d", at.Format("20060102"), many-n)), At: at, Summary: foods[n%4], Amount: "12,000원"}
		if r.Waiting = n < waiting; !r.Waiting && n%5 != 4 {
			r.Ended, r.By = at.Add(2*time.Minute), []string{"카운터 PC", "주방 태블릿 2번", "Counter"}[n%3]
		}
		rows = append(rows, r)
	}
	return rows
}

func openHistory(w *i18n.Translator, rows []ipc.Row) (*history, *bench) {
	b := &bench{rows: rows}
	b.h = newHistory(test.NewWindow(nil), w, func(l ipc.FromUI) { b.sent = append(b.sent, l) })
	b.h.now = func() time.Time { return dinner }
	b.h.days.SetOptions(b.h.dayNames())
	b.h.open()
	b.answer()
	return b.h, b
}

func TestTheHistoryLooksAsInTheGallery(t *testing.T) {
	for name, show := range map[string]func(*i18n.Translator) *history{
		"history-empty": func(w *i18n.Translator) *history { h, _ := openHistory(w, nil); return h },
		"history-three": func(w *i18n.Translator) *history { h, _ := openHistory(w, orders(3, 1)); return h },
		"history-thousand": func(w *i18n.Translator) *history {
			h, _ := openHistory(w, orders(1000, 3))
			h.copy(4)
			return h
		},
	} {
		gallery(t, name, func(w *i18n.Translator) fyne.CanvasObject {
			h := show(w)
			h.window.Canvas().Unfocus() // the cursor blinks
			content := h.window.Content()
			content.Resize(fyne.NewSize(980, 640))
			return content
		})
	}
}
