// Command hidden is the smallest app of the window toolkit: one window, which was shown
// once and is hidden. What it uses while idle is the least that jumun would use if it were
// a single process.
package main

import (
	"fyne.io/fyne/v2/app"
	"fyne.io/fyne/v2/widget"
)

func main() {
	a := app.NewWithID("jumun.hidden")
	w := a.NewWindow("hidden")
	w.SetContent(widget.NewLabel("1001"))
	a.Lifecycle().SetOnStarted(w.Hide) // without a window the app would end
	w.ShowAndRun()
}
