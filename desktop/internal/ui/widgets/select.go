package widgets

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	fynetheme "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// A Select is Fyne's list of choices with the border of an entry: what can be changed looks so.
type Select struct{ widget.Select }

// NewSelect returns a Select of options.
func NewSelect(options ...string) *Select {
	s := &Select{widget.Select{Options: options}}
	s.ExtendBaseWidget(s)
	return s
}

// CreateRenderer implements fyne.Widget.
func (s *Select) CreateRenderer() fyne.WidgetRenderer {
	r := &selectRenderer{s.Select.CreateRenderer(), canvas.NewRectangle(color.Transparent)}
	r.paint()
	return r
}

type selectRenderer struct {
	fyne.WidgetRenderer
	border *canvas.Rectangle
}

// Objects implements fyne.WidgetRenderer.
func (r *selectRenderer) Objects() []fyne.CanvasObject {
	return append(r.WidgetRenderer.Objects(), r.border)
}

// Layout implements fyne.WidgetRenderer. The border is where that of an entry is.
func (r *selectRenderer) Layout(size fyne.Size) {
	r.WidgetRenderer.Layout(size)
	width := r.border.StrokeWidth
	Place(r.border, width/2, width/2, size.Width-width-0.5, size.Height-width-0.5)
}

// Refresh implements fyne.WidgetRenderer.
func (r *selectRenderer) Refresh() {
	r.paint()
	r.WidgetRenderer.Refresh()
}

func (r *selectRenderer) paint() {
	r.border.StrokeColor = fynetheme.Color(fynetheme.ColorNameInputBorder)
	r.border.StrokeWidth = fynetheme.Size(fynetheme.SizeNameInputBorder)
	r.border.CornerRadius = fynetheme.Size(fynetheme.SizeNameInputRadius)
	r.border.Refresh()
}
