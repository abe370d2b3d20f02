package popup

import (
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"

	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/settings"
	"jumun/desktop/internal/ui/uitest"
	"jumun/desktop/internal/ui/widgets"
	"jumun/shared/order"
)

// at returns where the order's card is, from the popup's bottom.
func (p *popupTest) at(o order.OrderID) float32 {
	return p.placed.height() - p.views[uitest.Keys(o)[0]].root.Position().Y
}

func TestANewOrderMovesOnlyTheOneBeforeIt(t *testing.T) {
	p := testPopup(t)
	p.Show(uitest.Cards("A", "B", "C"))
	a, b, large := p.at("A"), p.at("B"), p.at("C")
	p.Show(uitest.Cards("A", "B", "C", "D"))
	if p.at("A") != a || p.at("B") != b || p.at("D") != large {
		t.Errorf("A is at %v, B at %v, D at %v", p.at("A"), p.at("B"), p.at("D"))
	}
	if v := p.views[uitest.Keys("C")[0]]; v.large {
		t.Error("C is still large")
	}
}

func TestAHandOnAnOrderNeverConfirmsTheOneThatComes(t *testing.T) {
	p := testPopup(t)
	p.Show(uitest.Cards("A"))
	p.clock = p.clock.Add(widgets.SettleTime)
	p.press("A") // the first press of an impatient person, who presses on for three seconds
	for n := range 10 {
		p.clock = p.clock.Add(widgets.SettleTime * 3 / 5)
		p.Show(uitest.Cards("A", "B"))
		p.press("B")
		p.Tick()
		if n == 0 && len(p.confirmed) != 1 {
			t.Fatalf("confirmed %v", p.confirmed)
		}
	}
	if !slices.Equal(p.confirmed, uitest.Keys("A")) {
		t.Errorf("confirmed %v", p.confirmed)
	}
	p.clock = p.clock.Add(widgets.SettleTime)
	if p.press("B"); len(p.confirmed) != 2 {
		t.Error("B cannot be confirmed after a rest")
	}
}

func TestEveryOrderOfEveryPageCanBeConfirmed(t *testing.T) {
	p := testPopup(t)
	var all []order.OrderID
	for n := range ipc.MaxCards {
		all = append(all, order.OrderID(rune('가'+n)))
	}
	p.Show(uitest.Cards(all...))
	for range p.placed.pages {
		for _, c := range p.items {
			if p.clock = p.clock.Add(widgets.SettleTime); p.visible[c.Key] {
				test.Tap(p.views[c.Key].confirm)
			}
		}
		test.Tap(p.all.next)
	}
	for _, k := range uitest.Keys(all...) {
		if !slices.Contains(p.confirmed, k) {
			t.Errorf("%s cannot be confirmed", k.Order)
		}
	}
}

func confirmedOne(state ipc.Popup, o order.OrderID) ipc.Popup {
	state.Undo = ipc.Undo{Text: string(o) + " 확인함", Key: uitest.Keys(o)[0], N: 7}
	return state
}

func TestTheUndoIsWhereTheCardWasAndMovesNothing(t *testing.T) {
	for _, confirmed := range []order.OrderID{"A", "B", "D"} {
		t.Run(string(confirmed), func(t *testing.T) {
			p := testPopup(t)
			all := []order.OrderID{"A", "B", "C", "D"}
			p.Show(uitest.Cards(all...))
			before := map[order.OrderID]float32{}
			for _, o := range all {
				before[o] = p.at(o)
			}
			left := slices.DeleteFunc(slices.Clone(all), func(o order.OrderID) bool { return o == confirmed })
			p.Show(confirmedOne(uitest.Cards(left...), confirmed))
			for _, o := range left {
				if p.at(o) != before[o] {
					t.Errorf("%s has moved", o)
				}
			}
			undo := uitest.Keys(confirmed)[0]
			undo.Kind = cardUndo
			if v := p.views[undo]; v == nil || p.placed.height()-v.root.Position().Y != before[confirmed] {
				t.Error("the undo is not where the card was")
			}
			if p.placed.undo {
				t.Error("it has a row too")
			}
		})
	}
}

