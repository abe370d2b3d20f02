package popup

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"
)

// A tapArea is the part of a card that is no button. It never takes the keyboard focus.
type tapArea struct {
	widget.BaseWidget
	onTapped func()
}

func newTapArea(onTapped func()) *tapArea {
	a := &tapArea{onTapped: onTapped}
	a.ExtendBaseWidget(a)
	return a
}

// CreateRenderer implements fyne.Widget.
func (a *tapArea) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(container.NewWithoutLayout())
}

// Tapped implements fyne.Tappable.
func (a *tapArea) Tapped(*fyne.PointEvent) { a.onTapped() }
