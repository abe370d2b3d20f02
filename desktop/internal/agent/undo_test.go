package agent

import (
	"fmt"
	"testing"
	"time"

	"jumun/desktop/internal/alarm"
	"jumun/desktop/internal/i18n"
	"jumun/desktop/internal/ipc"
	"jumun/shared/order"
)

// undoing returns an agent, without its loop, that has the texts of English.
func undoing(t *testing.T) *Agent {
	t.Helper()
	en, err := i18n.New("en")
	if err != nil {
		t.Fatal(err)
	}
	return &Agent{Config: Config{Translator: en}}
}

func orderCard(number, kind string) ipc.Card {
	return ipc.Card{Key: ipc.Key{Mart: "42", ID: order.ID(number + "-0"), Order: order.OrderID(number), Kind: kind}}
}

func TestTheUndoIsOfferedForAWhile(t *testing.T) {
	one, two, read := orderCard("1001", ipc.CardOrder).Key, orderCard("1002", ipc.CardOrder).Key, orderCard("1003", ipc.CardCancelled).Key
	some := []ipc.Card{orderCard("1004", ipc.CardOrder)}
	tests := []struct {
		name      string
		confirmed []ipc.Key
		cards     []ipc.Card
		after     time.Duration
		want      string
	}{
		{"one", []ipc.Key{one}, some, 0, "1001 confirmed"},
		{"together", []ipc.Key{one, two}, some, undoTime - time.Second, "2 confirmed"},
		{"the time is over", []ipc.Key{one}, some, undoTime + time.Second, ""},
		{"nothing else is shown", []ipc.Key{one}, nil, 0, "1001 confirmed"},
		{"what was read that it is withdrawn stays so", []ipc.Key{read}, some, 0, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := undoing(t)
			a.offerUndo(tt.confirmed)
			if got := a.popup(alarm.Alarm{Cards: tt.cards}, time.Now().Add(tt.after)).Undo; got.Text != tt.want || (got.N > 0) != (tt.want != "") {
				t.Errorf("%+v, want %q", got, tt.want)
			} else if want := (ipc.Key{}); got.Key != want && (len(tt.confirmed) > 1 || got.Key != one) {
				t.Errorf("it is where %+v was", got.Key)
			}
		})
	}
}

func TestThePopupHasTheOldestAndTheNewestOrdersAndCountsTheOrdersBetween(t *testing.T) {
	cards := []ipc.Card{gapCard()}
	for n := range ipc.MaxCards + 5 {
		kind := ipc.CardOrder
		if n%2 == 0 {
			kind = ipc.CardCancelled
		}
		cards = append(cards, orderCard(fmt.Sprint(n), kind))
	}
	p := undoing(t).popup(alarm.Alarm{Cards: cards}, time.Now())
	if len(p.Cards) != ipc.MaxCards+1 || p.More != 2 || p.Cards[0].Kind != ipc.CardGap {
		t.Errorf("%d cards, and %d more", len(p.Cards), p.More)
	}
	if first, last := p.Cards[1].Order, p.Cards[ipc.MaxCards].Order; first != "0" || last != "104" {
		t.Errorf("they are from %s to %s", first, last)
	}
}

func TestABannerIsOfOneKindWhateverItCounts(t *testing.T) {
	a := undoing(t)
	two, one := alarm.Alarm{Banner: alarm.BannerClosed, Orders: 2}, alarm.Alarm{Banner: alarm.BannerClosed, Orders: 1}
	if x, y := a.popup(two, time.Now()).Banner, a.popup(one, time.Now()).Banner; x.Kind != y.Kind || x.Kind == "" || x == y {
		t.Errorf("%+v and %+v", x, y)
	}
	if b := a.popup(alarm.Alarm{}, time.Now()).Banner; b != (ipc.Banner{}) {
		t.Errorf("without a banner: %+v", b)
	}
}
