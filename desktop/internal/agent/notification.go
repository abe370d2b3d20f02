package agent

import (
	"strings"

	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/platform"
)

// maxListed is how many order numbers a notification has room for.
const maxListed = 10

// updateNotification shows the popup as a system notification while the ui process fails.
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

// notification returns the text of a popup; of an empty popup, the zero Notification.
func (a *Agent) notification(popup ipc.Popup) platform.Notification {
	cards := popup.Cards
	if len(cards) == 0 {
		return platform.Notification{Title: popup.Banner.Text, Body: popup.Banner.Do}
	}
	n := platform.Notification{Action: a.Translator.Text("agent.notice-confirm")}
	numbered, gap := splitCards(cards)
	if len(numbered) == 0 {
		n.Title, n.Body = a.Translator.Text("gap.title"), a.Translator.Text("gap.do")
		return n
	}
	n.Title, n.Body = a.Translator.Text("agent.notice-title", "N", len(numbered)+popup.More), strings.Join(numbers(numbered), ", ")
	if len(gap) > 0 {
		n.Body += "\n" + a.Translator.Text("gap.title") + ". " + a.Translator.Text("gap.do")
	}
	if b := popup.Banner; b.Text != "" {
		n.Body += "\n" + b.Text
	}
	return n
}

// splitCards separates the cards with a number from the card of a gap, if there is one.
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

// numbers returns the order numbers of the first maxListed cards.
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

// confirmNotified confirms everything that the notification names: it has one button.
func (a *Agent) confirmNotified() {
	numbered, gap := splitCards(a.shownNotification.Cards)
	a.confirm(keys(append(numbered[:min(len(numbered), maxListed)], gap...))...)
}
