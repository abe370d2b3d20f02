package popup

import (
	"cmp"
	"image"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"jumun/desktop/internal/ui/screen"
	"jumun/desktop/internal/ui/theme"
	"jumun/desktop/internal/ui/widgets"
)

// zoomIn returns how large the popup is in a work area: as the settings say, or as large as has room
// there with the large card, a compact one and all that stands above them.
func (p *Popup) zoomIn(area image.Rectangle, scale float32) float32 {
	margin := screen.Pixels(theme.PopupMargin, scale)
	width, height := float32(area.Dx()-2*margin)/scale, float32(area.Dy()-2*margin)/scale
	return min(float32(cmp.Or(p.state.Place.Size, 1)), width/theme.PopupWidth, height/leastHeight())
}

// Strip returns the part of the screen along which the popup stands, in pixels, whether it is shown or
// not. Other windows leave it free.
func (p *Popup) Strip(scale float32) image.Rectangle {
	area := p.workArea(p.state.Place.Monitor)
	width := screen.Pixels(theme.PopupWidth*p.zoomIn(area, scale)+theme.PopupMargin, scale)
	if p.state.Place.IsLeft() {
		area.Max.X = area.Min.X + width
	} else {
		area.Min.X = area.Max.X - width
	}
	return area
}

// zoomed makes objects that were laid out at 1 smaller or larger. The width of a text does not grow evenly
// with its size: one that would leave its place becomes a little smaller still.
func zoomed(objects []fyne.CanvasObject, by float32) {
	for _, o := range objects {
		o.Move(fyne.NewPos(o.Position().X*by, o.Position().Y*by))
		o.Resize(fyne.NewSize(o.Size().Width*by, o.Size().Height*by))
		switch o := o.(type) {
		case *canvas.Text:
			o.TextSize *= by
			if width := o.MinSize().Width; width > o.Size().Width {
				o.TextSize *= o.Size().Width / width
			}
		case *canvas.Rectangle:
			o.TopLeftCornerRadius *= by
			o.TopRightCornerRadius *= by
			o.BottomLeftCornerRadius *= by
			o.BottomRightCornerRadius *= by
		case *fyne.Container:
			if zoomed(o.Objects, by); o.Layout != nil {
				o.Layout.Layout(o.Objects, o.Size())
			}
		case *widgets.ConfirmButton:
			o.Zoom(by)
		}
	}
}
