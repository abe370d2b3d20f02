package agent

import (
	"slices"
	"strings"
	"time"

	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/platform"
)

// maxListed is how many order numbers a notification has room for.
const maxListed = 10

// maxNotified is how many notifications are remembered: a press of the button may come after the next
// one was shown.
const maxNotified = 16

// notified is what the system's notification shows, and what the last ones named.
type notified struct {
	popup ipc.Popup
	n     int               // of the last notification
	named map[int][]ipc.Key // by the number of the notification
}

// updateNotification shows the popup as a system notification while the ui process fails.
func (a *Agent) updateNotification(popup ipc.Popup) {
	popup = a.withoutWindow(popup)
	if samePopup(popup, a.notified.popup) {
		return
	}
	a.notified.show(popup)
	n := a.notification(popup)
	if n != (platform.Notification{}) {
		n.N = a.notified.n
	}
	if !a.tray.Notify(n.Title, n.Body) {
		a.notifier.Show(n)
	}
}

// withoutWindow returns what the notification says in place of the windows: nothing while they work.
func (a *Agent) withoutWindow(popup ipc.Popup) ipc.Popup {
	switch failed := a.ui.status.State == ipc.ChildFailed; {
	case !failed:
		return ipc.Popup{}
	case a.settings.PIN == "" && time.Now().Before(a.pin.quitAsked.Add(quitTime)):
		popup.Banner = ipc.Banner{Text: a.Translator.Text("window.quit.sure"), Do: a.Translator.Text("agent.quit-again")}
	case len(popup.Cards) == 0 && popup.Banner == (ipc.Banner{}) && (a.ui.settingsWanted || a.ui.historyWanted):
		popup.Banner = ipc.Banner{Text: a.Translator.Text("agent.no-window"), Do: a.Translator.Text("window.no-screen")}
	}
	return popup
}

func (n *notified) show(popup ipc.Popup) {
	if n.named == nil {
		n.named = map[int][]ipc.Key{}
	}
	n.popup = popup
	n.n++
	n.named[n.n] = named(popup.Cards)
	delete(n.named, n.n-maxNotified)
}

// notification returns the text of a popup; of an empty popup, the zero Notification.
func (a *Agent) notification(popup ipc.Popup) platform.Notification {
	tr := a.Translator.Text
	var lines []string
	orders := cardsOf(popup.Cards, ipc.CardOrder, ipc.CardTest)
	if len(orders) > 0 {
		lines = append(lines, tr("agent.notice-title", "N", len(orders)+popup.More), a.numbers(orders, popup.More))
	}
	if cancelled := cardsOf(popup.Cards, ipc.CardCancelled); len(cancelled) > 0 {
		lines = append(lines, tr("agent.cancelled", "N", len(cancelled)), a.numbers(cancelled, 0))
	}
	for _, c := range cardsOf(popup.Cards, ipc.CardOld) {
		lines = append(lines, tr("old.title", "N", c.N), tr("old.do"))
	}
	if len(cardsOf(popup.Cards, ipc.CardUnreadable)) > 0 {
		lines = append(lines, tr("unreadable.title"), tr("unreadable.do"))
	}
	if len(cardsOf(popup.Cards, ipc.CardGap)) > 0 {
		lines = append(lines, tr("gap.title"), tr("gap.do"))
	}
	if len(cardsOf(popup.Cards, ipc.CardOffice)) > 0 {
		lines = append(lines, tr("window.card.test"), tr("office.text"))
	}
	if len(lines) == 0 {
		return platform.Notification{Title: popup.Banner.Text, Body: popup.Banner.Do}
	}
	if popup.Banner.Text != "" {
		lines = append(lines, popup.Banner.Text)
	}
	return platform.Notification{Action: tr("agent.notice-confirm"), Title: lines[0], Body: strings.Join(lines[1:], "\n")}
}

// cardsOf returns the cards of these kinds.
func cardsOf(cards []ipc.Card, kinds ...string) (list []ipc.Card) {
	for _, c := range cards {
		if slices.Contains(kinds, c.Kind) {
			list = append(list, c)
		}
	}
	return list
}

// numbers returns the order numbers of the cards that are listed, newest first: systems cut a long text,
// and the order that has just rung must be in it. It says how many it leaves out, with those that have
// no card.
func (a *Agent) numbers(cards []ipc.Card, more int) string {
	var list []string
	for _, c := range slices.Backward(listed(cards)) {
		list = append(list, string(c.Order))
	}
	if more += len(cards) - len(list); more > 0 {
		list = append(list, a.Translator.Text("window.more", "N", more))
	}
	return strings.Join(list, ", ")
}

// listed returns the newest cards that a notification has room for.
func listed(cards []ipc.Card) []ipc.Card { return cards[max(0, len(cards)-maxListed):] }

// named returns the cards that a notification names.
func named(cards []ipc.Card) []ipc.Key {
	list := cardsOf(cards, ipc.CardGap, ipc.CardUnreadable, ipc.CardOld, ipc.CardOffice)
	for _, kinds := range [][]string{{ipc.CardOrder, ipc.CardTest}, {ipc.CardCancelled}} {
		list = append(list, listed(cardsOf(cards, kinds...))...)
	}
	return keys(list)
}

// confirmNotified confirms everything that the notification with this number names: it has one button.
func (a *Agent) confirmNotified(n int) {
	if list := a.notified.named[n]; len(list) > 0 {
		a.confirm(list...)
	}
}
