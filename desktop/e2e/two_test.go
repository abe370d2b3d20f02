//go:build linux

package e2e

import (
	"testing"

	"jumun/assets/icons"
	"jumun/desktop/internal/ipc"
	"jumun/shared/order"
)

func TestOneConfirmationSilencesEveryPCOfTheMart(t *testing.T) {
	s := openShop(t)
	counter, kitchen := s.connected("42"), s.connected("42")
	s.publish("42", "8001")
	counter.rings("8001")
	kitchen.rings("8001")
	last := kitchen.popup()
	counter.confirm("8001")
	kitchen.quiet()
	s.closes(last)
	kitchen.tray(ipc.Connected, s.translator.Text("agent.connected", "Mart", "42"))
	if _, err := kitchen.Do(s.ctx, "ack", "8001"); err == nil {
		t.Error("it could be confirmed once more")
	}

	s.publish("42", "8002")
	kitchen.rings("8002")
	s.server.Kill()
	kitchen.confirm("8002") // offline: silent here at once, and sent when there is a server
	counter.until("the order to wait still", waits("8002"))
	s.must(s.server.Open(s.ctx))
	counter.quiet()
}

func TestOrdersThatMayBeMissingAreToldUntilAPersonCloses(t *testing.T) {
	s := openShop(t)
	p := s.connected("42")
	s.publish("42", "8101")
	p.rings("8101")
	p.confirm("8101")
	s.must(p.Agent.Stop())
	out, err := s.redis.CLI(s.ctx, "DEL", "jumun:{42}:log") // with all entries that came meanwhile
	if s.must(err); out != "1\n" {
		t.Fatalf("the log was not there: %q", out)
	}
	p.open()
	p.until("the gap to be told", func(s ipc.Status) bool { return s.State == ipc.Connected && s.Gap && s.Player.Count == 1 })
	p.tray(icons.Attention, s.translator.Text("gap.title"))
	s.read(p.popup(), bold, s.translator.Text("gap.title"), titleSize)
	s.read(p.popup(), bold, s.translator.Text("gap.do"), sentenceSize)
	s.publish("42", "8102")
	p.rings("8102")
	s.read(p.popup(), bold, "8102", numberSize)
	s.screenshot("gap")
	s.must(p.Agent.Stop())
	p.open()
	p.rings("8102")
	p.closeGap("8102")
	p.confirm("8102")
	s.must(p.Agent.Stop())
	p.open()
	p.until("no gap", func(s ipc.Status) bool {
		return s.State == ipc.Connected && !s.Gap && len(s.Waiting) == 0 && s.UI.Count == 0
	})
}

// closeGap clicks the button of the gap's card, which is above the card of the one order.
func (p *pc) closeGap(number order.OrderID) {
	p.shop.t.Helper()
	card := p.popup()
	card.Bounds.Max.Y = p.shop.read(card, bold, string(number), numberSize).Bounds.Min.Y
	p.shop.click(p.shop.read(card, bold, p.shop.translator.Text("window.card.confirm"), buttonSize).Centre())
	p.until("the gap to be closed, and nothing else", func(s ipc.Status) bool { return !s.Gap && waits(number)(s) })
}
