package agent

import (
	"slices"
	"strings"

	"jumun/desktop/pipe"
	"jumun/desktop/platform"
	"jumun/shared/order"
)

// notify shows cards by the system's notification while the window process cannot.
func (a *Agent) notify(cards []pipe.Card) {
	if a.screen.status.State != pipe.PartFailed {
		cards = nil
	}
	if slices.Equal(cards, a.notified) {
		return
	}
	a.notified = cards
	a.notifier.Show(a.noticeOf(cards))
}

func (a *Agent) noticeOf(cards []pipe.Card) platform.Notice {
	if len(cards) == 0 {
		return platform.Notice{}
	}
	return platform.Notice{
		Title:  a.Words.Say("agent.notice-title", "N", len(cards)),
		Body:   strings.Join(numbers(cards), ", "),
		Action: a.Words.Say("agent.notice-confirm"),
	}
}

// maxListed is how many order numbers a notification has room for.
const maxListed = 10

func numbers(cards []pipe.Card) []string {
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
	var ids []order.OrderID
	for _, c := range a.notified[:min(len(a.notified), maxListed)] {
		ids = append(ids, c.Order)
	}
	a.confirm(ids...)
}
