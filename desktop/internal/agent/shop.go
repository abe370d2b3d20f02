package agent

import (
	"context"
	"os"
	"time"

	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/settings"
)

// A shopQuestion is the question whether this PC was paired with the right shop. Its orders ring meanwhile: nobody
// may be there to answer.
type shopQuestion struct {
	asked  bool
	before settings.Settings // what comes back if it was not
}

// tokenTimeout is how long the removal of a token may hold up the end of jumun. The token was used just now, so
// the keychain is open.
const tokenTimeout = 5 * time.Second

// askShop asks about the shop with which this PC was paired just now.
func (a *Agent) askShop(before settings.Settings) {
	a.shop = shopQuestion{asked: true, before: before}
	if err := settings.Save(a.beforePath(), before); err != nil {
		a.Log.Warn("after a restart nobody will be asked whether this is the right shop", "err", err)
	}
	a.settingsNotice = ""
	a.ui.pending.settings = a.settingsView()
}

// beforePath returns the file that keeps the question over a restart.
func (a *Agent) beforePath() string { return a.SettingsPath + settings.Before }

// askShopAgain asks again what nobody answered before this agent started.
func (a *Agent) askShopAgain() {
	if _, err := os.Stat(a.beforePath()); err != nil {
		return
	}
	before, err := settings.Load(a.beforePath())
	if err != nil {
		a.Log.Warn("what this PC was paired with before cannot be read", "err", err)
	}
	a.shop = shopQuestion{asked: true, before: before}
	a.openSettings()
}

// endQuestion takes that the question was answered.
func (a *Agent) endQuestion() {
	a.shop = shopQuestion{}
	_ = os.Remove(a.beforePath()) // as a rule there is none; else it is asked once more
}

// shopText returns the name of the shop that the question is about; "" if there is no question.
func (a *Agent) shopText() string {
	if !a.shop.asked {
		return ""
	}
	return a.shopOf(a.settings)
}

// shopOf returns how people call the shop of s.
func (a *Agent) shopOf(s settings.Settings) string {
	if name := s.ShopName(); name != "" {
		return name
	}
	return a.Translator.Text("window.card.mart", "Mart", s.Mart)
}

// keepShop takes that the shop is right, or that nobody says that it is not.
func (a *Agent) keepShop() {
	if before := a.shop.before; a.shop.asked && (before.Server != a.settings.Server || before.Mart != a.settings.Mart) {
		a.removeToken(before)
	}
	if a.shop.asked && a.autostartNotice() != "" { // the question was shown in its place
		a.openSettings()
	}
	a.endQuestion()
}

// undoPairing takes back the pairing with the wrong shop. Its orders end here, and stay as they are at the server.
func (a *Agent) undoPairing() {
	if !a.shop.asked {
		return
	}
	wrong, before := a.settings, a.settings.Policy.Apply(a.shop.before)
	a.endQuestion()
	a.Log.Warn("a person says that this PC was paired with the wrong shop: the pairing is undone", "mart", wrong.Mart)
	if a.settingsNotice = a.Translator.Text("agent.pairing-undone"); before.Mart != "" {
		a.settingsNotice = a.Translator.Text("agent.pairing-undone-back", "Shop", a.shopOf(before))
	}
	if err := settings.Save(a.SettingsPath, before); err != nil {
		a.Log.Error("the settings of before were not stored", "err", err)
		a.settingsNotice = a.Translator.Text("agent.settings-not-saved", "Cause", err)
	}
	a.connection.stop() // what still came would be stored
	if before.Mart != wrong.Mart {
		a.orders.Forget(wrong.Mart)
	}
	a.setSettings(before)
	a.setAutostart(before.Login)
	a.reconnect()
	a.removeToken(wrong)
	a.ui.pending.settings = a.settingsView()
}

// removeToken removes the token of s, which no connection uses any more.
func (a *Agent) removeToken(s settings.Settings) {
	if s.Server == "" || s.Mart == "" {
		return
	}
	a.wait.Go(func() {
		ctx, cancel := context.WithTimeout(context.Background(), tokenTimeout)
		defer cancel()
		if err := a.Tokens.Delete(ctx, s.Server, s.Mart); err != nil {
			a.Log.Warn("a token that nobody uses any more was not removed", "mart", s.Mart, "err", err)
		}
	})
}

// knowsShop reports whether this PC is paired with the mart of s already.
func (a *Agent) knowsShop(s settings.Settings) bool {
	return a.paired() == string(s.Mart) && a.settings.Server == s.Server
}

// pairingDone applies s, with which this PC was paired.
func (a *Agent) pairingDone(old, s settings.Settings, known bool) {
	a.setSettings(s)
	a.setAutostart(s.Login)
	a.reconnect() // even to the same mart: the token is another one
	a.askShop(old)
	if known || !a.ui.settingsWanted { // the window was closed: nobody waits to be asked
		a.keepShop()
		a.ui.pending.settings = &ipc.SettingsView{Settings: s}
		a.closeSettings(a.ui.pending.settings)
		a.ui.pending.settings.Settings = s.WithoutSecrets()
	}
}
