package popup

import (
	"image"
	"slices"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"
	fynetheme "fyne.io/fyne/v2/theme"

	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/ui/theme"
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

func TestANumberInTheBannerDoesNotOpenTheMinimisedPopup(t *testing.T) {
	closed := uitest.Cards("A", "B")
	closed.Banner = ipc.Banner{Tone: ipc.ToneCalm, Kind: "closed", Text: "영업시간이 아닙니다 · 대기 중인 주문 2건"}
	p, _ := withTools(t, closed)
	test.Tap(p.tools.minimise)
	fewer := uitest.Cards("B")
	fewer.Banner = closed.Banner
	fewer.Banner.Text = "영업시간이 아닙니다 · 대기 중인 주문 1건"
	if p.Show(fewer); p.bar == nil {
		t.Error("a confirmation elsewhere opens it")
	}
	fewer.Banner.Kind = "paused"
	if p.Show(fewer); p.bar != nil {
		t.Error("another banner of the same tone does not open it")
	}
}

func TestTheMinimisedPopupHasTheColourOfTheOldestOrder(t *testing.T) {
	state := uitest.Cards("A", "B")
	p, _ := withTools(t, state)
	test.Tap(p.tools.minimise)
	for age, want := range []fyne.ThemeColorName{fynetheme.ColorNameForegroundOnPrimary, theme.ColorOnWarn, theme.ColorOnBad} {
		next := ipc.Popup{Cards: slices.Clone(state.Cards)}
		next.Cards[0].Age = age
		p.Show(next)
		uitest.Texts(p.overlay.root, fyne.Position{}, func(text *canvas.Text, _ fyne.Position) {
			if text.Color != fynetheme.Color(want) {
				t.Errorf("at age %d %q is %v, not %s", age, text.Text, text.Color, want)
			}
		})
	}
}

func TestTheSmallestScreensSayWhatIsWrongAndKeepTheTools(t *testing.T) {
	for _, size := range []image.Point{{640, 442}, {400, 276}, {320, 217}} { // 800 × 600 less a taskbar, at scale 1.25, 2 and 2.5
		p := testPopup(t)
		p.workArea = func(string) image.Rectangle { return image.Rectangle{Max: size} }
		state := uitest.Cards("A", "B", "C", "D", "E")
		state.Banner = uitest.LostBanner()
		p.Show(state)
		for _, want := range []string{state.Banner.Text, "줄이기", "모두 확인", "E", "A"} {
			if got := p.says(); !slices.Contains(got, want) {
				t.Errorf("%v: %q is not among %q", size, want, got)
			}
		}
		if p.height() > float32(size.Y-2*theme.PopupMargin)+1 {
			t.Errorf("%v: it is %v high", size, p.height())
		}
	}
}

func TestAClickShowsTheHistoryWithTheOrdersThatHaveNoCard(t *testing.T) {
	p := testPopup(t)
	opened := 0
	p.send = func(l ipc.FromUI) {
		if l.OpenHistory {
			opened++
		}
	}
	state := uitest.Cards("A", "B")
	p.Show(state)
	if got := p.says(); !slices.Contains(got, "주문 내역") {
		t.Errorf("it shows %q", got)
	}
	state.More = 200
	p.Show(state)
	if got := p.says(); !slices.Contains(got, "외 200건 보기") {
		t.Errorf("with 200 more it shows %q", got)
	}
	if test.Tap(p.tools.history); opened > 0 {
		t.Error("a click counts before it has settled")
	}
	p.clock = p.clock.Add(widgets.SettleTime)
	if test.Tap(p.tools.history); opened != 1 {
		t.Error("the history is not asked for")
	}
}
