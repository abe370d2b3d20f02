package agent

import (
	"slices"
	"strings"

	"jumun/desktop/pipe"
	"jumun/desktop/platform"
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
	n := platform.Notice{Action: a.Words.Say("agent.notice-confirm")}
	orders, gap := part(cards)
	if len(orders) == 0 {
		n.Title, n.Body = a.Words.Say("gap.title"), a.Words.Say("gap.do")
		return n
	}
	n.Title, n.Body = a.Words.Say("agent.notice-title", "N", len(orders)), strings.Join(numbers(orders), ", ")
	if len(gap) > 0 {
		n.Body += "\n" + a.Words.Say("gap.title") + ". " + a.Words.Say("gap.do")
	}
	return n
}

// part keeps the cards that have a number apart from that of a gap, if there is one.
func part(cards []pipe.Card) (numbered, gap []pipe.Card) {
	for _, c := range cards {
		if c.Kind == pipe.CardGap {
			gap = append(gap, c)
		} else {
			numbered = append(numbered, c)
		}
	}
	return numbered, gap
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
	numbered, gap := part(a.notified)
	var keys []pipe.Key
	for _, c := range append(numbered[:min(len(numbered), maxListed)], gap...) {
		keys = append(keys, c.Key)
	}
	a.confirm(keys...)
}
