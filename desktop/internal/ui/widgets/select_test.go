package widgets_test

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"jumun/desktop/internal/ui/uitest"
	"jumun/desktop/internal/ui/widgets"
)

// borderOf returns the border of an input: what is painted around it.
func borderOf(w fyne.Widget) *canvas.Rectangle {
	for _, o := range test.WidgetRenderer(w).Objects() {
		if r, ok := o.(*canvas.Rectangle); ok && r.StrokeWidth > 0 {
			return r
		}
	}
	return nil
}

func TestASelectHasTheBorderOfAnEntry(t *testing.T) {
	uitest.App(t)
	list, entry := widgets.NewSelect("1", "2"), widget.NewEntry()
	for _, o := range []fyne.CanvasObject{list, entry} {
		o.Resize(fyne.NewSize(200, 40))
	}
	got, want := borderOf(list), borderOf(entry)
	if got == nil || got.Size() != want.Size() || got.Position() != want.Position() || got.StrokeColor != want.StrokeColor || got.CornerRadius != want.CornerRadius {
		t.Errorf("its border is %+v, not %+v", got, want)
	}
}
