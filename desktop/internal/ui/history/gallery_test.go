package history

import (
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"jumun/desktop/internal/i18n"
	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/ui/uitest"
)

// bench stands in for the agent: it answers from a list of rows.
type bench struct {
	rows []ipc.Row
	sent []ipc.FromUI
	h    *Window
}

// answer answers what was asked since, until nothing more is asked.
func (b *bench) answer() {
	for len(b.sent) > 0 {
		l := b.sent[0]
		b.sent = b.sent[1:]
		if l.Query != nil {
			b.h.Found(b.find(*l.Query))
		}
	}
}

func (b *bench) find(f ipc.Query) ipc.HistoryPage { return uitest.Find(b.rows, f) }

func openHistory(w *i18n.Translator, rows []ipc.Row) (*Window, *bench) {
	b := &bench{rows: rows}
	b.h = New(test.NewWindow(nil), w, func(l ipc.FromUI) { b.sent = append(b.sent, l) }, func(fyne.Window) {})
	b.h.now = func() time.Time { return uitest.Dinner() }
	b.h.days.SetOptions(b.h.dayNames())
	b.h.Open()
	b.answer()
	return b.h, b
}

func TestTheHistoryLooksAsInTheGallery(t *testing.T) {
	for name, show := range map[string]func(*i18n.Translator) *Window{
		"history-empty": func(w *i18n.Translator) *Window { h, _ := openHistory(w, nil); return h },
		"history-three": func(w *i18n.Translator) *Window { h, _ := openHistory(w, uitest.Rows(3, 1)); return h },
		"history-withdrawn": func(w *i18n.Translator) *Window {
			rows := uitest.Rows(5, 1)
			rows[1].Unread, rows[1].Withdrawn = true, rows[1].At.Add(4*time.Minute)
			rows[2].Withdrawn = rows[2].At.Add(4 * time.Minute)
			rows[1].Again, rows[2].Again = false, false
			rows[3].Ended = uitest.Dinner().Add(-59 * time.Second)
			h, _ := openHistory(w, rows)
			return h
		},
		"history-thousand": func(w *i18n.Translator) *Window { h, _ := openHistory(w, uitest.Rows(1000, 3)); return h },
		"history-details": func(w *i18n.Translator) *Window {
			h, b := openHistory(w, uitest.Rows(10, 3))
			h.open(keyOf(b.rows[6]))
			return h
		},
	} {
		uitest.Gallery(t, name, func(w *i18n.Translator) fyne.CanvasObject {
			h := show(w)
			h.window.Canvas().Unfocus() // the cursor blinks
			content := h.window.Content()
			content.Resize(fyne.NewSize(980, 640))
			return content
		})
	}
	// as on a screen of 800 × 600
	uitest.GalleryAt(t, "history-800x600", 1, func(w *i18n.Translator) fyne.CanvasObject {
		h, _ := openHistory(w, uitest.Rows(10, 3))
		h.window.Canvas().Unfocus()
		content := h.window.Content()
		content.Resize(fyne.NewSize(796, 524))
		return content
	})
}
