package popup

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"

	"jumun/desktop/internal/ui/widgets"
)

// textBlock returns text in the style of like, in the largest of sizes that fits into
// area. It is as high as its lines.
func textBlock(text string, area fyne.Size, sizes []textSize, like canvas.Text) *fyne.Container {
	measure := func(s string, size float32) fyne.Size { return fyne.MeasureText(s, size, like.TextStyle) }
	fits := fit(text, area, sizes, measure)
	like.TextSize = fits.size
	return lineBlock(fits.lines, area.Width, like)
}

// centred returns a block in the middle of an area's height.
func centred(block *fyne.Container, area fyne.Size) *fyne.Container {
	block.Move(fyne.NewPos(0, (area.Height-block.Size().Height)/2))
	return container.NewWithoutLayout(block)
}

// wordBlock returns text in at most that many lines, and is as high as its lines.
func wordBlock(text string, width float32, most int, like canvas.Text) *fyne.Container {
	measure := func(s string) float32 { return fyne.MeasureText(s, like.TextSize, like.TextStyle).Width }
	return lineBlock(phrase(text, width, most, measure), width, like)
}

// lineBlock returns lines in the style and size of like, one below the other.
func lineBlock(lines []string, width float32, like canvas.Text) *fyne.Container {
	height := fyne.MeasureText("", like.TextSize, like.TextStyle).Height
	block := container.NewWithoutLayout()
	for i, line := range lines {
		block.Add(widgets.Place(&canvas.Text{Text: line, TextSize: like.TextSize, Color: like.Color, TextStyle: like.TextStyle},
			0, float32(i)*height, width, height))
	}
	block.Resize(fyne.NewSize(width, float32(len(lines))*height))
	return block
}
