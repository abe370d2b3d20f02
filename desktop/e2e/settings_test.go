//go:build linux

package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"os"
	"testing"

	"jumun/desktop/e2e/harness"
	"jumun/desktop/e2e/harness/screen"
	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/settings"
	"jumun/shared/order"
)

func TestSettingsAreTypedAndApplyAtOnce(t *testing.T) {
	s := openShop(t)
	p := s.newPC()
	p.open()
	w := p.form()
	s.must(s.desktop.Screen.Type(s.ctx, "http://"+s.server.Addr())) // the first field has the focus
	s.read(w, regular, "http://"+s.server.Addr(), formSize)
	s.typeInto(w, "window.settings.mart", "42")
	s.typeInto(w, "window.settings.code", s.code("42"))
	s.screenshot("settings")
	s.click(s.read(w, bold, s.translator.Text("window.settings.save"), formSize).Centre())
	first := p.until("connected", func(s ipc.Status) bool { return s.State == ipc.Connected && s.Mart == "42" })
	raw, err := os.ReadFile(p.SettingsPath())
	var stored settings.Settings
	if err != nil || json.Unmarshal(raw, &stored) != nil || stored.Mart != "42" || stored.Server != "http://"+s.server.Addr() {
		t.Errorf("stored %s, %v", raw, err)
	}
	s.answerShop(p, s.translator.Text("window.card.mart", "Mart", "42"), "window.shop.yes")
	s.closes(w)

	s.choose(p, "tray.settings")
	w = p.form()
	s.typeInto(w, "window.settings.mart", "43")
	s.screenshot("paired")
	s.typeInto(w, "window.settings.code", s.code("43"))
	s.click(s.read(w, bold, s.translator.Text("window.settings.save"), formSize).Centre())
	second := p.until("the other mart", func(s ipc.Status) bool { return s.State == ipc.Connected && s.Mart == "43" })
	s.answerShop(p, s.translator.Text("window.card.mart", "Mart", "43"), "window.shop.yes")
	if second.PID != first.PID {
		t.Error("jumun was started again")
	}
	s.publish("42", "7001")
	s.publish("43", "7002")
	p.rings("7002")
	if got := p.until("an answer", func(ipc.Status) bool { return true }); waits("7001")(got) {
		t.Error("it rings for the mart that was set before")
	}
	s.read(p.popup(), bold, "7002", numberSize)
	p.confirm("7002")
}

// code returns a one-time code that pairs a PC with a mart.
func (s *shop) code(mart order.MartID) string {
	s.t.Helper()
	code, err := s.server.Code(s.ctx, mart)
	s.must(err)
	return code
}

// typeInto clicks into the field under a title and replaces its text.
func (s *shop) typeInto(w harness.Window, title, text string) {
	s.t.Helper()
	const below = 30 // pixels from a title to the middle of its field
	found := s.read(w, bold, s.translator.Text(title), formSize)
	field := image.Pt(found.Bounds.Min.X, found.Centre().Y+below)
	edge := image.Rect(-12, -12, -4, 12).Add(field) // lights up with the focus, and has no blinking cursor
	before := s.pixels(edge)
	s.click(field.Add(image.Pt(100, 0)))
	s.until("the field to have the focus", func() error {
		if bytes.Equal(s.pixels(edge), before) {
			return fmt.Errorf("its edge at %v looks the same", edge)
		}
		return nil
	})
	s.must(s.desktop.Screen.Press(s.ctx, "ctrl+a"))
	s.must(s.desktop.Screen.Type(s.ctx, text))
	s.read(w, regular, text, formSize)
}

func (s *shop) pixels(r image.Rectangle) []byte {
	s.t.Helper()
	shot, err := s.desktop.Screen.Screenshot()
	s.must(err)
	var all []byte
	for y := r.Min.Y; y < r.Max.Y; y++ {
		all = append(all, shot.Pix[shot.PixOffset(r.Min.X, y):shot.PixOffset(r.Max.X, y)]...)
	}
	return all
}

// form waits until the settings window has its final size, and so its final place: its last
// button can be read.
func (p *pc) form() harness.Window {
	p.shop.t.Helper()
	var w harness.Window
	p.shop.until("the whole settings window", func() error {
		w = p.window(p.shop.translator.Text("window.settings.title"))
		save, err := p.shop.find(w, bold, p.shop.translator.Text("window.settings.save"), formSize)
		if err == nil && save.Likeness < screen.Threshold {
			err = fmt.Errorf("its last button cannot be read, window at %v", w.Bounds)
		}
		return err
	})
	return w
}

// choose clicks an item in the tray's menu.
func (s *shop) choose(p *pc, label string, pairs ...any) {
	s.t.Helper()
	s.until("the tray", func() error {
		icon, err := p.Icon()
		if err != nil {
			return err
		}
		return icon.Choose(s.translator.Text(label, pairs...))
	})
}
