package agent

import (
	"strings"

	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/platform"
)

// notify shows by the system's notification what the window process cannot.
func (a *Agent) updateNotification(popup ipc.Popup) {
	if a.ui.status.State != ipc.ChildFailed {
		popup = ipc.Popup{}
	}
	if samePopup(popup, a.shownNotification) {
		return
	}
	a.shownNotification = popup
	a.notifier.Show(a.notification(popup))
}

func (a *Agent) notification(popup ipc.Popup) platform.Notification {
	cards := popup.Cards
	if len(cards) == 0 {
		return platform.Notification{Title: popup.Banner.Text, Body: popup.Banner.Do}
	}
	n := platform.Notification{Action: a.Translator.Text("agent.notice-confirm")}
	orders, gap := splitCards(cards)
	if len(orders) == 0 {
		n.Title, n.Body = a.Translator.Text("gap.title"), a.Translator.Text("gap.do")
		return n
	}
	n.Title, n.Body = a.Translator.Text("agent.notice-title", "N", len(orders)+popup.More), strings.Join(numbers(orders), ", ")
	if len(gap) > 0 {
		n.Body += "\n" + a.Translator.Text("gap.title") + ". " + a.Translator.Text("gap.do")
	}
	if b := popup.Banner; b.Text != "" {
		n.Body += "\n" + b.Text
	}
	return n
}

// part keeps the cards that have a number apart from that of a gap, if there is one.
func splitCards(cards []ipc.Card) (numbered, gap []ipc.Card) {
	for _, c := range cards {
		if c.Kind == ipc.CardGap {
			gap = append(gap, c)
		} else {
			numbered = append(numbered, c)
		}
	}
	return numbered, gap
}

// maxListed is how many order numbers a notification has room for.
const maxListed = 10

func numbers(cards []ipc.Card) []string {
	var list []string
	for i, c := range cards {
		if i == maxListed {
			return append(list, "…")
		}
		list = append(list, string(c.Order))
	}
	return list
}

// confirmNotified confirms all that the notification names: it has one button.
func (a *Agent) confirmNotified() {
	numbered, gap := splitCards(a.shownNotification.Cards)
	a.confirm(keys(append(numbered[:min(len(numbered), maxListed)], gap...))...)
}

func keys(cards []ipc.Card) []ipc.Key {
	list := make([]ipc.Key, len(cards))
	for i, c := range cards {
		list[i] = c.Key
	}
	return list
}
