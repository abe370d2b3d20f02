package popup

import (
	"slices"
	"testing"
	"time"

	"fyne.io/fyne/v2/test"

	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/ui/uitest"
	"jumun/desktop/internal/ui/widgets"
)

// withTools returns a popup with cards that have settled, and what it says of the sound.
func withTools(t *testing.T, state ipc.Popup) (*popupTest, *[]ipc.FromUI) {
	p, said := testPopup(t), &[]ipc.FromUI{}
	p.send = func(l ipc.FromUI) {
		if l.PauseSound || l.ResumeSound {
			*said = append(*said, l)
		}
	}
	p.Show(state)
	p.clock = p.clock.Add(widgets.SettleTime)
	return p, said
}

func TestTheSoundIsPausedAndResumedOnceAClick(t *testing.T) {
	state := uitest.Cards("A")
	p, said := withTools(t, state)
	test.Tap(p.tools.sound)
	state.PausedUntil = p.clock.Add(10 * time.Minute)
	p.Show(state)
	test.Tap(p.tools.sound) // of a double click
	if len(*said) != 1 || !(*said)[0].PauseSound {
		t.Fatalf("it says %+v", *said)
	}
	if got := p.says(); !slices.Contains(got, "소리 다시 켜기") || !slices.Contains(got, "A") {
		t.Errorf("it shows %q", got)
	}
	p.clock = p.clock.Add(2 * widgets.SettleTime)
	test.Tap(p.tools.sound)
	if len(*said) != 2 || !(*said)[1].ResumeSound {
		t.Errorf("it says %+v", *said)
	}
}

func TestTheMinimisedPopupKeepsTheNewestNumberAndTheCount(t *testing.T) {
	p, _ := withTools(t, uitest.Cards("A", "B"))
	whole := p.height()
	test.Tap(p.tools.minimise)
	if got := p.says(); !slices.Equal(got, []string{"B · 2건"}) || p.height() >= whole/2 || !p.overlay.isVisible() {
		t.Fatalf("it shows %q and is %v high", got, p.height())
	}
	p.Tick()
	p.Show(uitest.Cards("B"))
	if got := p.says(); !slices.Equal(got, []string{"B · 1건"}) {
		t.Errorf("after a confirmation elsewhere it shows %q", got)
	}
	test.Tap(p.bar)
	if got := p.says(); !slices.Contains(got, "확인") {
		t.Errorf("a click leaves %q", got)
	}
}

func TestWhateverIsNewOpensTheMinimisedPopup(t *testing.T) {
	lost := uitest.Cards("A")
	lost.Banner = uitest.LostBanner()
	for name, next := range map[string]ipc.Popup{"an order": uitest.Cards("A", "B"), "another order": uitest.Cards("B"), "trouble": lost} {
		p, _ := withTools(t, uitest.Cards("A"))
		p.send = func(l ipc.FromUI) { p.mapped = append(p.mapped, l.Shown...) }
		test.Tap(p.tools.minimise)
		p.Show(next)
		if got := p.says(); p.bar != nil || !slices.Contains(got, "확인") {
			t.Errorf("%s: it shows %q", name, got)
		}
		if last := next.Cards[len(next.Cards)-1].Key; name != "trouble" && !slices.Contains(p.mapped, last) {
			t.Errorf("%s: %v were reported as shown", name, p.mapped)
		}
	}
	p, _ := withTools(t, uitest.Cards("A"))
	test.Tap(p.tools.minimise)
	p.Show(ipc.Popup{})
	if p.Show(uitest.Cards("A")); p.bar != nil {
		t.Error("an order that came after an empty popup is not shown")
	}
}

func TestTheToolsMakeWayOnASmallScreen(t *testing.T) {
	c := content{large: cardHeight, orders: 9, compact: 8, tools: true}
	if l := fitLayout(c, 543); !l.tools || l.rows < fewRows || l.height() > 543 {
		t.Errorf("on 800 by 600: %+v", l)
	}
	with, c2 := fitLayout(c, 400), c
	c2.tools = false
	if with.tools || with != fitLayout(c2, 400) {
		t.Errorf("on a smaller one: %+v", with)
	}
}
