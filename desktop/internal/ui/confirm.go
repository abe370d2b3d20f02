package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// A confirmButton is pressed by mouse or finger only. Fyne's own button takes the
// keyboard, and the Enter of a barcode scanner would press it.
type confirmButton struct {
	widget.BaseWidget
	onTapped func()

	faces            faces
	rect             *canvas.Rectangle
	label            *canvas.Text
	hovered, pressed bool
	spent            bool // pressed, and waiting for the agent's answer
}

// faces are the colours of a button at rest, under the mouse and pressed, and of its text.
type faces struct{ rest, hovered, pressed, text fyne.ThemeColorName }

// mainFaces are those of the button that a person wants.
func mainFaces() faces {
	return faces{theme.ColorNamePrimary, colorHovered, colorPressed, theme.ColorNameForegroundOnPrimary}
}

// plainFaces are those of a button beside the main ones.
func plainFaces() faces {
	return faces{theme.ColorNameButton, colorPlainHovered, colorPlainPressed, theme.ColorNameForeground}
}

func newConfirmButton(text string, size float32, faces faces, onTapped func()) *confirmButton {
	b := &confirmButton{
		onTapped: onTapped, faces: faces,
		rect: &canvas.Rectangle{CornerRadius: theme.Size(theme.SizeNameButtonRadius)},
		label: &canvas.Text{Text: text, TextSize: size, TextStyle: fyne.TextStyle{Bold: true},
			Alignment: fyne.TextAlignCenter},
	}
	b.ExtendBaseWidget(b)
	b.paint()
	return b
}

// CreateRenderer implements fyne.Widget.
func (b *confirmButton) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(container.NewStack(b.rect, b.label))
}

// Tapped implements fyne.Tappable.
func (b *confirmButton) Tapped(*fyne.PointEvent) {
	if !b.spent {
		b.onTapped()
	}
}

// Cursor implements desktop.Cursorable.
func (b *confirmButton) Cursor() desktop.Cursor { return desktop.PointerCursor }

// MouseIn implements desktop.Hoverable.
func (b *confirmButton) MouseIn(*desktop.MouseEvent) { b.hovered = true; b.paint() }

// MouseMoved implements desktop.Hoverable.
func (b *confirmButton) MouseMoved(*desktop.MouseEvent) {}

// MouseOut implements desktop.Hoverable.
func (b *confirmButton) MouseOut() { b.hovered, b.pressed = false, false; b.paint() }

// MouseDown implements desktop.Mouseable.
func (b *confirmButton) MouseDown(*desktop.MouseEvent) { b.pressed = true; b.paint() }

// MouseUp implements desktop.Mouseable.
func (b *confirmButton) MouseUp(*desktop.MouseEvent) { b.pressed = false; b.paint() }

func (b *confirmButton) spend(spent bool) { b.spent = spent; b.paint() }

// dress gives the button another text and other colours.
func (b *confirmButton) dress(text string, faces faces) {
	b.label.Text, b.faces = text, faces
	b.paint()
}

func (b *confirmButton) paint() {
	face, text := b.faces.rest, b.faces.text
	switch {
	case b.spent:
		face, text = colorSpent, colorOnSpent
	case b.pressed:
		face = b.faces.pressed
	case b.hovered:
		face = b.faces.hovered
	}
	b.rect.FillColor, b.label.Color = theme.Color(face), theme.Color(text)
	b.Refresh()
}