func TestTheUndoOfTheLastOrderStays(t *testing.T) {
	p := testPopup(t)
	var taken []int
	p.send = func(l ipc.FromUI) { taken = append(taken, l.Undo) }
	p.Show(uitest.Cards("A"))
	button := p.views[uitest.Keys("A")[0]].confirm
	p.clock, taken = p.clock.Add(widgets.SettleTime), nil
	p.Show(confirmedOne(ipc.Popup{}, "A"))
	undo := uitest.Keys("A")[0]
	undo.Kind = cardUndo
	v := p.views[undo]
	if v == nil || p.isEmpty() {
		t.Fatal("it does not stay")
	}
	if v.confirm.Position().X+v.confirm.Size().Width > button.Position().X {
		t.Error("a second press of 확인 would take it back")
	}
	if test.Tap(v.confirm); taken != nil {
		t.Error("a press counts before it has settled")
	}
	p.clock = p.clock.Add(widgets.SettleTime)
	if test.Tap(v.confirm); !slices.Equal(taken, []int{7}) {
		t.Errorf("taken back: %v", taken)
	}
	if p.Show(ipc.Popup{}); !p.isEmpty() || len(p.views) > 0 {
		t.Error("it stays for ever")
	}
}

func TestAnOrderThatComesTakesTheLargePlaceFromTheUndo(t *testing.T) {
	p := testPopup(t)
	p.Show(uitest.Cards("A", "B"))
	p.Show(confirmedOne(uitest.Cards("A"), "B"))
	p.Show(confirmedOne(uitest.Cards("A", "C"), "B"))
	if v := p.views[uitest.Keys("C")[0]]; v == nil || !v.large {
		t.Error("the new order is not large")
	}
}

func TestAClickOnACardShowsAllOfIt(t *testing.T) {
	p := testPopup(t)
	state := uitest.Cards("A", "B", "C")
	state.Cards[0].Summary, state.Cards[0].MartName, state.Cards[0].Amount = "불고기버거 세트 2, 감자튀김 큰 것 1, 콜라 3, 아이스크림 4, 양념치킨 1, 후라이드치킨 1, 치킨무 12, 끝", "강남점", "9,000원"
	p.Show(state)
	key := state.Cards[0].Key
	p.clock = p.clock.Add(widgets.SettleTime)
	test.Tap(p.views[key].body)
	shown := ""
	uitest.Texts(p.views[key].root, fyne.Position{}, func(text *canvas.Text, _ fyne.Position) { shown += text.Text + "\n" })
	for _, want := range []string{"끝", "강남점", "9,000원", p.clock.Format("15:04")} {
		if !strings.Contains(shown, want) {
			t.Errorf("%s is not in %q", want, shown)
		}
	}
	if len(p.confirmed) > 0 || p.placed.large <= cardHeight {
		t.Errorf("confirmed %v, %v high", p.confirmed, p.placed.large)
	}
	uitest.NoTextSpills(t, p.views[key].root, fyne.NewSize(cardWidth, p.placed.large))
	p.clock = p.clock.Add(widgets.SettleTime)
	if test.Tap(p.views[key].body); p.views[key].large {
		t.Error("a second click does not close it")
	}
	p.clock = p.clock.Add(widgets.SettleTime)
	test.Tap(p.views[key].body)
	state.Cards = append(state.Cards, uitest.Cards("D").Cards...)
	if p.Show(state); !p.views[uitest.Keys("D")[0]].large {
		t.Error("an order that comes is not large while another one is open")
	}
}

func TestInTheUpperCornersTheLargeCardIsAtTheTopAndStaysThere(t *testing.T) {
	p := testPopup(t)
	for _, orders := range [][]order.OrderID{{"A"}, {"A", "B"}, {"A", "B", "C"}} {
		state := uitest.Cards(orders...)
		state.Place.Corner = settings.TopLeft
		p.Show(state)
		newest := orders[len(orders)-1]
		if top := p.views[uitest.Keys(newest)[0]].root.Position().Y; top != popupPadding {
			t.Errorf("of %v, the newest is at %v", orders, top)
		}
	}
	p.clock = p.clock.Add(widgets.SettleTime)
	state := uitest.Cards("A", "B", "C", "D")
	state.Place.Corner = settings.TopLeft
	p.Show(state)
	if p.press("A"); len(p.confirmed) != 1 {
		t.Error("a press on A does not count, though nothing has moved there")
	}
}
