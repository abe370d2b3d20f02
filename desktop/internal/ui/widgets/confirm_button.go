package widgets

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	fynetheme "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"jumun/desktop/internal/ui/theme"
)

// A ConfirmButton is pressed by mouse or finger only. Fyne's own button takes the
// keyboard focus, and the Enter of a barcode scanner would press it.
type ConfirmButton struct {
	widget.BaseWidget
	onTapped func()

	colors           ButtonColors
	rect             *canvas.Rectangle
	label            *canvas.Text
	size             float32 // of the text, before Zoom
	hovered, pressed bool
	waiting          bool
}

// ButtonColors are the colours of a button at rest, under the mouse and pressed, and of
// its text.
type ButtonColors struct{ rest, hovered, pressed, text fyne.ThemeColorName }

// MainColors returns the colours of the button that a person usually wants.
func MainColors() ButtonColors {
	return ButtonColors{fynetheme.ColorNamePrimary, theme.ColorHovered, theme.ColorPressed, fynetheme.ColorNameForegroundOnPrimary}
}

// PlainColors returns the colours of a button beside the main ones.
func PlainColors() ButtonColors {
	return ButtonColors{fynetheme.ColorNameButton, theme.ColorPlainHovered, theme.ColorPlainPressed, fynetheme.ColorNameForeground}
}

// ToneColors returns the colours of a button that warns: its face, that while it is pressed, and its text.
func ToneColors(face, pressed, text fyne.ThemeColorName) ButtonColors {
	return ButtonColors{face, face, pressed, text}
}

// NewConfirmButton returns a button that calls onTapped. size is that of its text.
func NewConfirmButton(text string, size float32, colors ButtonColors, onTapped func()) *ConfirmButton {
	b := &ConfirmButton{
		onTapped: onTapped, colors: colors, size: size,
		rect: &canvas.Rectangle{CornerRadius: fynetheme.Size(fynetheme.SizeNameButtonRadius)},
		label: &canvas.Text{Text: text, TextSize: size, TextStyle: fyne.TextStyle{Bold: true},
			Alignment: fyne.TextAlignCenter},
	}
	b.ExtendBaseWidget(b)
	b.paint()
	return b
}

// SetWaiting shows whether the button waits for the agent's answer. Taps are told all the same: they
// belong to the burst that Settled knows of.
func (b *ConfirmButton) SetWaiting(waiting bool) { b.waiting = waiting; b.paint() }

// IsWaiting reports whether the button waits for the agent's answer. A tap then does nothing.
func (b *ConfirmButton) IsWaiting() bool { return b.waiting }

// SetFace gives the button another text and other colours.
func (b *ConfirmButton) SetFace(text string, colors ButtonColors) {
	b.label.Text, b.colors = text, colors
	b.paint()
}

// SetTextSize gives the text another size.
func (b *ConfirmButton) SetTextSize(size float32) { b.size = size; b.Zoom(1) }

// Zoom makes the text that much larger than the size it was given, and the corners rounder.
func (b *ConfirmButton) Zoom(by float32) {
	b.rect.CornerRadius = fynetheme.Size(fynetheme.SizeNameButtonRadius) * by
	b.label.TextSize = b.size * by
	b.Refresh()
}

// CreateRenderer implements fyne.Widget.
func (b *ConfirmButton) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(container.NewStack(b.rect, b.label))
}

// Tapped implements fyne.Tappable.
func (b *ConfirmButton) Tapped(*fyne.PointEvent) { b.onTapped() }

// Cursor implements desktop.Cursorable.
func (b *ConfirmButton) Cursor() desktop.Cursor { return desktop.PointerCursor }

// MouseIn implements desktop.Hoverable.
func (b *ConfirmButton) MouseIn(*desktop.MouseEvent) { b.hovered = true; b.paint() }

// MouseMoved implements desktop.Hoverable.
func (b *ConfirmButton) MouseMoved(*desktop.MouseEvent) {}

// MouseOut implements desktop.Hoverable.
func (b *ConfirmButton) MouseOut() { b.hovered, b.pressed = false, false; b.paint() }

// MouseDown implements desktop.Mouseable.
func (b *ConfirmButton) MouseDown(*desktop.MouseEvent) { b.pressed = true; b.paint() }

// MouseUp implements desktop.Mouseable.
func (b *ConfirmButton) MouseUp(*desktop.MouseEvent) { b.pressed = false; b.paint() }

func (b *ConfirmButton) paint() {
	background, text := b.colors.rest, b.colors.text
	switch {
	case b.waiting:
		background, text = theme.ColorWaiting, theme.ColorOnWaiting
	case b.pressed:
		background = b.colors.pressed
	case b.hovered:
		background = b.colors.hovered
	}
	b.rect.FillColor, b.label.Color = fynetheme.Color(background), fynetheme.Color(text)
	b.Refresh()
}
