package agent

import (
	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/settings"
	"jumun/shared/order"
)

// nameMarts adds the name of the mart to the cards of which it is known.
func (a *Agent) nameMarts(cards []ipc.Card) {
	for i := range cards {
		cards[i].MartName = a.martName(cards[i].Mart)
	}
}

// martName returns the name of a mart, or "" if it is not known.
func (a *Agent) martName(mart order.MartID) string {
	if mart != a.settings.MartName.Mart {
		return ""
	}
	return a.settings.MartName.Name
}

// martNamed takes what the server calls the mart of s.
func (a *Agent) martNamed(s settings.Settings, name string) {
	given := settings.MartName{Mart: s.Mart, Name: name}
	if name == "" || given == a.settings.MartName {
		return
	}
	a.Log.Info("the server calls the mart by another name", "mart", s.Mart, "name", name)
	a.settings.MartName = given
	a.ordersChanged()
	if err := settings.Save(a.SettingsPath, a.settings); err != nil { // it is asked for again
		a.Log.Warn("the name of the mart was not stored", "err", err)
	}
}
