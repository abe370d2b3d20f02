//go:build linux

package ui

import (
	"errors"
	"fmt"
	"image"
	"image/color"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"testing"

	fynetheme "fyne.io/fyne/v2/theme"

	"jumun/desktop/e2e/harness"
	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/ui/theme"
	"jumun/desktop/internal/ui/uitest"
	"jumun/shared/order"
)

func clickConfirms(t *testing.T, screen *harness.Screen) {
	till, p := focused(t, screen), onScreen(t, screen)
	w := p.popUp(screen, "1001", "1002")
	at := largeButton(w)
	var heard ipc.FromUI
	must(t, harness.Until(t.Context(), "a click to count, once the cards have settled", func() error {
		clicks(t, screen, at, 3) // as an impatient person does
		select {
		case heard = <-p.said:
			return nil
		default:
			return errors.New("not yet")
		}
	}))
	if !slices.Equal(heard.Confirm, uitest.Keys("1002")) {
		t.Fatalf("the click said %+v", heard)
	}
	must(t, isActive(screen, uint32(till.id)))
	if rest := p.end(); len(rest) > 0 {
		t.Errorf("the other clicks said %+v", rest)
	}
}

func tapsWhereTheFingerIs(t *testing.T, screen *harness.Screen) {
	p := onScreen(t, screen)
	w := p.popUp(screen, "1001", "1002")
	var heard ipc.FromUI
	must(t, harness.Until(t.Context(), "a tap to count, once the cards have settled", func() error {
		clicks(t, screen, largeButton(w), 0)
		must(t, harness.Until(t.Context(), "the other button to feel the pointer", func() error { return feels(screen, largeButton(w)) }))
		clicks(t, screen, compactButton(w, 0), 1)
		select {
		case heard = <-p.said:
			return nil
		default:
			return errors.New("not yet")
		}
	}))
	if !slices.Equal(heard.Confirm, uitest.Keys("1001")) {
		t.Errorf("the tap said %+v", heard)
	}
	p.end()
}

// feels looks for the colour of a button under the pointer.
func feels(screen *harness.Screen, middle image.Point) error {
	shot, err := screen.Screenshot()
	if err != nil {
		return err
	}
	at := middle.Sub(image.Pt(buttonWidth/3, 0)) // beside its text
	if got, want := shot.At(at.X, at.Y), color.RGBAModel.Convert(theme.New().Color(theme.ColorHovered, fynetheme.VariantLight)); got != want {
		return fmt.Errorf("it is %v, not %v", got, want)
	}
	return nil
}

// clicks moves the mouse there, if it is not there, and presses its left button.
func clicks(t *testing.T, screen *harness.Screen, at image.Point, times int) {
	t.Helper()
	args := []string{"mousemove", strconv.Itoa(at.X), strconv.Itoa(at.Y)}
	if times > 0 {
		args = append(args, "click", "--delay", "30", "--repeat", strconv.Itoa(times), "1")
	}
	xdotool(t, screen, args...)
}

func xdotool(t *testing.T, screen *harness.Screen, args ...string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "xdotool", args...)
	cmd.Env = append(os.Environ(), "DISPLAY="+screen.Display)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("xdotool: %v %s", err, out)
	}
}

// hammeringConfirmsTheFirst presses the large button ten times a second while order after order takes its place.
func hammeringConfirmsTheFirst(t *testing.T, screen *harness.Screen) {
	p := onScreen(t, screen)
	w := p.popUp(screen, "1001")
	at := largeButton(w)
	var heard ipc.FromUI
	must(t, harness.Until(t.Context(), "a click to count, once the card has settled", func() error {
		clicks(t, screen, at, 1)
		select {
		case heard = <-p.said:
			return nil
		default:
			return errors.New("not yet")
		}
	}))
	if !slices.Equal(heard.Confirm, uitest.Keys("1001")) {
		t.Fatalf("the click said %+v", heard)
	}
	orders := []order.OrderID{"1001"}
	for n := range 20 {
		orders = append(orders, order.OrderID(strconv.Itoa(1002+n)))
		popup := uitest.Cards(orders...)
		p.say(ipc.ToUI{Popup: &popup})
		clicks(t, screen, at, 3)
	}
	for _, l := range p.end() {
		if slices.ContainsFunc(l.Confirm, func(k ipc.Key) bool { return k.Order != "1001" }) {
			t.Errorf("the other clicks said %+v", l)
		}
	}
}
