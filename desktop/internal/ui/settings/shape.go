package settings

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"jumun/desktop/internal/ui/screen"
	"jumun/desktop/internal/ui/widgets"
)

const (
	// narrowForm is the width below which the column of pages leaves too little room for a page. A
	// list of pages above them takes its place.
	narrowForm = 600
	// narrowPage is the width below which two fields have no room beside each other.
	narrowPage = 380
	// narrowMargin is that of a narrow form, where each line counts.
	narrowMargin = 6
	// A form of this size fits a screen of 800 by 600 at the largest scale, 2.5. What does not fit
	// scrolls.
	leastWidth, leastHeight = 280, 170
)

// formLayout is the layout of the form: the page, the buttons below it, the column of pages and the
// list in its place. The buttons are always on the window, where the popup covers them last; the page
// scrolls.
type formLayout struct{ form *Form }

// MinSize implements fyne.Layout.
func (formLayout) MinSize([]fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(leastWidth, leastHeight)
}

// Layout implements fyne.Layout.
func (l formLayout) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	f, left, top, below := l.form, float32(pagesWidth+formMarginX), float32(0), float32(belowThePage)
	narrow := size.Width+2*formMarginX < narrowForm
	f.column.Hidden, f.chooser.Hidden = narrow, !narrow
	if narrow {
		top = f.chooser.MinSize().Height + narrowMargin
		left, below = 0, narrowMargin
		widgets.Place(f.chooser, 0, 0, size.Width, top-narrowMargin)
	}
	widgets.Place(f.column, 0, 0, pagesWidth, size.Height)
	footer := f.footer.MinSize()
	start := left
	if f.stored.Popup.IsLeft() {
		start = size.Width - footer.Width
	}
	widgets.Place(f.footer, start, size.Height-footer.Height, footer.Width, footer.Height)
	widgets.Place(f.scroll, left, top, size.Width-left, size.Height-footer.Height-below-top)
}

// wantedSize returns the size of the window at which no page scrolls. It must be called before the window
// is shown: it gives the form a size of its own.
func (f *Form) wantedSize() fyne.Size {
	f.body.Resize(fyne.NewSize(formWidth-2*formMarginX, leastHeight)) // wrapped texts know their height once they know their width
	height := 2*(theme.Padding()+formMarginY) + belowThePage + f.footer.MinSize().Height
	if f.notice.Visible() {
		height += f.notice.MinSize().Height
	}
	return fyne.NewSize(formWidth, height+f.tallest())
}

// resize gives the window that size, or as much of it as the screen has room for.
func (f *Form) resize(wanted fyne.Size) {
	f.window.Resize(screen.Fit(f.window, wanted))
	f.cfg.aside(f.window)
}

func (f *Form) tallest() (height float32) {
	for _, p := range f.pages {
		p.content.Resize(f.stack.Size())
		height = max(height, p.content.MinSize().Height)
	}
	return height
}

// reveal scrolls the page to a problem, and to the field above it.
func (f *Form) reveal(problem fyne.CanvasObject) {
	const field = 44
	driver := fyne.CurrentApp().Driver()
	top := driver.AbsolutePositionForObject(problem).Y - driver.AbsolutePositionForObject(f.scroll.Content).Y
	switch bottom, seen := top+problem.Size().Height, f.scroll.Offset.Y; {
	case top-field < seen:
		f.scroll.ScrollToOffset(fyne.NewPos(0, top-field))
	case bottom > seen+f.scroll.Size().Height:
		f.scroll.ScrollToOffset(fyne.NewPos(0, bottom-f.scroll.Size().Height))
	}
}

// marginLayout is a layout of objects of which one is shown at a time, with a margin around it.
type marginLayout struct{}

// MinSize implements fyne.Layout.
func (marginLayout) MinSize(objects []fyne.CanvasObject) (size fyne.Size) {
	for _, o := range objects {
		size = size.Max(o.MinSize())
	}
	return size.AddWidthHeight(2*narrowMargin, 2*narrowMargin)
}

// Layout implements fyne.Layout.
func (marginLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	x, y := float32(formMarginX), float32(formMarginY)
	if size.Width < narrowForm {
		x, y = narrowMargin, narrowMargin
	}
	for _, o := range objects {
		widgets.Place(o, x, y, size.Width-2*x, size.Height-2*y)
	}
}

// A pairLayout is a layout of two objects: beside each other, or one above the other where there is
// no room for that.
type pairLayout struct {
	left   float32 // width of the left one; 0: half
	narrow bool
}

// MinSize implements fyne.Layout.
func (l *pairLayout) MinSize(o []fyne.CanvasObject) fyne.Size {
	left, right := o[0].MinSize(), o[1].MinSize()
	width, height := max(left.Width, right.Width), max(left.Height, right.Height)
	if l.narrow {
		height = left.Height + right.Height
	}
	return fyne.NewSize(width, height)
}

// Layout implements fyne.Layout.
func (l *pairLayout) Layout(o []fyne.CanvasObject, size fyne.Size) {
	if l.narrow = size.Width < narrowPage; l.narrow {
		height := o[0].MinSize().Height
		widgets.Place(o[0], 0, 0, size.Width, height)
		widgets.Place(o[1], 0, height, size.Width, size.Height-height)
		return
	}
	left := l.left
	if left == 0 {
		left = (size.Width - 2*columnGap) / 2
	}
	widgets.Place(o[0], 0, 0, left, size.Height)
	widgets.Place(o[1], left+2*columnGap, 0, size.Width-left-2*columnGap, size.Height)
}
