package popup

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	fynetheme "fyne.io/fyne/v2/theme"

	"jumun/desktop/internal/ui/theme"
	"jumun/desktop/internal/ui/widgets"
)

// numberBlock returns text in the largest of sizes that fits into area. A single line has its
// baseline where the largest size would have it, so that numbers of different cards stand alike. The
// first bytes of it, so many as prefix says, are dimmed.
func numberBlock(text string, area fyne.Size, sizes []textSize, like canvas.Text, prefix int) *fyne.Container {
	block := textBlock(text, area, sizes, like)
	if len(block.Objects) > 1 {
		return centred(block, area)
	}
	line := block.Objects[0].(*canvas.Text)
	full, deepest := fyne.CurrentApp().Driver().RenderedTextSize("0", sizes[0].size, like.TextStyle, nil)
	_, baseline := fyne.CurrentApp().Driver().RenderedTextSize("0", line.TextSize, like.TextStyle, nil)
	block.Move(fyne.NewPos(0, (area.Height-full.Height)/2+deepest-baseline))
	if prefix > 0 && prefix < len(text) && line.Text == text {
		dim(block, line, prefix)
	}
	return block
}

// dim splits a line into what nobody has to read, and the rest.
func dim(block *fyne.Container, line *canvas.Text, prefix int) {
	before := *line
	before.Text, before.Color = line.Text[:prefix], fynetheme.Color(theme.ColorQuiet)
	line.Text = line.Text[prefix:]
	parts := container.New(lineLayout{}, &before, line)
	parts.Resize(block.Size())
	block.Objects = []fyne.CanvasObject{parts}
}

// A lineLayout is a layout of the parts of one line of text, which is laid out anew when it is zoomed. Each
// part has some room, so that all keep one size.
type lineLayout struct{}

// Layout implements fyne.Layout.
func (lineLayout) Layout(parts []fyne.CanvasObject, _ fyne.Size) {
	at := float32(0)
	for _, o := range parts {
		size := o.MinSize()
		widgets.Place(o, at, 0, size.Width*1.1, size.Height)
		at += size.Width
	}
}

// MinSize implements fyne.Layout. Nobody asks: the block is as large as its place.
func (lineLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.Size{} }

// strike draws a line through each line of a text.
func strike(text *fyne.Container) {
	for _, o := range text.Objects {
		line, ok := o.(*canvas.Text)
		if !ok { // a block within the block
			strike(o.(*fyne.Container))
			continue
		}
		size := fyne.MeasureText(line.Text, line.TextSize, line.TextStyle)
		text.Add(widgets.Place(&canvas.Rectangle{FillColor: fynetheme.Color(theme.ColorCancelledEdge)}, line.Position().X,
			line.Position().Y+size.Height*0.52, size.Width, 2)) // thin: staff call the number out
	}
}
