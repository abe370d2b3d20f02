package agent

import (
	"strings"

	"jumun/desktop/pipe"
	"jumun/desktop/platform"
)

// notify shows by the system's notification what the window process cannot.
func (a *Agent) notify(popup pipe.Popup) {
	if a.screen.status.State != pipe.PartFailed {
		popup = pipe.Popup{}
	}
	if same(popup, a.notified) {
		return
	}
	a.notified = popup
	a.notifier.Show(a.noticeOf(popup))
}

func (a *Agent) noticeOf(popup pipe.Popup) platform.Notice {
	cards := popup.Cards
	if len(cards) == 0 {
		return platform.Notice{Title: popup.Banner.Text, Body: popup.Banner.Do}
	}
	n := platform.Notice{Action: a.Words.Say("agent.notice-confirm")}
	orders, gap := part(cards)
	if len(orders) == 0 {
		n.Title, n.Body = a.Words.Say("gap.title"), a.Words.Say("gap.do")
		return n
	}
	n.Title, n.Body = a.Words.Say("agent.notice-title", "N", len(orders)+popup.More), strings.Join(numbers(orders), ", ")
	if len(gap) > 0 {
		n.Body += "\n" + a.Words.Say("gap.title") + ". " + a.Words.Say("gap.do")
	}
	if b := popup.Banner; b.Text != "" {
		n.Body += "\n" + b.Text
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
	numbered, gap := part(a.notified.Cards)
	a.confirm(keys(append(numbered[:min(len(numbered), maxListed)], gap...))...)
}

func keys(cards []pipe.Card) []pipe.Key {
	list := make([]pipe.Key, len(cards))
	for i, c := range cards {
		list[i] = c.Key
	}
	return list
}
