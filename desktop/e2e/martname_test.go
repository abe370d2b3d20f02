//go:build linux

package e2e

import (
	"encoding/json"
	"testing"

	"jumun/desktop/internal/ipc"
	"jumun/shared/wire"
)

func TestTheShopsNameIsShownAndFollowsTheServer(t *testing.T) {
	s := openShop(t)
	p := s.newPC()
	s.must(s.pairAs(p, "강남점"))
	p.open()
	p.until("connected, by the name that pairing gave", func(s ipc.Status) bool { return s.State == ipc.Connected && s.MartName == "강남점" })
	p.tray(ipc.Connected, s.translator.Text("agent.connected-to", "Name", "강남점"))
	s.publish("42", "8801")
	p.rings("8801")
	s.read(p.popup(), regular, "강남점", martSize)
	s.screenshot("card")
	p.confirm("8801")
	s.choose(p, "tray.settings")
	s.read(p.form(), regular, s.translator.Text("window.settings.paired", "Mart", "강남점 (42)"), pairedSize)
	s.screenshot("settings")

	s.must(p.Agent.Stop())
	_, err := s.server.Admin(s.ctx, "pair", "--mart", "42", "--name", "역삼점")
	s.must(err)
	p.open()
	p.until("the new name", func(s ipc.Status) bool { return s.MartName == "역삼점" })
	p.tray(ipc.Connected, s.translator.Text("agent.connected-to", "Name", "역삼점"))
}

// pairAs pairs a PC with mart 42, which the code gives a name.
func (s *shop) pairAs(p *pc, name string) error {
	out, err := s.server.Admin(s.ctx, "pair", "--mart", "42", "--name", name, "--json")
	var code wire.PairingCode
	if err == nil {
		err = json.Unmarshal(out, &code)
	}
	if err == nil {
		_, err = p.Do(s.ctx, "pair", "--server", "http://"+s.server.Addr(), "--mart", "42", "--code", code.Code)
	}
	return err
}
