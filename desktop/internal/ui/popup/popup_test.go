package popup

import (
	"image"
	"slices"
	"strings"
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
	"jumun/shared/order"
)

// A popupTest is a popup, what it has said, and its clock.
type popupTest struct {
	*Popup
	mapped, confirmed []ipc.Key
	allOf             int // the popup of which all were confirmed
	clock             time.Time
}

func testPopup(t *testing.T) *popupTest {
	uitest.App(t)
	p := &popupTest{clock: time.Now()}
	heard := func(l ipc.FromUI) {
		p.mapped, p.confirmed = append(p.mapped, l.Shown...), append(p.confirmed, l.Confirm...)
		p.allOf = max(p.allOf, l.ConfirmAll)
	}
	p.Popup = New(fyne.CurrentApp().NewWindow(""), uitest.Translator(t, "ko"), heard, func(string) image.Rectangle { return image.Rect(0, 0, 1280, 800) })
	p.now = func() time.Time { return p.clock }
	return p
}

func (p *popupTest) press(o order.OrderID) { test.Tap(p.views[uitest.Keys(o)[0]].confirm) }

func TestTheNewestOrderIsLargeAndTheOthersArePages(t *testing.T) {
	p := testPopup(t)
	p.Show(uitest.Cards("A", "B", "C", "D", "E", "F", "G", "H", "I"))
	if v := p.views[uitest.Keys("I")[0]]; v == nil || !v.large {
		t.Error("the newest order is not large")
	}
	if got := p.compactOnes(); !slices.Equal(got, []order.OrderID{"A", "B", "C", "D", "E", "F"}) {
		t.Errorf("on the first page are %v", got)
	}
	p.clock = p.clock.Add(widgets.SettleTime)
	test.Tap(p.all.next)
	if got := p.compactOnes(); !slices.Equal(got, []order.OrderID{"C", "D", "E", "F", "G", "H"}) {
		t.Errorf("on the second page are %v", got)
	}
	test.Tap(p.all.next)
	if got := p.compactOnes(); got[0] != "A" {
		t.Errorf("after the last page come %v", got)
	}
}

// compactOnes returns the orders of the compact cards that are shown, from the popup's bottom to its top.
func (p *popupTest) compactOnes() (list []order.OrderID) {
	for _, c := range p.items {
		if v := p.views[c.Key]; p.visible[c.Key] && !v.large {
			list = append(list, c.Order)
		}
	}
	return list
}

func TestACardIsReportedOnceWhenItIsShown(t *testing.T) {
	p := testPopup(t)
	cards := []order.OrderID{"A", "B", "C", "D", "E", "F", "G", "H"}
	p.Show(uitest.Cards(cards...))
	p.Show(uitest.Cards(cards...))
	if !slices.Equal(p.mapped, uitest.Keys("A", "B", "C", "D", "E", "F", "H")) {
		t.Errorf("reported: %v", p.mapped)
	}
	p.Show(uitest.Cards(cards[1:]...))
	p.Tick()
	if got := p.mapped[len(p.mapped)-1]; len(p.mapped) != 8 || got.Order != "G" {
		t.Errorf("reported: %v", p.mapped)
	}
	p.Show(ipc.Popup{})
	p.Show(uitest.Cards("A"))
	if got := p.mapped[len(p.mapped)-1]; len(p.mapped) != 9 || got.Order != "A" {
		t.Errorf("reported: %v", p.mapped)
	}
}

