//go:build linux

package ui

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"jumun/desktop/e2e/harness"
	"jumun/desktop/internal/ipc"
	uiscreen "jumun/desktop/internal/ui/screen"
	"jumun/desktop/internal/ui/theme"
	"jumun/desktop/internal/ui/uitest"
)

func must(t *testing.T, errs ...error) {
	t.Helper()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
}

func TestOnARealScreen(t *testing.T) {
	s, err := harness.New()
	must(t, err)
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Log(err) // a desktop's program that is slow to end is not about our window
		}
	})
	must(t, s.OpenScreen(t.Context()))
	for name, test := range map[string]func(*testing.T, *harness.Screen){
		"every letter typed while the popup comes arrives":  typingGoesOn,
		"the popup is at the bottom right above everything": isAtTheBottomRight,
		"the popup is above a full-screen till":             isAboveFullScreen,
		"the popup comes back where it belongs":             comesBack,
		"the popup comes back above what covers it":         comesBackAbove,
		"the popup makes way for a panel":                   makesWay,
		"the popup is in the corner that was chosen":        isInItsCorner,
		"the sound is paused and the popup minimised":       toolsAreUsed,
		"the edge flashes, and takes no click":              edgeFlashes,
		"the popup is as large as the scale says":           isScaled,
		"a click confirms the order under it, once":         clickConfirms,
		"hammering confirms only what was aimed at":         hammeringConfirmsTheFirst,
		"two clicks confirm all orders":                     clicksConfirmAll,
		"a banner comes, stays where it is and goes":        bannerComesAndGoes,
		"a finger confirms the order it is on":              tapsWhereTheFingerIs,
		"the settings window takes the focus and checks":    settingsAreChecked,
		"closing the settings is told, and the popup stays": settingsClose,
		"a request to end is followed":                      endsAtATermination,
	} {
		t.Run(name, func(t *testing.T) { test(t, s.Screen) })
	}
}

// focused opens a till that has the focus.
func focused(t *testing.T, screen *harness.Screen) *till {
	t.Helper()
	l := openTill(t, screen.Display)
	must(t, harness.Until(t.Context(), "the till to have the focus", func() error { return isActive(screen, uint32(l.id)) }))
	return l
}

func isActive(screen *harness.Screen, id uint32) error {
	active, err := screen.ActiveWindow()
	if err == nil && active != id {
		err = fmt.Errorf("the active window is %#x, not %#x", active, id)
	}
	return err
}

func typingGoesOn(t *testing.T, screen *harness.Screen) {
	till, p := focused(t, screen), onScreen(t, screen)
	enough, typed := make(chan struct{}), make(chan string, 1)
	go func() { typed <- typeOn(t, screen, enough) }()
	must(t, harness.Until(t.Context(), "the typing to begin", func() error {
		if till.text() == "" {
			return errors.New("not yet")
		}
		return nil
	}))
	p.popUp(screen, "1001")
	p.popUp(screen, "1002", "1003")
	close(enough)
	text := <-typed
	must(t, screen.Press(t.Context(), "Return", "space", "Return", "Tab"))
	must(t, harness.Until(t.Context(), "the typing to arrive", func() error { return till.has(text + "\n \n" + string(rune(tabKey))) }))
	must(t, isActive(screen, uint32(till.id)))
	if rest := p.end(); len(rest) > 0 {
		t.Errorf("keys made it say %+v", rest)
	}
}

// typeOn types without a pause until it is enough, and returns what.
func typeOn(t *testing.T, screen *harness.Screen, enough <-chan struct{}) (text string) {
	const letters = "abcdefghijklmnopqrstuvwxyz"
	for {
		if err := screen.Type(t.Context(), letters); err != nil {
			t.Error(err)
			return text
		}
		text += letters
		select {
		case <-enough:
			return text
		default:
		}
	}
}

