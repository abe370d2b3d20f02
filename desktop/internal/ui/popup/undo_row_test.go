package popup

import (
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"

	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/ui/uitest"
	"jumun/desktop/internal/ui/widgets"
	"jumun/shared/order"
)

func TestWhatWasJustConfirmedCanBeTakenBackOnce(t *testing.T) {
	p := testPopup(t)
	var taken []int
	send := p.send
	p.send = func(l ipc.FromUI) {
		send(l)
		if l.Undo > 0 {
			taken = append(taken, l.Undo)
		}
	}
	state := uitest.Cards("A")
	state.Undo = ipc.Undo{Text: "B 확인함", N: 7}
	p.Show(state)
	if test.Tap(p.undoRow.button); taken != nil {
		t.Error("a press counted before the row had settled")
	}
	p.clock = p.clock.Add(widgets.SettleTime)
	test.Tap(p.undoRow.button)
	test.Tap(p.undoRow.button)
	if !slices.Equal(taken, []int{7}) {
		t.Errorf("taken back: %v", taken)
	}
	state.Undo = ipc.Undo{Text: "A 확인함", N: 8}
	p.Show(state)
	if test.Tap(p.undoRow.button); len(taken) > 1 {
		t.Error("a press counted before the row of another confirmation had settled")
	}
	state.Undo = ipc.Undo{}
	if p.Show(state); p.placed.undo {
		t.Error("the row stays")
	}
}

func TestACardOfAWithdrawnOrderIsNotAmongThoseThatAreConfirmedTogether(t *testing.T) {
	p := testPopup(t)
	state := uitest.Cards("A", "B", "C")
	state.Cards[1].Kind = ipc.CardCancelled
	p.Show(state)
	var shown []string
	uitest.Texts(p.overlay.root, fyne.Position{}, func(text *canvas.Text, _ fyne.Position) { shown = append(shown, text.Text) })
	for _, want := range []string{"취소된 주문", "B", "주문 2건"} {
		if !slices.Contains(shown, want) {
			t.Errorf("%s is not among %q", want, shown)
		}
	}
	if keys := p.orders(); !slices.Equal(keys, uitest.Keys("A", "C")) {
		t.Errorf("together: %v", keys)
	}
	p.clock = p.clock.Add(widgets.SettleTime)
	test.Tap(p.views[state.Cards[1].Key].confirm)
	if len(p.confirmed) != 1 || p.confirmed[0] != (ipc.Key{Mart: "42", Order: "B", Kind: ipc.CardCancelled}) {
		t.Errorf("confirmed: %v", p.confirmed)
	}
}

func TestTwoOrdersOfOneNumberHaveACardEach(t *testing.T) {
	p := testPopup(t)
	state := uitest.Cards("A", "A")
	state.Cards[0].ID, state.Cards[1].ID = "1-0", "2-0"
	p.Show(state)
	p.clock = p.clock.Add(widgets.SettleTime)
	test.Tap(p.views[state.Cards[1].Key].confirm)
	if len(p.confirmed) != 1 || p.confirmed[0].ID != order.ID("2-0") {
		t.Errorf("confirmed: %v", p.confirmed)
	}
}
