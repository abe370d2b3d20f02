//go:build linux

package e2e

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/settings"
	"jumun/shared/wire"
)

// enrolmentKey makes a key for mart 42.
func (s *shop) enrolmentKey(uses string) (key wire.EnrolmentKey) {
	s.t.Helper()
	out, err := s.server.Admin(s.ctx, "enrol", "--mart", "42", "--name", "강남점", "--uses", uses, "--json")
	if s.must(err); json.Unmarshal(out, &key) != nil {
		s.t.Fatalf("jumun-server enrol printed %q", out)
	}
	return key
}

// image returns a PC that was set up from an image with the server and this key, and without a mart.
func (s *shop) image(key string) *pc {
	s.t.Helper()
	p := s.newPC()
	chosen := settings.Default()
	chosen.Server, chosen.Enrol, chosen.Device = "http://"+s.server.Addr(), key, p.Name
	s.must(p.Set(chosen))
	return p
}

func TestTwoPCsOfARollOutRingByOneKeyAndAStolenOneDoesNotComeBackByIt(t *testing.T) {
	s := openShop(t)
	key := s.enrolmentKey("3")
	one, two := s.image(key.Key), s.image("")
	two.Env = append(two.Env, "JUMUN_ENROL="+key.Key) // as of a policy
	one.open()
	two.open()
	isConnected := func(st ipc.Status) bool { return st.State == ipc.Connected && st.Mart == "42" }
	one.until("connected", isConnected)
	two.until("connected", isConnected)
	s.publish("42", "1001")
	one.rings("1001")
	two.rings("1001")
	one.confirm("1001")
	two.quiet()
	if raw, err := os.ReadFile(one.SettingsPath()); err != nil || strings.Contains(string(raw), key.Key) {
		t.Errorf("the settings have the key: %s, %v", raw, err)
	}

	_, err := s.server.Admin(s.ctx, "revoke", "--device", s.device(two))
	s.must(err)
	two.until("revoked", func(s ipc.Status) bool { return s.State == ipc.Refused && s.Reason == ipc.RefusedRevoked })
	// A thief removes the token and the mart from the PC that he has stolen.
	s.must(os.Remove(filepath.Join(filepath.Dir(two.SettingsPath()), "tokens.json")))
	chosen := settings.Default()
	chosen.Server, chosen.Device = "http://"+s.server.Addr(), two.Name
	s.must(two.Set(chosen))
	_, err = two.Do(s.ctx, "quit")
	s.must(err)
	<-two.Agent.Done()
	two.open()
	two.until("refused", func(s ipc.Status) bool { return s.State == ipc.Refused && s.Reason == ipc.RefusedEnrol })
	two.tray(ipc.Refused, s.translator.Text("refused.enrol"))
	s.screenshot("refused")
	out, err := s.server.Admin(s.ctx, "enrol", "--list")
	if s.must(err); !strings.Contains(string(out), "2 of 3") || !strings.Contains(string(out), wire.EnrolDevice) {
		t.Errorf("the list:\n%s", out)
	}
	s.publish("42", "1002")
	one.rings("1002")
	one.confirm("1002")
}
