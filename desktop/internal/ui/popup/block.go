package popup

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"

	"jumun/desktop/internal/ui/widgets"
)

// textBlock shows text in the style of like, as large as area and ladder let it. It is as
// high as its lines are.
func textBlock(text string, area fyne.Size, ladder []rung, like canvas.Text) *fyne.Container {
	measure := func(s string, size float32) fyne.Size { return fyne.MeasureText(s, size, like.TextStyle) }
	fits := fit(text, area, ladder, measure)
	like.TextSize = fits.size
	return lineBlock(fits.lines, area.Width, like)
}

// centred puts a block into the middle of an area's height.
func centred(block *fyne.Container, area fyne.Size) *fyne.Container {
	block.Move(fyne.NewPos(0, (area.Height-block.Size().Height)/2))
	return container.NewWithoutLayout(block)
}

// wordBlock shows words in at most that many lines, and is as high as they are.
func wordBlock(text string, width float32, most int, like canvas.Text) *fyne.Container {
	measure := func(s string) float32 { return fyne.MeasureText(s, like.TextSize, like.TextStyle).Width }
	return lineBlock(phrase(text, width, most, measure), width, like)
}

// lineBlock shows lines in the style and size of like, one below the other.
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
