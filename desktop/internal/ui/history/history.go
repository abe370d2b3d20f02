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

// historyDays are the days one can choose: orders are kept for 30, and today.
const historyDays = 31

// A history is the window with all orders that this PC knows. It asks the agent for what
// it shows, a page at a time.
type Window struct {
	window   fyne.Window
	tr       *i18n.Translator
	send     func(ipc.FromUI)
	OnClosed func() // if not nil, it is called when the window is closed

	search *searchEntry
	days   *widget.Select
	total  *widget.Label
	list   *widget.List
	hint   *widget.Label // in place of the list
	notice *widget.Label
	export *widget.Button

	pages   pages
	pressed map[ipc.Key]bool // confirmed here, and waiting for the agent's answer
	moved   time.Time        // when the rows last changed
	now     func() time.Time
}

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

// open shows the window, with what there is now.
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

// ask asks for the first page of what is searched now. What is shown stays until it is there.
func (h *Window) ask() {
	h.pages.ask(ipc.Query{Text: strings.TrimSpace(h.search.Text), Day: h.day()})
	h.want(0)
}

// want asks for the page with a row, if that was not done yet.
func (h *Window) want(row int) {
	if f, missing := h.pages.want(row); missing {
		h.send(ipc.FromUI{Query: &f})
	}
}

// found shows what the agent found, if it is still what is searched.
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
	h.tell()
	h.list.Refresh()
}

// tell says how many there are, or why none.
func (h *Window) tell() {
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

// confirm tells the agent. A click on a row that has just come under the finger does not
// count, as on the popup.
func (h *Window) confirm(k ipc.Key) {
	if h.now().Sub(h.moved) < widgets.SettleTime {
		return
	}
	h.pressed[k] = true
	h.send(ipc.FromUI{Confirm: []ipc.Key{k}})
	h.list.Refresh()
}

// copy copies the number of a row.
func (h *Window) copy(row int) {
	if r, ok := h.pages.row(row); ok {
		fyne.CurrentApp().Clipboard().SetContent(string(r.Order))
		h.notice.SetText(h.tr.Text("window.history.copied", "Order", r.Order))
	}
	h.list.UnselectAll() // so that it can be copied again
	h.focusSearch()
}
