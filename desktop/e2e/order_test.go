//go:build linux

package e2e

import (
	"fmt"
	"image"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"jumun/assets/icons"
	"jumun/desktop/e2e/harness"
	"jumun/desktop/e2e/harness/screen"
	"jumun/desktop/e2e/harness/sound"
	"jumun/desktop/internal/ipc"
)

func TestAnOrderRingsInItsMartUntilItIsConfirmed(t *testing.T) {
	s := openShop(t)
	here, elsewhere := s.connected("42"), s.connected("43")
	till := s.openTill()
	till.types("before ")

	s.publish("42", "1001")
	here.rings("1001")
	till.types("after\n")
	till.has("before after\n")

	popup := here.popup()
	s.isOnTopAtTheBottomRight(popup)
	s.read(popup, bold, "1001", numberSize)
	for _, wrong := range []string{"1002", "1007", "1000", "2001"} {
		if got, err := s.find(popup, bold, wrong, numberSize); err != nil || got.Likeness >= screen.Threshold {
			t.Errorf("the popup can be read as order %s: %+v, %v", wrong, got, err)
		}
	}
	s.read(popup, bold, s.translator.Text("window.card.order"), titleSize)
	s.read(popup, regular, s.translator.Text("window.card.mart", "Mart", "42"), martSize)
	here.tray(icons.Waiting, s.translator.Text("agent.waiting", "N", 1))
	s.screenshot("popup")

	button := s.read(popup, bold, s.translator.Text("window.card.confirm"), buttonSize)
	s.click(button.Centre())
	clicked := time.Now()
	here.quiet()
	s.closes(popup)
	here.tray(ipc.Connected, s.translator.Text("agent.connected", "Mart", "42"))
	plays := here.plays()
	if len(plays) == 0 || sound.Count(plays, "order") != len(plays) {
		t.Errorf("heard %+v, want the sound of an order, and nothing else", plays)
	}
	for _, p := range plays {
		if p.Begin.After(clicked) {
			t.Errorf("rang again at %v, %v after the click", p.Begin, p.Begin.Sub(clicked))
		}
	}
	elsewhere.sawAndHeardNothing()
	till.isActive()
}

// button returns the point of the button that confirms the order. The one that came last is large.
func (p *pc) button(number string) image.Point {
	p.shop.t.Helper()
	card, waiting := p.popup(), p.until("an answer", func(ipc.Status) bool { return true }).Waiting
	size, text, height := float64(compactSize), float64(compactButtonSize), 48
	if string(waiting[len(waiting)-1].Order) == number {
		size, text, height = numberSize, buttonSize, 170
	}
	top := p.shop.read(card, bold, number, size).Bounds.Min.Y - 12 // where its row begins
	card.Bounds.Min.Y, card.Bounds.Max.Y = top, min(card.Bounds.Max.Y, top+height)
	return p.shop.read(card, bold, p.shop.translator.Text("window.card.confirm"), text).Centre()
}

func (p *pc) sawAndHeardNothing() {
	t := p.shop.t
	t.Helper()
	p.tray(ipc.Connected, p.shop.translator.Text("agent.connected", "Mart", "43"))
	if s := p.until("an answer", func(ipc.Status) bool { return true }); len(s.Waiting) != 0 || s.UI.PID != 0 {
		t.Errorf("the other mart's PC: %+v", s)
	}
	recording, err := p.Speaker.Recordings()
	p.shop.must(err)
	for _, s := range recording {
		if slices.ContainsFunc(s.Mono(), func(sample float64) bool { return sample != 0 }) { // a check of the speaker is silent
			t.Error("the other mart's PC played something")
		}
	}
}

func (s *shop) isOnTopAtTheBottomRight(w harness.Window) {
	s.t.Helper()
	if covered, err := s.desktop.Screen.Covered(w); covered || err != nil {
		s.t.Errorf("something lies over the popup, %v", err)
	}
	area, err := s.desktop.Screen.WorkArea()
	s.must(err)
	const margin = 48 // pixels: still in the corner
	if gap := area.Max.Sub(w.Bounds.Max); !w.Bounds.In(area) || gap.X > margin || gap.Y > margin {
		s.t.Errorf("the popup is at %v, which is not the bottom right of %v", w.Bounds, area)
	}
}

// closes waits until the window is not on the screen.
func (s *shop) closes(w harness.Window) {
	s.t.Helper()
	s.until("the window "+w.Title+" to go", func() error {
		all, err := s.desktop.Screen.WindowsOf(w.PID)
		for _, other := range all {
			if other.ID == w.ID {
				return fmt.Errorf("it is at %v", other.Bounds)
			}
		}
		return err
	})
}

// A till is another program, into which the staff type while an order arrives.
type till struct {
	shop   *shop
	window harness.Window
	typed  string // path of the file
}

func (s *shop) openTill() till {
	s.t.Helper()
	l := till{shop: s, typed: filepath.Join(s.t.TempDir(), "typed")}
	env := []string{"PATH=" + os.Getenv("PATH"), "DISPLAY=" + s.desktop.Screen.Display, "XAUTHORITY=" + os.Getenv("XAUTHORITY")}
	xterm, err := s.desktop.Start("till", env, "xterm", "-T", "till", "-e", "cat > "+l.typed)
	s.must(err)
	s.t.Cleanup(func() {
		if err := xterm.Stop(); err != nil {
			s.t.Error(err)
		}
	})
	s.until("the till", func() error {
		all, err := s.desktop.Screen.WindowsOf(xterm.PID)
		if err != nil || len(all) != 1 {
			return fmt.Errorf("%d windows, %w", len(all), err)
		}
		l.window = all[0]
		return l.active()
	})
	return l
}

func (l till) active() error {
	got, err := l.shop.desktop.Screen.ActiveWindow()
	if err == nil && got != l.window.ID {
		err = fmt.Errorf("window %#x has the focus", got)
	}
	return err
}

func (l till) isActive() {
	l.shop.t.Helper()
	if err := l.active(); err != nil {
		l.shop.t.Error("the till lost the focus:", err)
	}
}

func (l till) types(text string) {
	l.shop.t.Helper()
	l.shop.must(l.shop.desktop.Screen.Type(l.shop.ctx, text))
}

// has waits until the typed text has arrived.
func (l till) has(text string) {
	l.shop.t.Helper()
	l.shop.until("what was typed to arrive", func() error {
		raw, err := os.ReadFile(l.typed)
		if err == nil && string(raw) != text {
			err = fmt.Errorf("%q, want %q", raw, text)
		}
		return err
	})
}