func isAtTheBottomRight(t *testing.T, screen *harness.Screen) {
	till, p := focused(t, screen), onScreen(t, screen)
	area, err := screen.WorkArea()
	must(t, err)
	w := p.popUp(screen, "1001")
	if want := area.Max.Sub(image.Pt(theme.PopupMargin, theme.PopupMargin)); w.Bounds.Max != want {
		t.Errorf("it ends at %v, not %v", w.Bounds.Max, want)
	}
	if size := image.Pt(theme.PopupWidth, 2*popupPadding+cardHeight+cardGap+rowHeight); w.Bounds.Size() != size {
		t.Errorf("it is %v, not %v", w.Bounds.Size(), size)
	}
	if w.Managed || !slices.Contains(till.states(t, w.ID), "_NET_WM_STATE_ABOVE") {
		t.Errorf("managed: %v, states: %v", w.Managed, till.states(t, w.ID))
	}
	if covered, err := screen.Covered(w); covered || err != nil {
		t.Errorf("covered: %v, %v", covered, err)
	}
	p.end()
}

func isAboveFullScreen(t *testing.T, screen *harness.Screen) {
	till, p := focused(t, screen), onScreen(t, screen)
	till.fillScreen(t)
	must(t, harness.Until(t.Context(), "the till to fill the screen", func() error {
		if !slices.Contains(till.states(t, uint32(till.id)), "_NET_WM_STATE_FULLSCREEN") {
			return errors.New("not yet")
		}
		return nil
	}))
	w := p.popUp(screen, "1001")
	if covered, err := screen.Covered(w); covered || err != nil {
		t.Errorf("covered: %v, %v", covered, err)
	}
	must(t, isActive(screen, uint32(till.id)))
	p.end()
}

func comesBack(t *testing.T, screen *harness.Screen) {
	p := onScreen(t, screen)
	first := p.popUp(screen, "1001")
	p.say(ipc.ToUI{Popup: &ipc.Popup{}})
	must(t, harness.Until(t.Context(), "the popup to go", func() error {
		if left, err := screen.WindowsOf(p.cmd.Process.Pid); len(left) > 0 || err != nil {
			return fmt.Errorf("%+v, %w", left, err)
		}
		return nil
	}))
	till := focused(t, screen)
	again := p.popUp(screen, "1002")
	if again.Bounds != first.Bounds || again.Managed || !slices.Contains(till.states(t, again.ID), "_NET_WM_STATE_ABOVE") {
		t.Errorf("it came back as %+v, was %+v", again, first)
	}
	must(t, isActive(screen, uint32(till.id)))
	p.end()
}

func makesWay(t *testing.T, screen *harness.Screen) {
	p := onScreen(t, screen)
	w := p.popUp(screen, "1001")
	before, err := screen.WorkArea()
	must(t, err)
	openPanel(t, screen.Display, 100)
	must(t, harness.Until(t.Context(), "the popup to make way", func() error {
		area, err := screen.WorkArea()
		if now := p.window(screen).Bounds; err != nil || area == before || now != w.Bounds.Add(area.Max.Sub(before.Max)) {
			return fmt.Errorf("the work area is %v, the popup at %v, %w", area, now, err)
		}
		return nil
	}))
	p.end()
}

func isScaled(t *testing.T, screen *harness.Screen) {
	for _, scale := range []float32{1.5, 2, 2.5} {
		w := scaledPopup(t, screen, scale, 0)
		if want := uiscreen.Pixels(theme.PopupWidth, scale); scale < 2 && w.Bounds.Dx() != want {
			t.Errorf("at %v, it is %v wide, not %v", scale, w.Bounds.Dx(), want)
		}
	}
}

func TestThePopupFitsASmallScreenAtEveryScaleAndSize(t *testing.T) {
	s, err := harness.New()
	must(t, err)
	s.Resolution = image.Pt(800, 600)
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Log(err) // a desktop's program that is slow to end is not about our window
		}
	})
	must(t, s.OpenScreen(t.Context()))
	for _, scale := range []float32{0.8, 1, 1.3, 1.5, 2, 2.5} { // Fyne rounds 1.25 to 1.3
		usual, large := scaledPopup(t, s.Screen, scale, 0), scaledPopup(t, s.Screen, scale, 1.5)
		if usual.Bounds.Dx() > large.Bounds.Dx() || scale < 1 && large.Bounds.Dx() != uiscreen.Pixels(theme.PopupWidth*1.5, scale) {
			t.Errorf("at %v, it is %v wide, and %v when it is large", scale, usual.Bounds.Dx(), large.Bounds.Dx())
		}
	}
}

