package history

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/storage"

	"jumun/assets/icons"
	"jumun/desktop/internal/ipc"
)

func (h *Window) content() fyne.CanvasObject {
	top := container.NewBorder(nil, nil, nil, container.NewGridWrap(fyne.NewSize(170, h.search.MinSize().Height), h.days), h.search)
	below := container.NewVBox(h.notice, container.NewBorder(nil, nil, nil, h.export, h.total))
	h.head = h.heading()
	h.none = h.newNone()
	h.orders = container.NewBorder(container.New(layout.NewCustomPaddedVBoxLayout(0), top, h.head), below, nil, nil,
		container.NewStack(h.list, h.none))
	return container.New(pageLayout{h}, h.orders, h.details.root)
}

// newNone returns what stands in place of an empty list.
func (h *Window) newNone() *fyne.Container {
	const iconSize = 96
	icon := &canvas.Image{Resource: fyne.NewStaticResource("app.png", icons.App()), FillMode: canvas.ImageFillContain}
	return container.NewVBox(layout.NewSpacer(),
		container.NewCenter(container.NewGridWrap(fyne.NewSize(iconSize, iconSize), icon)), h.hint, layout.NewSpacer())
}

// say shows a line below the orders, or none.
func (h *Window) say(text string) {
	h.notice.SetText(text)
	h.notice.Hidden = text == ""
	h.orders.Refresh()
}

// addKeys makes Ctrl+F focus the search.
func (h *Window) addKeys() {
	h.window.Canvas().AddShortcut(&desktop.CustomShortcut{KeyName: fyne.KeyF, Modifier: fyne.KeyModifierShortcutDefault}, func(fyne.Shortcut) { h.focusSearch() })
}

func (h *Window) focusSearch() { h.window.Canvas().Focus(h.search) }

// dayNames returns the choices of days: all, today, yesterday, and earlier days by date.
func (h *Window) dayNames() []string {
	names := []string{h.tr.Text("window.history.day.all"), h.tr.Text("window.history.day.today"), h.tr.Text("window.history.day.yesterday")}
	for ago := 2; ago < daysToChoose; ago++ {
		names = append(names, h.daysAgo(ago))
	}
	return names
}

// day returns the chosen day as a query has it. "Today" is the day on which the query is
// sent, so a window that stays open past midnight asks for the new day.
func (h *Window) day() string {
	switch i := h.days.SelectedIndex(); {
	case i <= 0:
		return ""
	case i <= 2:
		return h.daysAgo(i - 1)
	}
	return h.days.Selected
}

func (h *Window) daysAgo(n int) string { return h.now().AddDate(0, 0, -n).Format(time.DateOnly) }

func (h *Window) dayChosen() {
	h.ask()
	h.focusSearch()
}

// chooseFile asks where to save the found orders. The file's name has the time, so that a
// second file of the same day does not replace the first.
func (h *Window) chooseFile() {
	d := dialog.NewFileSave(h.save, h.window)
	d.SetTitleText(h.tr.Text("window.history.export"))
	d.SetFileName(h.tr.Text("window.history.file") + "-" + h.now().Format("2006-01-02-1504") + ".csv")
	d.SetFilter(storage.NewExtensionFileFilter([]string{".csv"}))
	d.Show()
}

// save asks the agent to write the file that the dialog has made.
func (h *Window) save(file fyne.URIWriteCloser, err error) {
	h.focusSearch()
	if err != nil {
		h.say(h.tr.Text("window.history.not-there"))
		return
	}
	if file == nil { // they changed their mind
		return
	}
	_ = file.Close() // nothing was written
	find := h.pages.find
	h.say(h.tr.Text("window.history.exporting"))
	h.send(ipc.FromUI{Export: &ipc.Export{Path: file.URI().Path(), Query: &find}})
}

// Exported shows whether the agent wrote the file.
func (h *Window) Exported(e ipc.ExportResult) {
	text := e.Error
	if text == "" {
		text = h.tr.Text("window.history.exported", "Path", e.Path)
	}
	h.say(text)
}
