package agent

import (
	"fmt"
	"slices"
	"testing"

	"jumun/desktop/internal/ipc"
)

func TestTheButtonOfANotificationConfirmsWhatItShowed(t *testing.T) {
	a := running(t, "plays", "dies")
	a.placed(1001)
	isNotified(t, a, 1)
	first := make(chan int)
	a.post(func() { first <- a.notified.n })
	seen := <-first
	a.placed(1002)
	isNotified(t, a, 2)
	a.post(func() { a.confirmNotified(seen) })
	until(t, a, "only the second waits", func(s ipc.Status) bool {
		return len(s.Waiting) == 1 && s.Waiting[0].Order == "1002"
	})
}

func TestWhoOpensTheSettingsIsToldThatNoWindowOpens(t *testing.T) {
	a := running(t, "plays", "dies")
	a.post(a.openSettings)
	until(t, a, "told", func(ipc.Status) bool {
		told := make(chan ipc.Banner)
		a.post(func() { told <- a.notified.popup.Banner })
		b := <-told
		return b.Text == a.Translator.Text("agent.no-window") && b.Do == a.Translator.Text("window.no-screen")
	})
}

func TestTheButtonConfirmsTheOrdersThatTheNotificationLists(t *testing.T) {
	var n notified
	var cards []ipc.Card
	for i := range maxListed + 2 {
		cards = append(cards, orderCard(fmt.Sprint(i), ipc.CardOrder))
	}
	n.show(ipc.Popup{Cards: cards})
	if got := n.named[n.n]; !slices.Equal(got, keys(cards[2:])) {
		t.Errorf("it confirms %v", got)
	}
}

func TestOnlyTheLastNotificationsAreRemembered(t *testing.T) {
	var n notified
	for i := range 3 * maxNotified {
		n.show(ipc.Popup{Cards: []ipc.Card{orderCard(fmt.Sprint(i), ipc.CardOrder)}})
	}
	if len(n.named) != maxNotified || len(n.named[n.n]) != 1 {
		t.Errorf("%d are remembered", len(n.named))
	}
}