// scaledPopup returns the popup of three orders and a gap at that scale and size, which is in its corner.
func scaledPopup(t *testing.T, screen *harness.Screen, scale float32, size float64) harness.Window {
	t.Helper()
	area, err := screen.WorkArea()
	must(t, err)
	p := start(t, "DISPLAY="+screen.Display, "XAUTHORITY="+os.Getenv("XAUTHORITY"), fmt.Sprintf("FYNE_SCALE=%v", scale))
	p.hear()
	popup := uitest.Cards("1001", "1002", "1003")
	popup.Cards = append([]ipc.Card{{Key: ipc.Key{Mart: "42", Kind: ipc.CardGap}}}, popup.Cards...)
	popup.Place.Size = size
	p.say(ipc.ToUI{Popup: &popup})
	shown := p.hear().Shown
	if newest := uitest.Keys("1003")[0]; !slices.Contains(shown, newest) || !slices.Contains(shown, popup.Cards[0].Key) {
		t.Errorf("at %v, only %v are shown", scale, shown)
	}
	margin := uiscreen.Pixels(theme.PopupMargin, scale)
	w := p.window(screen)
	if w.Bounds.Max != area.Max.Sub(image.Pt(margin, margin)) || !w.Bounds.In(area) {
		t.Errorf("at %v, it is at %v in %v", scale, w.Bounds, area)
	}
	must(t, harness.Until(t.Context(), "the popup to be drawn", func() error { return isDrawn(screen, w) }))
	screenshot(t, screen, fmt.Sprintf("popup-%v-%v-%v", screen.Size().X, scale, size))
	p.end()
	return w
}

// isDrawn returns an error while the popup's window is empty.
func isDrawn(screen *harness.Screen, w harness.Window) error {
	shot, err := screen.Screenshot()
	if err != nil {
		return err
	}
	at := w.Bounds.Max.Sub(image.Pt(4, 4))
	if got := shot.At(at.X, at.Y); got == (color.RGBA{A: 255}) {
		return errors.New("it is black")
	}
	return nil
}

// screenshot saves what is on the screen, if go test keeps artifacts.
func screenshot(t *testing.T, screen *harness.Screen, name string) {
	t.Helper()
	shot, err := screen.Screenshot()
	must(t, err)
	var out bytes.Buffer
	must(t, png.Encode(&out, shot))
	must(t, os.WriteFile(filepath.Join(t.ArtifactDir(), name+".png"), out.Bytes(), 0o600))
}

// largeButton is the middle of the large card's button.
func largeButton(w harness.Window) image.Point {
	return w.Bounds.Max.Sub(image.Pt(popupPadding+cardInset+buttonWidth/2, popupPadding+footerBottom+footerHeight/2))
}

// compactButton is the middle of a compact card's button.
func compactButton(w harness.Window, row int) image.Point {
	return w.Bounds.Max.Sub(image.Pt(popupPadding+rowButton/2, rowBottom(row)+rowHeight/2))
}

func endsAtATermination(t *testing.T, screen *harness.Screen) {
	p := onScreen(t, screen)
	p.popUp(screen, "1001")
	must(t, p.cmd.Process.Signal(os.Interrupt))
	if rest := p.end(); len(rest) > 0 {
		t.Errorf("it says %+v", rest)
	}
}

func TestWithoutAScreenItEndsWithOneLineOfError(t *testing.T) {
	p := start(t)
	for l := range p.said {
		t.Errorf("it says %+v", l)
	}
	err := p.cmd.Wait()
	if exit := new(exec.ExitError); !errors.As(err, &exit) || exit.ExitCode() != 1 {
		t.Errorf("it ended with %v", err)
	}
	if lines := strings.Split(strings.TrimSpace(p.stderr.String()), "\n"); len(lines) != 1 || !strings.Contains(lines[0], "창을 열 수 없습니다") {
		t.Errorf("it printed %q", lines)
	}
}
