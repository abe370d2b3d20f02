package agent

import (
	"errors"
	"os"
	"testing"
	"time"

	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/settings"
)

// pairs pairs a with mart 42 in the settings window, whose process is never ready, and returns what it shows then.
func (s *server) pairs(t *testing.T, a *Agent, name string) ipc.SettingsView {
	t.Helper()
	s.allows("ABCDEFGH")
	s.mu.Lock()
	s.martName = name
	s.mu.Unlock()
	a.onLoop(func() {
		a.ui.pending.settings = nil // the answer to an earlier one
		a.openSettings()
		a.handleSave(ipc.Save{Settings: s.settings(), Code: "ABCDEFGH"})
	})
	return a.answered(t)
}

func TestAfterAPairingTheShopIsAskedAboutAndItsOrdersRingMeanwhile(t *testing.T) {
	for name, shown := range map[string]string{"강남점": "강남점", "": "매장 42"} {
		server := openServer(t)
		a := running(t, "plays", "")
		a.onLoop(func() { a.setLanguage("ko") })
		if v := server.pairs(t, a, name); v.Shop != shown || v.Saved || v.Settings.PIN != "" {
			t.Errorf("the window shows %+v", v)
		}
		until(t, a, "connected", connectedTo("42"))
		server.place(1001)
		until(t, a, "ringing", func(s ipc.Status) bool { return waiting("1001")(s) && s.Player.State == ipc.ChildRunning })
		a.onLoop(func() {
			if v := a.settingsView(); v.Shop != shown {
				t.Errorf("another window process shows %+v", v)
			}
			a.ui.handle(a.ui.process, ipc.FromUI{SettingsClosed: true})
			if v := a.settingsView(); v.Shop != "" || v.Paired != "42" {
				t.Errorf("after the answer the window shows %+v", v)
			}
			a.undoPairing() // a click that comes too late
		})
		until(t, a, "as before", func(s ipc.Status) bool { return connectedTo("42")(s) && waiting("1001")(s) })
	}
}

func TestTheShopIsAskedAboutAgainAfterARestart(t *testing.T) {
	a := guarded(t, "")
	before := whole(settings.Settings{Server: "https://host", Mart: "41", Volume: 0.3})
	a.askShop(before)
	b := guarded(t, "")
	b.SettingsPath = a.SettingsPath
	b.askShopAgain()
	if !b.shop.asked || b.shop.before != before || !b.ui.settingsWanted {
		t.Errorf("asks %+v", b.shop)
	}
	b.shop.before = b.settings // whose token stays
	b.keepShop()
	if a.askShopAgain(); a.shop.before != before || b.shop.asked { // a's question is still its own
		t.Errorf("asks %+v", a.shop)
	}
	if _, err := os.Stat(a.beforePath()); !os.IsNotExist(err) {
		t.Errorf("after the answer: %v", err)
	}
}

func TestThePairingWithTheWrongShopIsUndone(t *testing.T) {
	server := openServer(t)
	server.mu.Lock()
	server.good["of 41"] = true
	server.mu.Unlock()
	tests := []struct {
		name   string
		before settings.Settings
		back   func(ipc.Status) bool
		says   string
	}{
		{"of a new PC", settings.Default(), func(s ipc.Status) bool { return s.State == ipc.NotSet && s.Mart == "" }, "agent.pairing-undone"},
		{"of a PC of another shop", whole(settings.Settings{Server: server.URL, Mart: "41", Volume: 0.3}), connectedTo("41"), "agent.pairing-undone-back"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := running(t, "plays", "")
			m := a.memory()
			m.empty()
			m.set(func() { m.tokens[server.URL+" 41"] = "of 41" })
			a.onLoop(func() { a.applySettings(tt.before) })
			until(t, a, "as before", tt.back)
			server.pairs(t, a, "강남점")
			until(t, a, "connected", connectedTo("42"))
			server.place(1001)
			server.place(1002)
			until(t, a, "ringing", func(s ipc.Status) bool { return s.Orders == 2 && s.Player.State == ipc.ChildRunning })
			a.onLoop(func() {
				a.orders.Confirm(orderKey(a.waiting[0].Key), "", time.Now()) // not sent yet
				a.handleRequest(ipc.FromUI{WrongShop: true})
				if v := a.ui.pending.settings; v.Shop != "" || v.Saved || v.Notice != a.Translator.Text(tt.says, "Shop", a.Translator.Text("window.card.mart", "Mart", "41")) || v.Settings != tt.before {
					t.Errorf("the window shows %+v", v)
				}
			})
			until(t, a, "silent", func(s ipc.Status) bool { return tt.back(s) && s.Orders == 0 && s.Player.State == ipc.ChildIdle })
			if stored, err := settings.Load(a.SettingsPath); err != nil || stored != tt.before {
				t.Errorf("stored %+v, %v", stored, err)
			}
			until(t, a, "the token to be removed", func(ipc.Status) bool {
				_, err := m.Token(t.Context(), server.URL, "42")
				return errors.Is(err, settings.ErrNoToken)
			})
			if token, err := m.Token(t.Context(), server.URL, "41"); token != "of 41" {
				t.Errorf("the token of before is %q, %v", token, err)
			}
			if len(a.orders.Unsent("42")) > 0 || len(server.acks) > 0 || a.orders.Find(ipc.Query{Limit: 9}).Total > 0 {
				t.Error("the orders of the wrong shop are confirmed, or kept")
			}
		})
	}
}

func TestThePairingWithTheSameShopIsNotAskedAbout(t *testing.T) {
	server := openServer(t)
	a := server.connectedBy(t, t.TempDir(), "plays", "")
	if v := server.pairs(t, a, "강남점"); !v.Saved || v.Shop != "" {
		t.Errorf("the window shows %+v", v)
	}
	until(t, a, "connected", connectedTo("42"))
}

func TestTheTokenOfTheShopBeforeGoesWithTheQuestion(t *testing.T) {
	server := openServer(t)
	for name, answer := range map[string]func(*Agent){
		"yes":     func(a *Agent) { a.onLoop(func() { a.ui.handle(a.ui.process, ipc.FromUI{SettingsClosed: true}) }) },
		"nothing": func(a *Agent) { a.stop() },
	} {
		a := running(t, "plays", "")
		m := a.memory()
		m.set(func() { m.tokens[server.URL+" 41"] = "of 41" })
		a.onLoop(func() { a.saved(whole(settings.Settings{Server: server.URL, Mart: "41", Volume: 0.3})) })
		server.pairs(t, a, "강남점")
		if token, _ := m.Token(t.Context(), server.URL, "41"); token != "of 41" {
			t.Errorf("%s: before the answer the token is %q", name, token)
		}
		answer(a)
		removed := func(ipc.Status) bool { m.mu.Lock(); defer m.mu.Unlock(); return m.tokens[server.URL+" 41"] == "" }
		if name == "nothing" {
			if !removed(ipc.Status{}) {
				t.Errorf("%s: the token is still there", name)
			}
			continue
		}
		until(t, a, "the token to be removed", removed)
	}
}
