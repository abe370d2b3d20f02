// Package widgets holds the widgets that several windows use.
package widgets

import "fyne.io/fyne/v2"

// Place moves o to (x, y), resizes it, and returns it.
func Place(o fyne.CanvasObject, x, y, width, height float32) fyne.CanvasObject {
	o.Move(fyne.NewPos(x, y))
	o.Resize(fyne.NewSize(width, height))
	return o
}
