//go:build linux

package e2e

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"jumun/desktop/internal/i18n"
	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/orders"
	"jumun/desktop/internal/settings"
	"jumun/shared/order"
)

// inBothLanguages runs a test on a paired PC of mart 42 on which jumun does not run yet.
func inBothLanguages(t *testing.T, test func(t *testing.T, s *shop, p *pc)) {
	for _, language := range []string{"ko", "en"} {
		t.Run(language, func(t *testing.T) {
			s := openShop(t)
			var err error
			s.translator, err = i18n.New(language)
			s.must(err)
			p := s.newPC()
			s.must(p.Pair(s.ctx, s.server, "42"))
			chosen, err := settings.Load(p.SettingsPath())
			s.must(err)
			chosen.Language = language
			s.must(p.Set(chosen))
			test(t, s, p)
		})
	}
}

func TestAChangeOfTheMartIsAskedAboutOnTheScreen(t *testing.T) {
	inBothLanguages(t, func(t *testing.T, s *shop, p *pc) {
		p.open()
		p.until("connected", func(s ipc.Status) bool { return s.State == ipc.Connected })
		s.publish("42", "7101")
		p.rings("7101")
		s.choose(p, "tray.settings")
		w := p.form()
		s.typeInto(w, "window.settings.mart", "43")
		s.click(s.read(w, bold, s.translator.Text("window.settings.save"), formSize).Centre())
		s.read(w, regular, firstWords(s.translator.Text("agent.move-asks", "Shop", s.translator.Text("window.card.mart", "Mart", "42"), "N", 1)), formSize)
		s.screenshot("asked")
		p.until("still ringing at 42", func(s ipc.Status) bool { return s.Mart == "42" && s.Orders == 1 })
		s.until("the answer to be taken", func() error {
			s.click(s.read(p.form(), bold, s.translator.Text("window.settings.save"), formSize).Centre()) // the question has moved it
			if now, err := p.Status(s.ctx); err != nil || now.Mart != "43" {
				return fmt.Errorf("the mart is %s, %v", now.Mart, err)
			}
			return nil
		})
		p.until("silence", func(s ipc.Status) bool { return s.Orders == 0 && s.Player.State == ipc.ChildIdle })
		s.choose(p, "tray.history")
		history := p.window(s.translator.Text("window.history.title"))
		s.read(history, regular, "7101", formSize)
		s.read(history, regular, s.translator.Text("history.left"), formSize)
		s.screenshot("history")
	})
}

func TestOrdersThatWaitForTooLongAreOneCardOnTheScreen(t *testing.T) {
	inBothLanguages(t, func(t *testing.T, s *shop, p *pc) {
		store, err := orders.Open(filepath.Join(filepath.Dir(p.SettingsPath()), "orders.log"), time.Now())
		s.must(err)
		for n := range 12 {
			store.Take(order.Event{Mart: "42", Order: order.OrderID(fmt.Sprint(7200 + n)), Kind: order.Placed, At: time.Now().Add(-orders.Old - time.Hour)}) // without an ID: the server has none of them
		}
		s.must(store.Close())
		p.open()
		p.until("ringing", func(s ipc.Status) bool { return s.Old == 12 && s.Player.State == ipc.ChildRunning })
		s.read(p.popup(), bold, s.translator.Text("old.title", "N", 12), titleSize)
		s.screenshot("old")
		p.until("heard", func(s ipc.Status) bool { return s.Player.Count > 0 }) // a card that has just come takes no click
		s.click(s.read(p.popup(), bold, s.translator.Text("window.card.confirm"), buttonSize).Centre())
		p.until("silence", func(s ipc.Status) bool { return s.Orders == 0 && s.Player.State == ipc.ChildIdle })
	})
}

func TestASettingsFileWithASlipIsUsedAndTheFieldIsNamedOnTheScreen(t *testing.T) {
	inBothLanguages(t, func(t *testing.T, s *shop, p *pc) {
		s.must(p.SetRaw(fmt.Appendf(nil, "\ufeff{\"server\":\"http://%s\",\"mart\":42 \"language\":%q,\"volume\":8,}", s.server.Addr(), s.translator.Language)))
		p.open()
		p.until("connected", func(s ipc.Status) bool { return s.State == ipc.Connected && s.Mart == "42" })
		s.read(p.form(), regular, firstWords(s.translator.Text("agent.settings-fields")), formSize)
		s.screenshot("slip")
	})
}
