package popup

import (
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/ui/uitest"
	"jumun/desktop/internal/ui/widgets"
)

func (p *popupTest) pressAll() { test.Tap(p.all.confirm) }

func (p *popupTest) asks() bool { return !p.all.armed.IsZero() }

func TestTwoPressesConfirmAllOrdersAndNothingElse(t *testing.T) {
	p := testPopup(t)
	state := uitest.Cards("A", "B", "C", "D", "E")
	state.Cards = append(state.Cards, ipc.Card{Key: ipc.Key{Mart: "42", Kind: ipc.CardGap}}, ipc.Card{Key: ipc.Key{Mart: "42", Order: "T", Kind: ipc.CardTest}})
	p.Show(state)
	p.pressAll()
	if p.asks() {
		t.Fatal("a press counts at the very moment the row came up")
	}
	p.clock = p.clock.Add(widgets.SettleTime)
	p.pressAll()
	if got := uitest.Strings(p.all.confirm)[0]; got != "5건 모두 확인할까요?" || len(p.confirmed) > 0 {
		t.Fatalf("it asks %q, confirmed %v", got, p.confirmed)
	}
	p.pressAll()
	if len(p.confirmed) > 0 {
		t.Fatal("a double click confirms all")
	}
	p.clock = p.clock.Add(widgets.SettleTime)
	p.pressAll()
	p.clock = p.clock.Add(widgets.SettleTime)
	p.Tick()
	p.pressAll()
	if !slices.Equal(p.confirmed, uitest.Keys("A", "B", "C", "D", "E")) {
		t.Errorf("confirmed %v", p.confirmed)
	}
	p.press("A")
	if len(p.confirmed) != 5 || p.asks() {
		t.Error("it can be pressed before the agent has answered")
	}
}

func TestTheQuestionAboutAllOrdersIsTakenBack(t *testing.T) {
	tests := []struct {
		name   string
		happen func(*popupTest)
	}{
		{"after three seconds", func(p *popupTest) { p.clock = p.clock.Add(armedTime); p.Tick() }},
		{"when an order comes that it did not count", func(p *popupTest) { p.Show(uitest.Cards("A", "B", "C")) }},
		{"when another order takes the place of one", func(p *popupTest) { p.Show(uitest.Cards("A", "C")) }},
		{"when the popup goes and comes", func(p *popupTest) { p.Show(ipc.Popup{}); p.Show(uitest.Cards("A", "B")) }},
		{"when the colours change", func(p *popupTest) { p.Repaint() }},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p := testPopup(t)
			p.Show(uitest.Cards("A", "B"))
			p.clock = p.clock.Add(widgets.SettleTime)
			p.pressAll()
			if p.Tick(); !p.asks() {
				t.Fatal("it does not ask")
			}
			if test.happen(p); p.asks() || uitest.Strings(p.all.confirm)[0] != "모두 확인" {
				t.Fatal("it still asks")
			}
			p.clock = p.clock.Add(widgets.SettleTime)
			if p.pressAll(); len(p.confirmed) > 0 {
				t.Errorf("one press confirmed %v", p.confirmed)
			}
		})
	}
}

func TestAllOrdersCanBeConfirmedAgainWhenTheAgentDoesNotAnswer(t *testing.T) {
	p := testPopup(t)
	p.Show(uitest.Cards("A", "B", "C", "D"))
	for range 2 {
		for range 2 {
			p.clock = p.clock.Add(widgets.SettleTime)
			p.pressAll()
		}
		p.clock = p.clock.Add(answerTime + 1)
		p.Tick()
	}
	if len(p.confirmed) != 8 {
		t.Errorf("confirmed %v", p.confirmed)
	}
	if len(p.sent) > 0 {
		t.Errorf("still asked: %v", p.sent)
	}
}

func TestTheRowOfAThousandOrdersIsWhole(t *testing.T) {
	uitest.EveryLook(t, func(t *testing.T, language string) {
		r := newAllRow(uitest.Translator(t, language), func() {}, func() {})
		r.show([]ipc.Key{{}, {}, {}}, 997, 0, 17)
		r.arm(r.armed)
		uitest.NoTextSpills(t, r.root, fyne.NewSize(cardWidth, rowHeight))
	})
}

func TestAllMeansThoseBeyondTheCardsTooAndOnlyOfThatPopup(t *testing.T) {
	p := testPopup(t)
	state := uitest.Cards("A", "B")
	state.More, state.Seq = 9_998, 7
	p.Show(state)
	for range 2 {
		p.clock = p.clock.Add(widgets.SettleTime)
		p.pressAll()
	}
	if p.all.count != 10_000 || p.allOf != 7 || len(p.confirmed) > 0 {
		t.Errorf("%d orders, sent %d and %v", p.all.count, p.allOf, p.confirmed)
	}
}

func TestWithoutTwoOrdersThereIsNothingToPressForAll(t *testing.T) {
	p := testPopup(t)
	state := uitest.Cards("A")
	state.Cards = append(state.Cards, ipc.Card{Key: ipc.Key{Mart: "42", Kind: ipc.CardGap}})
	p.Show(state)
	if p.placed.row || slices.Contains(p.all.root.Objects, fyne.CanvasObject(p.all.confirm)) {
		t.Error("there is a row")
	}
}
