package popup

import (
	"slices"
	"time"

	"jumun/desktop/internal/ui/widgets"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"jumun/desktop/internal/i18n"
	"jumun/desktop/internal/ipc"
)

// How long the button for all orders asks whether it is meant. It is disarmed at the next
// tick after that; what it says counts.
const armedTime = 3 * time.Second

// An allRow is about all orders: how many there are, and a button that, pressed twice,
// confirms them.
type allRow struct {
	root    *fyne.Container
	confirm *widgets.ConfirmButton // shown for two orders and more
	tr      *i18n.Translator
	orders  []ipc.Key
	count   int       // of all orders, those without a card too
	armed   time.Time // zero: it is not
}

func newAllRow(tr *i18n.Translator, onConfirm func()) *allRow {
	r := &allRow{tr: tr, root: container.NewWithoutLayout()}
	r.confirm = widgets.NewConfirmButton(tr.Text("window.all"), allSize, widgets.PlainColors(), onConfirm)
	return r
}

// show makes the row say how many orders there are, those beyond the cards too, and how
// many are not open. Other orders than those it has asked about disarm it.
func (r *allRow) show(orders []ipc.Key, beyond, more int) {
	count := len(orders) + beyond
	if !slices.Equal(r.orders, orders) || r.count != count {
		r.disarm()
	}
	r.orders, r.count = orders, count
	var lines []string
	if count > 1 {
		lines = append(lines, r.tr.Text("window.orders", "N", count))
	}
	if more > 0 {
		lines = append(lines, r.tr.Text("window.more", "N", more))
	}
	texts := lineBlock(lines, countWidth-stripeWidth-cardInset, canvas.Text{TextSize: moreSize, Color: theme.Color(theme.ColorNameForeground), TextStyle: fyne.TextStyle{Bold: true}})
	texts.Move(fyne.NewPos(stripeWidth+cardInset, (rowHeight-texts.Size().Height)/2))
	r.root.Objects = []fyne.CanvasObject{texts}
	if count > 1 {
		r.root.Add(widgets.Place(r.confirm, countWidth, 0, cardWidth-countWidth, rowHeight))
	}
}

func (r *allRow) arm(now time.Time) {
	r.armed = now
	r.confirm.SetFace(r.tr.Text("window.all.sure", "N", r.count), widgets.MainColors())
}

func (r *allRow) disarm() {
	r.armed = time.Time{}
	r.confirm.SetFace(r.tr.Text("window.all"), widgets.PlainColors())
}

// tick disarms the button after a while.
func (r *allRow) tick(now time.Time) {
	if !r.armed.IsZero() && now.Sub(r.armed) >= armedTime {
		r.disarm()
	}
}