func TestAPressConfirmsOnceUntilTheAgentAnswers(t *testing.T) {
	p := testPopup(t)
	p.Show(uitest.Cards("A", "B", "C", "D"))
	p.press("A")
	if len(p.confirmed) != 0 {
		t.Fatal("a click counts at the very moment the card came up")
	}
	p.clock = p.clock.Add(widgets.SettleTime)
	p.press("A")
	p.press("A")
	if !slices.Equal(p.confirmed, uitest.Keys("A")) {
		t.Fatalf("two presses confirmed %v", p.confirmed)
	}
	p.Show(uitest.Cards("B", "C", "D")) // B slides to where A was
	p.press("B")
	if len(p.confirmed) != 1 {
		t.Fatalf("a double click confirmed %v", p.confirmed)
	}
	p.clock = p.clock.Add(widgets.SettleTime)
	p.press("B")
	if len(p.confirmed) != 2 {
		t.Fatal("B cannot be confirmed")
	}
	p.clock = p.clock.Add(answerTime + 1)
	p.Tick()
	p.press("B")
	if len(p.confirmed) != 3 {
		t.Error("B cannot be confirmed again, though the agent did not answer")
	}
}

func TestAPopupThatComesAgainHasToSettle(t *testing.T) {
	p := testPopup(t)
	p.Show(uitest.Cards("A"))
	p.clock = p.clock.Add(time.Minute)
	p.Show(ipc.Popup{})
	p.Show(uitest.Cards("A"))
	if p.press("A"); len(p.confirmed) > 0 {
		t.Error("a click counts at the very moment the card came up")
	}
}

func TestAPressNamesTheCardAndNotItsNumberAlone(t *testing.T) {
	p := testPopup(t)
	same := []ipc.Key{{Mart: "42", Order: "TEST"}, {Mart: "43", Order: "TEST"}, {Mart: "42", Order: "TEST", Kind: ipc.CardTest}}
	var popup ipc.Popup
	for _, k := range same {
		popup.Cards = append(popup.Cards, ipc.Card{Key: k, At: p.clock})
	}
	p.Show(popup)
	p.clock = p.clock.Add(widgets.SettleTime)
	for _, k := range same {
		test.Tap(p.views[k].confirm)
	}
	if !slices.Equal(p.confirmed, same) || !slices.Equal(p.mapped, same) {
		t.Errorf("confirmed %v, mapped %v", p.confirmed, p.mapped)
	}
}

func TestThePopupHasNothingThatTakesTheKeyboard(t *testing.T) {
	p := testPopup(t)
	p.Show(uitest.Cards("A"))
	p.clock = p.clock.Add(time.Minute)
	c := p.overlay.window.Canvas()
	for range 5 {
		c.FocusNext()
		if c.Focused() != nil {
			t.Fatalf("%T has the focus", c.Focused())
		}
	}
	if c.OnTypedKey() != nil || len(p.confirmed) > 0 {
		t.Error("keys are listened to")
	}
}

func TestTheColoursFollowTheTheme(t *testing.T) {
	p := testPopup(t)
	p.Show(uitest.Cards("A"))
	for _, variant := range test.KnownThemeVariants() {
		fyne.CurrentApp().Settings().SetTheme(uitest.InVariant{Theme: theme.New(), Variant: variant})
		p.Repaint()
		uitest.Texts(p.overlay.root, fyne.Position{}, func(text *canvas.Text, _ fyne.Position) {
			if want := theme.New().Color(fynetheme.ColorNameForeground, variant); text.Text == "A" && text.Color != want {
				t.Errorf("A is %v, not %v", text.Color, want)
			}
		})
	}
}

func TestACardThatGetsLateKeepsItsButton(t *testing.T) {
	p := testPopup(t)
	state := uitest.Cards("A")
	state.Cards[0].At = p.clock
	p.Show(state)
	button := p.views[uitest.Keys("A")[0]].confirm
	p.clock = p.clock.Add(10 * time.Minute)
	state.Cards[0].Age = ipc.AgeLate
	p.Show(state)
	v := p.views[uitest.Keys("A")[0]]
	if v.confirm != button || !slices.Contains(v.root.Objects, fyne.CanvasObject(button)) {
		t.Error("a press that has begun cannot end")
	}
	if !v.since.TextStyle.Bold || !strings.HasSuffix(v.since.Text, " · 10분 전") {
		t.Errorf("it says %q, bold: %v", v.since.Text, v.since.TextStyle.Bold)
	}
	p.press("A")
	if len(p.confirmed) != 1 {
		t.Error("the press does not count, though nothing moved")
	}
}
