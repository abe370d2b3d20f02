package popup

import (
	"slices"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"jumun/desktop/internal/i18n"
	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/ui/widgets"
)

// armedTime is how long the button for all orders asks whether all are meant. The next
// tick after that disarms it, so the button's text always says what a press does.
const armedTime = 3 * time.Second

// An allRow shows how many orders there are, and a button that confirms all of them when
// it is pressed twice.
type allRow struct {
	root    *fyne.Container
	next    *widgets.ConfirmButton // shown for two or more pages
	confirm *widgets.ConfirmButton // shown for two or more orders
	tr      *i18n.Translator
	orders  []ipc.Key
	count   int       // of all orders, with or without a card
	armed   time.Time // when the button was first pressed, or zero
}

func newAllRow(tr *i18n.Translator, onConfirm, onNext func()) *allRow {
	r := &allRow{tr: tr, root: container.NewWithoutLayout()}
	r.confirm = widgets.NewConfirmButton(tr.Text("window.all"), allSize, widgets.PlainColors(), onConfirm)
	r.next = widgets.NewConfirmButton("", moreSize, widgets.PlainColors(), onNext)
	return r
}

// show shows the number of orders, including those beyond the cards, and which page of them is shown.
// If the orders are not those that the button has asked about, show disarms it.
func (r *allRow) show(orders []ipc.Key, beyond, page, pages int) {
	count := len(orders) + beyond
	if !slices.Equal(r.orders, orders) || r.count != count {
		r.disarm()
	}
	r.orders, r.count = orders, count
	r.confirm.SetTextSize(allSize)
	if r.root.Objects = nil; pages > 1 {
		r.root.Add(r.turning(count, page, pages))
	} else {
		text := lineBlock([]string{r.tr.Text("window.orders", "N", count)}, countWidth-stripeWidth-cardInset,
			canvas.Text{TextSize: moreSize, Color: theme.Color(theme.ColorNameForeground), TextStyle: fyne.TextStyle{Bold: true}})
		text.Move(fyne.NewPos(stripeWidth+cardInset, (rowHeight-text.Size().Height)/2))
		r.root.Add(text)
	}
	if count > 1 {
		r.root.Add(widgets.Place(r.confirm, countWidth, 0, cardWidth-countWidth, rowHeight))
	}
}

// turning returns the button that shows the next page.
func (r *allRow) turning(count, page, pages int) fyne.CanvasObject {
	text := r.tr.Text("window.page", "N", count, "Page", page+1, "Pages", pages)
	measure := func(s string, size float32) fyne.Size { return fyne.MeasureText(s, size, fyne.TextStyle{Bold: true}) }
	r.next.SetFace(text, widgets.PlainColors())
	r.next.SetTextSize(fit(text, fyne.NewSize(countWidth-2*cardGap, rowHeight), pageSizes(), measure).size)
	return widgets.Place(r.next, 0, 0, countWidth-cardGap, rowHeight)
}

func (r *allRow) arm(now time.Time) {
	r.armed = now
	r.confirm.SetFace(r.tr.Text("window.all.sure", "N", r.count), widgets.MainColors())
}

func (r *allRow) disarm() {
	r.armed = time.Time{}
	r.confirm.SetFace(r.tr.Text("window.all"), widgets.PlainColors())
}

// tick disarms the button after armedTime.
func (r *allRow) tick(now time.Time) {
	if !r.armed.IsZero() && now.Sub(r.armed) >= armedTime {
		r.disarm()
	}
}
