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
	pageHeight   = 44  // a finger needs 44
	saveWidth    = 232 // of both buttons: "Pairing…"
	columnGap    = 8
	groupGap     = 14
	pagesGap     = 5
	formMarginX  = 16
	formMarginY  = 14
	belowThePage = 12
)

// content stands in the order in which Tab goes through it: the fields of the page, what
// ends it, the other pages. All of it must fit beside a taskbar on a screen of 768 lines.
func (f *Form) content() fyne.CanvasObject {
	f.makePages()
	var contents []fyne.CanvasObject
	for _, p := range f.pages {
		contents = append(contents, p.content)
	}
	f.body = container.NewBorder(f.notice, nil, f.column(), nil, container.NewBorder(nil, f.footer(), nil, nil, container.New(deck{}, contents...)))
	f.turnTo(0)
	f.setLocked(false)
	return container.New(layout.NewCustomPaddedLayout(formMarginY, formMarginY, formMarginX, formMarginX),
		container.New(deck{}, f.body, f.lock.root))
}

// footer is at the left: at the right of a small screen are the cards.
func (f *Form) footer() fyne.CanvasObject {
	return container.New(layout.NewCustomPaddedLayout(belowThePage, 0, 0, 0), container.NewHBox(
		container.NewGridWrap(fyne.NewSize(saveWidth, pageHeight), container.NewGridWithColumns(2, f.saveButton,
			&widget.Button{Text: f.cfg.Translator.Text("window.settings.cancel"), OnTapped: f.window.Close}))))
}

// rows puts one field above the other.
func rows(fields ...fyne.CanvasObject) fyne.CanvasObject {
	return container.New(layout.NewCustomPaddedVBoxLayout(0), fields...)
}

// apart puts one group of fields above the other, on pages that have the room.
func apart(groups ...fyne.CanvasObject) fyne.CanvasObject {
	return container.New(layout.NewCustomPaddedVBoxLayout(groupGap), groups...)
}

// beside puts two short fields into one row.
func beside(left, right fyne.CanvasObject) fyne.CanvasObject {
	return container.NewGridWithColumns(2, container.New(layout.NewCustomPaddedLayout(0, 0, 0, columnGap), left), right)
}

// half is a field that would look lost in a whole row.
func half(field fyne.CanvasObject) fyne.CanvasObject { return beside(field, layout.NewSpacer()) }

// field is one setting: its name, what it is typed into, and what is wrong with it.
// The place for a problem is always there, so that nothing jumps while one types.
func (f *Form) field(name, title string, input fyne.CanvasObject) fyne.CanvasObject {
	below := container.NewStack(f.problems[name])
	if hint := f.hints[name]; hint != nil {
		below.Add(hint)
	}
	return container.New(layout.NewCustomPaddedVBoxLayout(0), heading(title), input, tight(below))
}

func heading(title string) fyne.CanvasObject {
	return tight(&widget.Label{Text: title, TextStyle: fyne.TextStyle{Bold: true}})
}

// hint is a quiet sentence about what stands above it.
func hint(text string) *widget.Label {
	return &widget.Label{Text: text, Importance: widget.LowImportance, SizeName: theme.SizeNameCaptionText, Wrapping: fyne.TextWrapWord}
}

func tight(o fyne.CanvasObject) fyne.CanvasObject {
	return container.New(layout.NewCustomPaddedLayout(-5, -5, 0, 0), o)
}

// withUnit is an entry for a number, and what it counts.
func withUnit(entry *widget.Entry, unit string) fyne.CanvasObject {
	return container.NewBorder(nil, nil, nil, widget.NewLabel(unit), entry)
}

// choose lets a person pick a file of such a kind, and types its path.
func (f *Form) choose(into *widget.Entry, title string, kinds ...string) {
	d := dialog.NewFileOpen(func(file fyne.URIReadCloser, err error) {
		if err != nil || file == nil { // unreadable, or they changed their mind
			return
		}
		file.Close()
		into.SetText(file.URI().Path())
	}, f.window)
	d.SetTitleText(title)
	d.SetFilter(storage.NewExtensionFileFilter(kinds))
	d.Show()
}
