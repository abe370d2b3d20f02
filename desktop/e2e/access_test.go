//go:build linux

package e2e

import (
	"encoding/json"
	"testing"
	"time"

	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/settings"
	"jumun/shared/wire"
)

func TestARevokedPCSaysSoKeepsItsOrdersAndCanBePairedAgain(t *testing.T) {
	s := openShop(t)
	stolen, kept := s.connected("42"), s.connected("42")
	s.publish("42", "9001")
	stolen.rings("9001")
	kept.rings("9001")
	began := time.Now()
	_, err := s.server.Admin(s.ctx, "revoke", "--device", s.device(stolen))
	s.must(err)
	stolen.until("it is told", func(s ipc.Status) bool { return s.State == ipc.Refused && s.Reason == ipc.RefusedRevoked })
	t.Logf("it knew %v after the command began", time.Since(began).Round(time.Millisecond))
	stolen.tray(ipc.Refused, s.translator.Text("refused.revoked"))
	s.screenshot("revoked")

	s.publish("42", "9002")
	kept.rings("9002")
	got := stolen.until("an answer", func(ipc.Status) bool { return true })
	if !waits("9001")(got) || waits("9002")(got) {
		t.Errorf("orders wait: %+v, want 9001 alone", got.Waiting)
	}
	s.must(stolen.Pair(s.ctx, s.server, "42"))
	stolen.until("connected", func(s ipc.Status) bool { return s.State == ipc.Connected && s.Reason == "" })
	stolen.rings("9002")
	stolen.confirm("9001", "9002")
	kept.quiet()
}

// device returns the ID by which the server knows a PC.
func (s *shop) device(p *pc) (id string) {
	s.t.Helper()
	out, err := s.server.Admin(s.ctx, "devices", "--mart", "42", "--json")
	var list wire.Devices
	if s.must(err); json.Unmarshal(out, &list) != nil {
		s.t.Fatalf("jumun-server devices printed %q", out)
	}
	for _, d := range list.Devices {
		if d.Name == p.Name {
			id = d.ID
		}
	}
	if id == "" {
		s.t.Fatalf("no device is called %s: %+v", p.Name, list.Devices)
	}
	return id
}

func TestAPCThatWasNeverPairedSaysWhatToDo(t *testing.T) {
	s := openShop(t)
	p := s.newPC()
	chosen := settings.Default()
	chosen.Server, chosen.Mart = "http://"+s.server.Addr(), "42"
	s.must(p.Set(chosen))
	p.open()
	p.until("unpaired", func(s ipc.Status) bool { return s.State == ipc.Refused && s.Reason == ipc.RefusedUnpaired })
	p.tray(ipc.Refused, s.translator.Text("refused.unpaired"))
	if _, err := p.Do(s.ctx, "pair", "--server", "http://"+s.server.Addr(), "--mart", "42", "--code", "AAAA-AAAA"); err == nil {
		t.Error("a wrong code paired it")
	}
	s.must(p.Pair(s.ctx, s.server, "42"))
	p.until("connected", func(s ipc.Status) bool { return s.State == ipc.Connected })
}
