//go:build linux

package ui

import (
	"fmt"
	"image"
	"image/color"
	"slices"
	"testing"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"

	fynetheme "fyne.io/fyne/v2/theme"

	"jumun/desktop/e2e/harness"
	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/ui/theme"
	"jumun/desktop/internal/ui/uitest"
)

// edgeAt is a pixel of the upper edge.
var edgeAt = image.Pt(600, 5)

// edgeFlashes looks at a pixel of the screen's edge. The till keeps the focus, and a click on the edge.
func edgeFlashes(t *testing.T, screen *harness.Screen) {
	till, p := focused(t, screen), onScreen(t, screen)
	till.fillScreen(t)
	popup := uitest.Cards("1001")
	popup.Flash = true
	p.say(ipc.ToUI{Popup: &popup})
	for _, want := range []color.Color{theme.New().Color(theme.ColorWarn, fynetheme.VariantLight), theme.New().Color(theme.ColorOnWarn, fynetheme.VariantLight),
		theme.New().Color(theme.ColorWarn, fynetheme.VariantLight)} {
		must(t, harness.Until(t.Context(), "the edge to change", func() error { return hasPixel(screen, want) }))
	}
	must(t, isActive(screen, uint32(till.id)))
	edges, err := screen.WindowsOf(p.cmd.Process.Pid)
	must(t, err)
	under := underPointer(t, screen)
	if len(edges) != 5 || slices.ContainsFunc(edges, func(w harness.Window) bool { return w.ID == under }) {
		t.Errorf("a click would reach %#x of %+v", under, edges)
	}
	popup.Flash = false
	p.say(ipc.ToUI{Popup: &popup})
	p.window(screen) // the popup, and no edge
	p.end()
}

func hasPixel(screen *harness.Screen, want color.Color) error {
	shot, err := screen.Screenshot()
	if err != nil {
		return err
	}
	if got := shot.At(edgeAt.X, edgeAt.Y); got != color.RGBAModel.Convert(want) {
		return fmt.Errorf("it is %v, not %v", got, want)
	}
	return nil
}

// underPointer returns the window that a click there would reach.
func underPointer(t *testing.T, screen *harness.Screen) uint32 {
	t.Helper()
	must(t, screen.Point(t.Context(), edgeAt))
	x, err := xgb.NewConnDisplay(screen.Display)
	must(t, err)
	defer x.Close()
	found, err := xproto.QueryPointer(x, xproto.Setup(x).DefaultScreen(x).Root).Reply()
	must(t, err)
	return uint32(found.Child)
}
