//go:build linux

package e2e

import (
	"encoding/json"
	"fmt"
	"testing"

	"jumun/desktop/e2e/harness/screen"
	"jumun/desktop/internal/ipc"
)

const shopSize = 36 // of the name that a person is asked about

func TestALinkPairsANewPCOnceAPersonHasSaidYes(t *testing.T) {
	s := openShop(t)
	p := s.newPC()
	agent, err := p.Start(s.desktop.jumun, s.link("강남점"))
	s.must(err)
	p.Agent = agent
	t.Cleanup(func() {
		if err := agent.Stop(); err != nil {
			t.Error(err)
		}
	})
	s.savesLink(p, "first")
	s.publish("42", "9901")
	p.rings("9901")
	s.answerShop(p, "강남점", "window.shop.no")
	p.until("silent, and not paired", func(s ipc.Status) bool {
		return s.State == ipc.NotSet && s.Mart == "" && s.Orders == 0 && s.Player.State == ipc.ChildIdle
	})
	s.read(p.form(), regular, s.translator.Text("agent.pairing-undone"), formSize)
	s.screenshot("undone")

	_, err = p.Do(s.ctx, s.link("강남점"))
	s.must(err)
	s.savesLink(p, "again")
	s.answerShop(p, "강남점", "window.shop.yes")
	p.until("ringing for what nobody has confirmed", func(s ipc.Status) bool {
		return s.State == ipc.Connected && s.MartName == "강남점" && waits("9901")(s)
	})
	p.confirm("9901")
}

// link returns a pairing link for mart 42.
func (s *shop) link(name string) string {
	s.t.Helper()
	out, err := s.server.Admin(s.ctx, "pair", "--mart", "42", "--name", name, "--public-url", "http://"+s.server.Addr(), "--json")
	s.must(err)
	var answer struct{ Link string }
	s.must(json.Unmarshal(out, &answer))
	return answer.Link
}

// savesLink looks at the settings that a link has filled in, and saves them: nothing has been before.
func (s *shop) savesLink(p *pc, name string) {
	s.t.Helper()
	w := p.form()
	s.read(w, regular, "http://"+s.server.Addr(), formSize)
	s.screenshot(name)
	p.until("not paired", func(s ipc.Status) bool { return s.State == ipc.NotSet && s.Mart == "" })
	s.must(s.desktop.Screen.Press(s.ctx, "Return"))
	p.until("paired", func(s ipc.Status) bool { return s.State == ipc.Connected && s.Mart == "42" })
}

// answerShop waits for the question about a shop, and answers it by the button with this text.
func (s *shop) answerShop(p *pc, name, answer string) {
	s.t.Helper()
	w := p.window(s.translator.Text("window.settings.title"))
	s.until("the question about "+name, func() error {
		found, err := s.find(w, bold, name, shopSize)
		if err == nil && found.Likeness < screen.Threshold {
			err = fmt.Errorf("it cannot be read: %v", found)
		}
		return err
	})
	s.screenshot("shop")
	s.click(s.read(w, bold, s.translator.Text(answer), formSize).Centre())
}
