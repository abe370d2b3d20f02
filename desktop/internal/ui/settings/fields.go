package settings

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/storage"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Lengths in Fyne's units.
const (
	formWidth    = 800 // beside the popup on a screen of 1280
	pagesWidth   = 150 // of the column of pages; "Connection" and a sign of a problem
	pageHeight   = 48  // of what a finger presses
	saveWidth    = 232 // of both buttons: "Pairing…"
	columnGap    = 8
	groupGap     = 14
	pagesGap     = 5
	formMarginX  = 16
	formMarginY  = 14
	belowThePage = 12
	barWidth     = 8 // beside the page, for its scroll bar
)

// content returns all of the form in the order of the Tab key: the fields of the page, the
// footer, the other pages.
func (f *Form) content() fyne.CanvasObject {
	f.makePages()
	f.stack = container.New(pageStack{})
	for _, p := range f.pages {
		f.stack.Add(p.content)
	}
	f.scroll = container.NewVScroll(container.New(layout.NewCustomPaddedLayout(0, 0, 0, barWidth),
		container.New(layout.NewCustomPaddedVBoxLayout(0), f.notice, f.stack)))
	f.footer = f.newFooter()
	f.body = container.New(formLayout{f}, f.scroll, f.footer, f.column, f.chooser)
	f.showPage(0)
	f.setLocked(false)
	return container.New(marginLayout{}, f.body, f.lock.root, f.ask, f.shop.root)
}

// newFooter returns the buttons below the pages.
func (f *Form) newFooter() fyne.CanvasObject {
	return container.NewHBox(container.NewGridWrap(fyne.NewSize(saveWidth, pageHeight), container.NewGridWithColumns(2, f.saveButton,
		&widget.Button{Text: f.cfg.Translator.Text("window.settings.cancel"), OnTapped: f.close})))
}

// rows puts fields one above the other.
func rows(fields ...fyne.CanvasObject) fyne.CanvasObject {
	return container.New(layout.NewCustomPaddedVBoxLayout(0), fields...)
}

// groups puts groups of fields one above the other, on pages that have the room.
func groups(groups ...fyne.CanvasObject) fyne.CanvasObject {
	return container.New(layout.NewCustomPaddedVBoxLayout(groupGap), groups...)
}

// beside puts two short fields next to each other, or the left one above the other where the
// page is narrow.
func beside(left, right fyne.CanvasObject) fyne.CanvasObject {
	return container.New(&pairLayout{}, left, right)
}

// half makes a field half as wide as a row.
func half(field fyne.CanvasObject) fyne.CanvasObject { return beside(field, layout.NewSpacer()) }

// field returns one setting: its title, its input, and what is wrong with it. The place for
// a problem is always there, so that nothing jumps while a person types.
func (f *Form) field(name, title string, input fyne.CanvasObject) fyne.CanvasObject {
	below := container.New(pageStack{}, f.problems[name])
	if hint := f.hints[name]; hint != nil {
		below.Add(hint)
	}
	return container.New(layout.NewCustomPaddedVBoxLayout(0), heading(title), input, tight(below))
}

func heading(title string) fyne.CanvasObject {
	return tight(&widget.Label{Text: title, TextStyle: fyne.TextStyle{Bold: true}})
}

// hint returns a quiet sentence about the input above it.
func hint(text string) *widget.Label {
	return &widget.Label{Text: text, Importance: widget.LowImportance, SizeName: theme.SizeNameCaptionText, Wrapping: fyne.TextWrapWord}
}

func tight(o fyne.CanvasObject) fyne.CanvasObject {
	return container.New(layout.NewCustomPaddedLayout(-5, -5, 0, 0), o)
}

// withUnit returns an entry for a number, followed by its unit.
func withUnit(number *entry, unit string) fyne.CanvasObject {
	return container.NewBorder(nil, nil, nil, widget.NewLabel(unit), number)
}

// choose lets a person choose a file with one of these extensions, and puts its path into
// an entry.
func (f *Form) choose(into *entry, title string, kinds ...string) {
	d := dialog.NewFileOpen(func(file fyne.URIReadCloser, err error) {
		if err != nil || file == nil { // unreadable, or the person changed their mind
			return
		}
		file.Close()
		into.SetText(file.URI().Path())
	}, f.window)
	d.SetTitleText(title)
	d.SetFilter(storage.NewExtensionFileFilter(kinds))
	d.Show()
}
