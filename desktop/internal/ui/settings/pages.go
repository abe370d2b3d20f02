package settings

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"jumun/desktop/internal/ui/widgets"
)

// A page is a part of the settings. One page is shown at a time.
type page struct {
	button  *widget.Button // shows the page
	sign    *widget.Icon   // on the button, if something on the page is wrong
	content fyne.CanvasObject
	fields  []string // the fields whose problems it shows
}

func (f *Form) makePages() {
	f.pages = []*page{
		{content: f.connection(), fields: []string{fieldServer, fieldMart, fieldCode, fieldDevice, fieldInsecure, fieldCA}},
		{content: f.alarm(), fields: []string{fieldVolume, fieldTune, fieldSound, fieldRepeat, fieldRemind, fieldAging}},
		{content: f.times(), fields: []string{fieldHours, fieldPatience, fieldAwake}},
		{content: f.general(), fields: []string{fieldLanguage, fieldScale, fieldPopup, fieldFlash, fieldLogin, fieldPIN}},
		{content: f.about()},
	}
	tr := f.cfg.Translator.Text
	for i, title := range []string{tr("window.settings.page.connection"), tr("window.settings.page.alarm"),
		tr("window.settings.page.times"), tr("window.settings.page.general"), tr("window.settings.page.about")} {
		f.pages[i].button = widget.NewButton(title, func() { f.showPage(i) })
		f.pages[i].button.Alignment = widget.ButtonAlignLeading
		f.pages[i].sign = widget.NewIcon(theme.NewErrorThemedResource(theme.ErrorIcon()))
		f.pages[i].sign.Hide()
	}
	f.column, f.chooser = f.newColumn(), f.newChooser()
}

// newColumn returns the buttons of all pages.
func (f *Form) newColumn() *fyne.Container {
	column := container.New(layout.NewCustomPaddedVBoxLayout(pagesGap))
	for _, p := range f.pages {
		sign := container.New(layout.NewCustomPaddedLayout(0, 0, 0, theme.InnerPadding()), p.sign)
		column.Add(container.NewGridWrap(fyne.NewSize(pagesWidth, pageHeight),
			container.NewStack(p.button, container.NewBorder(nil, nil, nil, sign))))
	}
	return column
}

// newChooser returns the list of all pages, for a form without room for the column.
func (f *Form) newChooser() *widgets.Select {
	var titles []string
	for _, p := range f.pages {
		titles = append(titles, p.button.Text)
	}
	chooser := widgets.NewSelect(titles...)
	chooser.OnChanged = func(string) { f.showPage(chooser.SelectedIndex()) }
	return chooser
}

// showPage shows one page, and no other.
func (f *Form) showPage(i int) {
	if f.pages[i].content.Visible() && f.chooser.SelectedIndex() == i {
		return
	}
	for j, p := range f.pages {
		p.button.Importance = widget.LowImportance
		p.content.Hide()
		if i == j {
			p.button.Importance = widget.MediumImportance
			p.content.Show()
		}
		p.button.Refresh()
	}
	f.chooser.SetSelectedIndex(i)
	f.scroll.ScrollToTop()
	f.scroll.Refresh() // another page has another height
}

// markPages shows on which pages something is wrong.
func (f *Form) markPages() {
	for _, p := range f.pages {
		if f.isWrong(p) {
			p.sign.Show()
		} else {
			p.sign.Hide()
		}
	}
}

func (f *Form) isWrong(p *page) bool {
	return slices.ContainsFunc(p.fields, func(name string) bool { return f.problems[name].Text != "" })
}

func (f *Form) shownPage() int {
	return slices.IndexFunc(f.pages, func(p *page) bool { return p.content.Visible() })
}

// showProblemPage shows the first page on which something is wrong, unless one is shown, scrolls
// to what is wrong and puts the focus there.
func (f *Form) showProblemPage() {
	first := slices.IndexFunc(f.pages, f.isWrong)
	if first < 0 {
		return
	}
	shown := f.shownPage()
	if f.isWrong(f.pages[shown]) {
		first = shown
	}
	f.showPage(first)
	for _, name := range f.pages[first].fields {
		if problem := f.problems[name]; problem.Text != "" {
			f.reveal(problem)
			f.window.Canvas().Focus(f.input(name))
			return
		}
	}
}

// pageStack is a layout of objects of which one is shown at a time. It is as large as that one.
type pageStack struct{}

// Layout implements fyne.Layout.
func (pageStack) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	for _, o := range objects {
		o.Move(fyne.Position{})
		o.Resize(size)
	}
}

// MinSize implements fyne.Layout.
func (pageStack) MinSize(objects []fyne.CanvasObject) (size fyne.Size) {
	for _, o := range objects {
		if o.Visible() {
			size = size.Max(o.MinSize())
		}
	}
	return size
}
