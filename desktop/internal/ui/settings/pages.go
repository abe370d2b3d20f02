package settings

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// A page is what is shown of the settings at a time.
type page struct {
	button  *widget.Button // that turns to it
	sign    *widget.Icon   // on the button: something is wrong
	content fyne.CanvasObject
	fields  []string // the problems that are shown on it
}

func (f *Form) makePages() {
	f.pages = []*page{
		{content: f.connection(), fields: []string{fieldServer, fieldMart, fieldCode, fieldDevice, fieldInsecure, fieldCA}},
		{content: f.alarm(), fields: []string{fieldVolume, fieldTune, fieldSound, fieldRepeat, fieldRemind, fieldAging}},
		{content: f.times(), fields: []string{fieldHours, fieldPatience}},
		{content: f.general(), fields: []string{fieldLanguage, fieldScale, fieldLogin, fieldPIN}},
		{content: f.about()},
	}
	tr := f.cfg.Translator.Text
	for i, title := range []string{tr("window.settings.page.connection"), tr("window.settings.page.alarm"),
		tr("window.settings.page.times"), tr("window.settings.page.general"), tr("window.settings.page.about")} {
		f.pages[i].button = widget.NewButton(title, func() { f.turnTo(i) })
		f.pages[i].button.Alignment = widget.ButtonAlignLeading
		f.pages[i].sign = widget.NewIcon(theme.NewErrorThemedResource(theme.ErrorIcon()))
		f.pages[i].sign.Hide()
	}
}

// column is what one turns the pages with.
func (f *Form) column() fyne.CanvasObject {
	column := container.New(layout.NewCustomPaddedVBoxLayout(pagesGap))
	for _, p := range f.pages {
		sign := container.New(layout.NewCustomPaddedLayout(0, 0, 0, theme.InnerPadding()), p.sign)
		column.Add(container.NewGridWrap(fyne.NewSize(pagesWidth, pageHeight),
			container.NewStack(p.button, container.NewBorder(nil, nil, nil, sign))))
	}
	return container.New(layout.NewCustomPaddedLayout(0, 0, 0, formMarginX), column)
}

// turnTo shows one page, and no other.
func (f *Form) turnTo(i int) {
	for j, p := range f.pages {
		p.button.Importance = widget.LowImportance
		p.content.Hide()
		if i == j {
			p.button.Importance = widget.MediumImportance
			p.content.Show()
		}
		p.button.Refresh()
	}
}

// mark shows on which pages something is wrong.
func (f *Form) mark() {
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

// turnToProblem shows the first page on which something is wrong, unless one is shown.
func (f *Form) turnToProblem() {
	first := slices.IndexFunc(f.pages, f.isWrong)
	shown := slices.IndexFunc(f.pages, func(p *page) bool { return p.content.Visible() })
	if first >= 0 && !f.isWrong(f.pages[shown]) {
		f.turnTo(first)
	}
}

// A deck is a layout of objects of which one is shown at a time. It is as large as the
// largest, so that nothing jumps when another is.
type deck struct{}

// Layout implements fyne.Layout.
func (deck) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	for _, o := range objects {
		o.Move(fyne.Position{})
		o.Resize(size)
	}
}

// MinSize implements fyne.Layout.
func (deck) MinSize(objects []fyne.CanvasObject) (size fyne.Size) {
	for _, o := range objects {
		size = size.Max(o.MinSize())
	}
	return size
}
