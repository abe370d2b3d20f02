package popup

import (
	"fmt"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	fynetheme "fyne.io/fyne/v2/theme"

	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/ui/theme"
	"jumun/desktop/internal/ui/widgets"
)

// A bannerView shows a banner. It has nothing to press, and is as high as its text.
type bannerView struct {
	root   *fyne.Container
	height float32
	left   *canvas.Text // the time until it ends
	until  time.Time
}

func newBannerView(b ipc.Banner) *bannerView {
	const start, most = stripeWidth + cardInset, cardWidth - stripeWidth - 2*cardInset
	face, text, edge := toneColours(b.Tone)
	width := float32(most)
	if !b.Until.IsZero() {
		width -= countdownRoom
	}
	what := wordBlock(b.Text, width, 3, canvas.Text{TextSize: bannerSize, Color: fynetheme.Color(text), TextStyle: fyne.TextStyle{Bold: true}})
	do := wordBlock(b.Do, width, 3, canvas.Text{TextSize: bannerDoSize, Color: fynetheme.Color(text)})
	n := &bannerView{until: b.Until, height: what.Size().Height + bannerGap + do.Size().Height + 2*bannerInset}
	n.left = timeLeft(countdownSize, text)
	what.Move(fyne.NewPos(start, bannerInset))
	do.Move(fyne.NewPos(start, bannerInset+what.Size().Height+bannerGap))
	n.root = container.NewWithoutLayout(append(sheet(edge, face, n.height), what, do,
		widgets.Place(n.left, start, 0, most, n.height))...)
	return n
}

// newBannerLine shows what is wrong in one line, where there is no room for what to do about it.
func newBannerLine(b ipc.Banner) *bannerView {
	const start, most = stripeWidth + cardInset, cardWidth - stripeWidth - 2*cardInset
	face, text, edge := toneColours(b.Tone)
	area := fyne.NewSize(most, bannerLine)
	if !b.Until.IsZero() {
		area.Width -= countdownRoom
	}
	what := centred(textBlock(b.Text, area, bannerLineSizes(), canvas.Text{Color: fynetheme.Color(text), TextStyle: fyne.TextStyle{Bold: true}}), area)
	what.Move(fyne.NewPos(start, 0))
	n := &bannerView{until: b.Until, height: bannerLine, left: timeLeft(bannerSize, text)}
	n.root = container.NewWithoutLayout(append(sheet(edge, face, bannerLine), what,
		widgets.Place(n.left, start, 0, most, bannerLine))...)
	return n
}

// timeLeft returns the text for the time until a banner ends.
func timeLeft(size float32, colour fyne.ThemeColorName) *canvas.Text {
	return &canvas.Text{TextSize: size, Color: fynetheme.Color(colour), TextStyle: fyne.TextStyle{Bold: true}, Alignment: fyne.TextAlignTrailing}
}

// toneColours returns the colours of a banner's background, text and stripe. An unknown
// tone is a newer agent's, and may be a bad one.
func toneColours(tone string) (face, text, edge fyne.ThemeColorName) {
	switch tone {
	case ipc.ToneCalm:
		return theme.ColorCalm, theme.ColorOnCalm, theme.ColorCalmEdge
	case ipc.ToneWarn:
		return theme.ColorWarn, theme.ColorOnWarn, theme.ColorWarnEdge
	}
	return theme.ColorBad, theme.ColorOnBad, theme.ColorBadEdge
}

// tick updates the time until the end.
func (n *bannerView) tick(now time.Time) {
	if n.until.IsZero() {
		return
	}
	if text := countdown(n.until.Sub(now)); n.left.Text != text {
		n.left.Text = text
		n.left.Refresh()
	}
}

// countdown formats the time that is left as 04:59 or 1:04:59. It rounds up, so that it
// shows 00:00 only when the time is over.
func countdown(left time.Duration) string {
	seconds := max(0, (left+time.Second-1)/time.Second)
	if seconds >= 3600 {
		return fmt.Sprintf("%d:%02d:%02d", seconds/3600, seconds/60%60, seconds%60)
	}
	return fmt.Sprintf("%02d:%02d", seconds/60, seconds%60)
}
