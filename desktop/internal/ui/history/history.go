// Package history is the window with every order that this PC knows.
package history

import (
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"jumun/desktop/internal/i18n"
	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/ui/widgets"
)

// daysToChoose is today and the 30 days for which orders are kept.
const daysToChoose = 31

// A Window asks the agent for the orders that it shows, a page at a time. Its methods run
// on Fyne's goroutine.
type Window struct {
	window   fyne.Window
	tr       *i18n.Translator
	send     func(ipc.FromUI)
	OnClosed func() // if not nil, called when the window is closed

	search *searchEntry
	days   *widget.Select
	total  *widget.Label
	list   *widget.List
	hint   *widget.Label // shown in place of an empty list
	notice *widget.Label
	export *widget.Button

	pages   pages
	pressed map[ipc.Key]bool // confirmed here, without an answer of the agent yet
	moved   time.Time        // when the rows last changed
	now     func() time.Time
}

// New makes the window in w.
func New(w fyne.Window, tr *i18n.Translator, send func(ipc.FromUI)) *Window {
	h := &Window{
		window: w, tr: tr, send: send, now: time.Now, pressed: map[ipc.Key]bool{},
		search: newSearchEntry(tr.Text("window.history.search"), w.Close),
		total:  &widget.Label{Alignment: fyne.TextAlignTrailing},
		hint:   &widget.Label{Alignment: fyne.TextAlignCenter, Importance: widget.LowImportance, Wrapping: fyne.TextWrapWord},
		notice: &widget.Label{Truncation: fyne.TextTruncateEllipsis},
	}
	h.export = &widget.Button{Text: tr.Text("window.history.export"), OnTapped: h.chooseFile}
	h.days = widget.NewSelect(h.dayNames(), nil)
	h.days.SetSelectedIndex(0)
	h.list = widget.NewList(func() int { return h.pages.total }, func() fyne.CanvasObject { return newRow(h) }, h.fill)
	h.list.OnSelected = h.copy
	h.search.OnChanged = func(string) { h.ask() }
	h.days.OnChanged = func(string) { h.dayChosen() }
	w.SetContent(h.content())
	w.SetOnClosed(h.closed)
	h.addKeys()
	return h
}

// Open shows the window with the newest orders.
func (h *Window) Open() {
	h.ask()
	h.window.Resize(fyne.NewSize(980, 640))
	h.window.CenterOnScreen()
	h.window.Show()
	h.window.RequestFocus()
	h.focusSearch()
}

func (h *Window) closed() {
	h.send(ipc.FromUI{HistoryClosed: true})
	if h.OnClosed != nil {
		h.OnClosed()
	}
}

// ask asks for the first page of the current search. The shown rows stay until the answer.
func (h *Window) ask() {
	h.pages.ask(ipc.Query{Text: strings.TrimSpace(h.search.Text), Day: h.day()})
	h.want(0)
}

// want asks for the page of a row, unless it is here or was asked for.
func (h *Window) want(row int) {
	if f, missing := h.pages.want(row); missing {
		h.send(ipc.FromUI{Query: &f})
	}
}

// Found shows a page that the agent found. A page of an older search is dropped.
func (h *Window) Found(f ipc.HistoryPage) {
	fresh, changed := h.pages.take(f)
	if changed {
		h.moved = h.now()
		clear(h.pressed)
	}
	if fresh {
		h.list.ScrollToTop()
		h.notice.SetText("")
	}
	h.showTotal()
	h.list.Refresh()
}

// showTotal shows how many orders there are, or why there are none.
func (h *Window) showTotal() {
	if !h.pages.answered {
		return
	}
	total, id := h.tr.Text("window.history.total", "N", h.pages.total), "window.history.empty"
	if h.pages.waiting > 0 {
		total = h.tr.Text("window.history.total-waiting", "N", h.pages.total, "Waiting", h.pages.waiting)
	}
	h.total.SetText(total)
	if h.pages.find.Text != "" || h.pages.find.Day != "" {
		id = "window.history.none"
	}
	h.hint.SetText(h.tr.Text(id))
	h.hint.Hidden = h.pages.total > 0
	h.hint.Refresh()
	if h.pages.total == 0 {
		h.export.Disable()
	} else {
		h.export.Enable()
	}
}

// confirm tells the agent that a person confirmed an order. A click on rows that have just
// moved does not count, as on the popup.
func (h *Window) confirm(k ipc.Key) {
	if h.now().Sub(h.moved) < widgets.SettleTime {
		return
	}
	h.pressed[k] = true
	h.send(ipc.FromUI{Confirm: []ipc.Key{k}})
	h.list.Refresh()
}

// undo tells the agent that a person takes the confirmation of an order back.
func (h *Window) undo(k ipc.Key) {
	if h.now().Sub(h.moved) < widgets.SettleTime {
		return
	}
	h.pressed[k] = true
	h.send(ipc.FromUI{Reopen: &k})
	h.list.Refresh()
}

// Tick removes the buttons whose time is over; it must be called every second.
func (h *Window) Tick() {
	if h.pages.canUndo(h.now().Add(-2 * time.Second)) { // or could until just now
		h.list.Refresh()
	}
}

// copy copies the order number of a row to the clipboard.
func (h *Window) copy(row int) {
	if r, ok := h.pages.row(row); ok {
		fyne.CurrentApp().Clipboard().SetContent(string(r.Order))
		h.notice.SetText(h.tr.Text("window.history.copied", "Order", r.Order))
	}
	h.list.UnselectAll() // so that the same row can be selected again
	h.focusSearch()
}
