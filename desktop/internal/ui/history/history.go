// Package history is the window with every order that this PC knows.
package history

import (
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"jumun/desktop/internal/i18n"
	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/ui/screen"
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
	aside    func(fyne.Window) // moves the window to where the popup does not cover it
	OnClosed func()            // if not nil, called when the window is closed

	search *widget.Entry
	days   *widgets.Select
	total  *widget.Label
	list   *widget.List
	hint   *widget.Label   // in none
	none   *fyne.Container // shown in place of an empty list
	notice *widget.Label   // hidden if it is empty
	export *widget.Button
	head   *fyne.Container // the names of the columns
	orders *fyne.Container // all of the above

	details *details // in place of orders
	narrow  bool     // the window has no room for columns

	pages   pages
	pressed map[ipc.Key]bool // confirmed or taken back here, without an answer of the agent yet
	settled widgets.Settled[target]
	now     func() time.Time
}

// A target is what a click on an order does to it.
type target struct {
	key  ipc.Key
	does action
}

type action int

const (
	nothing action = iota
	opens          // its details
	confirms
	reopens // takes its confirmation back: it rings again
)

// New makes the window in w. aside moves a window to where the popup does not cover it.
func New(w fyne.Window, tr *i18n.Translator, send func(ipc.FromUI), aside func(fyne.Window)) *Window {
	h := &Window{
		window: w, tr: tr, send: send, aside: aside, now: time.Now, pressed: map[ipc.Key]bool{},
		search: widget.NewEntry(),
		total:  &widget.Label{Alignment: fyne.TextAlignTrailing},
		hint:   &widget.Label{Alignment: fyne.TextAlignCenter, Importance: widget.LowImportance, Wrapping: fyne.TextWrapWord},
		notice: &widget.Label{Truncation: fyne.TextTruncateEllipsis},
	}
	h.search.PlaceHolder = tr.Text("window.history.search")
	h.notice.Hide()
	h.export = &widget.Button{Text: tr.Text("window.history.export"), OnTapped: h.chooseFile}
	h.days = widgets.NewSelect(h.dayNames()...)
	h.days.SetSelectedIndex(0)
	h.list = widget.NewList(func() int { return h.pages.total }, func() fyne.CanvasObject { return newRow(h) }, h.fill)
	h.list.OnSelected = h.selected
	h.details = newDetails(h)
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
	h.resize()
	h.window.Show()
	h.resize() // the screen's scale is known only now
	h.window.RequestFocus()
	h.focusSearch()
	if native := screen.Native(h.window); native != nil {
		screen.ClickInPlace(native)
	}
	screen.OnEscape(h.window, h.escape)
}

func (h *Window) resize() {
	h.window.Resize(screen.Fit(h.window, fyne.NewSize(980, 640)))
	h.aside(h.window)
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
		clear(h.pressed)
	}
	if fresh {
		h.list.ScrollToTop()
		h.say("")
	}
	h.showTotal()
	h.refresh()
	h.settle()
}

// refresh shows the orders as they are now.
func (h *Window) refresh() {
	h.list.Refresh()
	h.details.refresh()
}

// settle tells what can be clicked now, and where it is.
func (h *Window) settle() {
	if h.details.root.Visible() {
		h.settled.Update(map[target]float32{h.details.target(): 0}, h.now())
		return
	}
	where := map[target]float32{}
	for n, r := range h.pages.all() {
		at := float32(n)*(rowHeight(h.narrow)+theme.Padding()) - h.list.GetScrollOffset()
		where[target{keyOf(r), opens}], where[target{keyOf(r), offered(r, h.now())}] = at, at
	}
	h.settled.Update(where, h.now())
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
	h.none.Hidden = h.pages.total > 0
	h.none.Refresh()
	if h.pages.total == 0 {
		h.export.Disable()
	} else {
		h.export.Enable()
	}
}

// act does what a click on an order asks for, once, unless the order has just come there: then the
// click was about another one.
func (h *Window) act(on target) {
	if !h.settled.Counts(on, h.now()) || h.pressed[on.key] {
		return
	}
	switch on.does {
	case opens:
		h.open(on.key)
		return
	case confirms:
		h.send(ipc.FromUI{Confirm: []ipc.Key{on.key}})
	case reopens:
		h.send(ipc.FromUI{Reopen: &on.key})
	}
	h.pressed[on.key] = true
	h.refresh()
}

// Tick removes the buttons whose time is over; it must be called every second.
func (h *Window) Tick() {
	if h.pages.canUndo(h.now().Add(-2 * time.Second)) { // or could until just now
		h.refresh()
	}
}

// selected handles a click on a row, beside its button.
func (h *Window) selected(row int) {
	h.list.UnselectAll() // so that the same row can be selected again
	h.focusSearch()
	if r, ok := h.pages.row(row); ok {
		h.act(target{keyOf(r), opens})
	}
}
