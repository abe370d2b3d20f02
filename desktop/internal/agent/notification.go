package agent

import (
	"slices"
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
	tr := a.Translator.Text
	var lines []string
	orders := cardsOf(popup.Cards, ipc.CardOrder, ipc.CardTest)
	if len(orders) > 0 {
		lines = append(lines, tr("agent.notice-title", "N", len(orders)+popup.More), strings.Join(numbers(orders), ", "))
	}
	if cancelled := cardsOf(popup.Cards, ipc.CardCancelled); len(cancelled) > 0 {
		lines = append(lines, tr("agent.cancelled", "N", len(cancelled)), strings.Join(numbers(cancelled), ", "))
	}
	if len(cardsOf(popup.Cards, ipc.CardUnreadable)) > 0 {
		lines = append(lines, tr("unreadable.title"), tr("unreadable.do"))
	}
	if len(cardsOf(popup.Cards, ipc.CardGap)) > 0 {
		lines = append(lines, tr("gap.title"), tr("gap.do"))
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
	cards := a.shownNotification.Cards
	named := cardsOf(cards, ipc.CardGap, ipc.CardUnreadable)
	for _, kinds := range [][]string{{ipc.CardOrder, ipc.CardTest}, {ipc.CardCancelled}} {
		list := cardsOf(cards, kinds...)
		named = append(named, list[:min(len(list), maxListed)]...)
	}
	a.confirm(keys(named)...)
}
