package popup

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"jumun/desktop/internal/ui/widgets"
)

// zoomed makes objects that were laid out at 1 smaller or larger: a popup that is too large for a
// small screen is shown whole.
func zoomed(objects []fyne.CanvasObject, by float32) {
	for _, o := range objects {
		o.Move(fyne.NewPos(o.Position().X*by, o.Position().Y*by))
		o.Resize(fyne.NewSize(o.Size().Width*by, o.Size().Height*by))
		switch o := o.(type) {
		case *canvas.Text:
			o.TextSize *= by
		case *canvas.Rectangle:
			o.TopLeftCornerRadius *= by
			o.TopRightCornerRadius *= by
			o.BottomLeftCornerRadius *= by
			o.BottomRightCornerRadius *= by
		case *fyne.Container:
			zoomed(o.Objects, by)
		case *widgets.ConfirmButton:
			o.Zoom(by)
		}
	}
}
