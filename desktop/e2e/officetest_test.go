//go:build linux

package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"testing"

	"jumun/desktop/e2e/harness"
	"jumun/desktop/internal/ipc"
	"jumun/shared/wire"
)

// An office is an administrator of mart 42 at one server.
type office struct {
	shop   *shop
	server *harness.Server
	token  string
}

func (s *shop) office() office {
	s.t.Helper()
	token, err := s.desktop.Token(s.ctx, s.desktop.server, wire.RoleAdmin, "42", "본사")
	s.must(err)
	return office{s, s.server, token}
}

// ask sends a request, and reads the answer into found.
func (o office) ask(method, path string, found any) error {
	req, err := http.NewRequestWithContext(o.shop.ctx, method, "http://"+o.server.Addr()+path, nil)
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+o.token)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode >= 300 {
		return fmt.Errorf("%s: %s", path, res.Status)
	}
	return json.NewDecoder(res.Body).Decode(found)
}

// test sends a test alarm, and returns the path of what became of it.
func (o office) test() (path string) {
	o.shop.t.Helper()
	var sent wire.TestSent
	o.shop.must(o.ask(http.MethodPost, wire.MartAdminPath("42")+"/tests", &sent))
	return wire.MartAdminPath("42") + "/tests/" + string(sent.ID)
}

// wants waits until a PC has told that of a test alarm. An administrator may ask once a second in the long run.
func (o office) wants(path string, p *pc, want wire.TestAnswer) {
	o.shop.t.Helper()
	o.shop.until("the answer", func() error {
		var found wire.TestResult
		if err := o.ask(http.MethodGet, path, &found); err != nil {
			return err
		}
		for _, d := range found.Devices {
			if d.Name == p.Name && d.Connected && !d.AnsweredAt.IsZero() && reflect.DeepEqual(d.TestAnswer, want) {
				return nil
			}
		}
		return fmt.Errorf("the devices told %+v", found.Devices)
	})
}

func TestTheHeadOfficeHearsOfAPCAtAnotherServerThatItsTestWasHeard(t *testing.T) {
	s := openShop(t)
	redis := "redis://" + s.redis.Addr()
	other, err := s.desktop.OpenServer(s.ctx, s.desktop.server, 0, redis, "--redis", redis)
	s.must(err)
	t.Cleanup(func() {
		if err := other.Stop(); err != nil {
			t.Error(err)
		}
	})
	p := s.newPC()
	s.must(p.Pair(s.ctx, other, "42"))
	p.open()
	p.until("connected", func(s ipc.Status) bool { return s.State == ipc.Connected })
	head := s.office()
	test := head.test()
	head.wants(test, p, wire.TestAnswer{Sounded: true, Shown: true})
	s.screenshot("office")
	if plays := p.plays(); len(plays) != 1 || plays[0].Sound != "order" {
		t.Errorf("heard %+v", plays)
	}
	card := p.popup()
	s.read(card, bold, s.translator.Text("window.card.test"), titleSize)
	s.click(s.read(card, bold, s.translator.Text("office.heard"), buttonSize).Centre())
	head.wants(test, p, wire.TestAnswer{Sounded: true, Shown: true, Heard: true})
	s.closes(card)
	p.until("no order", func(s ipc.Status) bool { return s.Orders == 0 && len(s.Waiting) == 0 && s.Player.Count == 1 })
}

func TestAMutedPCTellsTheHeadOfficeThatItsTestWasNotHeard(t *testing.T) {
	s := openShop(t)
	p := s.newPC()
	server := s.playThroughServer(p)
	server.control("set-sink-mute", "till", "1")
	s.must(p.Pair(s.ctx, s.server, "42"))
	p.open()
	p.until("connected", func(s ipc.Status) bool { return s.State == ipc.Connected })
	head := s.office()
	head.wants(head.test(), p, wire.TestAnswer{Shown: true, Problems: []string{wire.PresenceSpeaker}})
	s.publish("42", "1001")
	p.until("the order to be shown", waits("1001"))
}
