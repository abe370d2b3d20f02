//go:build linux

package e2e

import (
	"image"
	"testing"

	"jumun/desktop/internal/ipc"
)

func TestTheTrayEndsJumunOnlyAfterAQuestion(t *testing.T) {
	s := openShop(t)
	p := s.connected("42")
	text := s.translator.Text
	choose := func() {
		t.Helper()
		icon, err := p.Icon()
		s.must(err)
		s.must(icon.Choose(text("tray.quit")))
	}
	choose()
	w := p.window(text("window.pin.title"))
	s.read(w, bold, text("window.quit.sure"), formSize)
	s.screenshot("quit")
	cancel := s.read(w, bold, text("window.settings.cancel"), formSize).Centre()
	s.click(cancel)
	s.closes(w)
	p.until("it to run on", func(s ipc.Status) bool { return s.State == ipc.Connected })
	choose()
	w = p.window(text("window.pin.title"))
	cancel = s.read(w, bold, text("window.settings.cancel"), formSize).Centre()
	s.click(image.Pt(w.Bounds.Min.X+w.Bounds.Max.X-cancel.X, cancel.Y)) // the button beside it
	<-p.Agent.Done()
	s.must(p.Agent.Err())
}
