// Command hidden is the smallest app of the toolkit that the window process is made
// with: one window, which was shown once and is hidden. What it takes while nothing
// happens is what jumun would take at least if it were a single process.
package main

import (
	"fyne.io/fyne/v2/app"
	"fyne.io/fyne/v2/widget"
)

func main() {
	a := app.NewWithID("jumun.hidden")
	w := a.NewWindow("hidden")
	w.SetContent(widget.NewLabel("1001"))
	a.Lifecycle().SetOnStarted(w.Hide) // without its window an app of the toolkit would end
	w.ShowAndRun()
}
