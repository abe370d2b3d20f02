package ui

import (
	"image"
	"image/color"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"

	"jumun/desktop/internal/ipc"
	"jumun/shared/order"
)

// inVariant is the theme in one variant, whatever the system asks for.
type inVariant struct {
	fyne.Theme
	variant fyne.ThemeVariant
}

func (t inVariant) Color(name fyne.ThemeColorName, _ fyne.ThemeVariant) color.Color {
	return t.Theme.Color(name, t.variant)
}

// everyLook runs a test in both languages, light and dark.
func everyLook(t *testing.T, do func(t *testing.T, language string)) {
	for name, variant := range test.KnownThemeVariants() {
		for _, language := range []string{"ko", "en"} {
			t.Run(name+" "+language, func(t *testing.T) {
				test.NewTempApp(t).Settings().SetTheme(inVariant{newTheme(), variant})
				do(t, language)
			})
		}
	}
}

// texts calls see with every visible text under o, and its top left.
func texts(o fyne.CanvasObject, at fyne.Position, see func(*canvas.Text, fyne.Position)) {
	if !o.Visible() {
		return
	}
	at = at.Add(o.Position())
	switch o := o.(type) {
	case *canvas.Text:
		see(o, at)
	case *fyne.Container:
		for _, child := range o.Objects {
			texts(child, at, see)
		}
	case fyne.Widget:
		for _, child := range test.WidgetRenderer(o).Objects() {
			texts(child, at, see)
		}
	}
}

// spill reports every text that is larger than its place, or outside of size.
func spill(t *testing.T, root fyne.CanvasObject, size fyne.Size) (count int) {
	t.Helper()
	texts(root, fyne.NewPos(0, 0).Subtract(root.Position()), func(text *canvas.Text, at fyne.Position) {
		count++
		min := text.MinSize()
		if at.X < 0 || at.Y < 0 || at.X+min.Width > size.Width || at.Y+min.Height > size.Height {
			t.Errorf("%q is outside of its window", text.Text)
		}
		if min.Width > text.Size().Width+0.5 {
			t.Errorf("%q is %v wide in a place of %v", text.Text, min.Width, text.Size().Width)
		}
	})
	return count
}

func TestEveryTextOfACardIsWhole(t *testing.T) {
	ids := []string{"1", "1001", "20240727-0001", strings.Repeat("W", 64), strings.Repeat("뷁", 64), strings.Repeat("i", 64), "a1b2c3d4-e5f6-7890-abcd-ef1234567890"}
	everyLook(t, func(t *testing.T, language string) {
		for _, id := range ids {
			for _, kind := range []string{ipc.CardOrder, ipc.CardTest} {
				key := ipc.Key{Mart: order.MartID(id), Order: order.OrderID(id), Kind: kind}
				v := newCard(ipc.Card{Key: key, At: time.Now().Add(-59 * time.Minute)}, in(t, language), func() {})
				v.tick(time.Now())
				spill(t, v.root, fyne.NewSize(cardWidth, cardHeight))
				shown := ""
				texts(v.root, fyne.Position{}, func(text *canvas.Text, _ fyne.Position) { shown += text.Text })
				if !strings.Contains(shown, id) {
					t.Errorf("%s is not whole in %q", id, shown)
				}
			}
		}
	})
}

func TestTheCardOfAGapSaysWhatToDoInOneLine(t *testing.T) {
	everyLook(t, func(t *testing.T, language string) {
		tr := in(t, language)
		v := newCard(ipc.Card{Key: ipc.Key{Mart: order.MartID(strings.Repeat("뷁", 64)), Kind: ipc.CardGap}}, tr, func() {})
		spill(t, v.root, fyne.NewSize(cardWidth, cardHeight))
		var shown []string
		texts(v.root, fyne.Position{}, func(text *canvas.Text, _ fyne.Position) { shown = append(shown, text.Text) })
		for _, want := range []string{tr.Text("gap.title"), tr.Text("gap.do"), tr.Text("window.card.confirm")} {
			if !slices.Contains(shown, want) {
				t.Errorf("%q is not among %q", want, shown)
			}
		}
		if v.since.Text != "" {
			t.Errorf("it says %q, and nobody knows since when", v.since.Text)
		}
	})
}

func TestTheHeaderOfACardLeavesRoomForTheTime(t *testing.T) {
	everyLook(t, func(t *testing.T, language string) {
		tr := in(t, language)
		for _, c := range []ipc.Card{
			{Key: ipc.Key{Mart: "42", Order: "1", Kind: ipc.CardTest}},
			{Key: ipc.Key{Mart: "42", Order: "1"}, Age: ipc.AgeVeryLate},
		} {
			c.At = time.Now().Add(-99 * 24 * time.Hour)
			v := newCard(c, tr, func() {})
			v.tick(time.Now())
			title := fyne.MeasureText(lookOf(c, tr).title, titleSize, fyne.TextStyle{Bold: true})
			if v.since.Text == "" || title.Width+v.since.MinSize().Width+cardInset > v.since.Size().Width {
				t.Errorf("the title and %q overlap", v.since.Text)
			}
		}
	})
}

func TestTheNumberIsTheLargestOnItsCard(t *testing.T) {
	test.NewTempApp(t).Settings().SetTheme(newTheme())
	for _, c := range []ipc.Card{
		{Key: ipc.Key{Mart: "42", Order: "20240727-0001"}, Summary: strings.Repeat("세트 메뉴 1, ", 12), Amount: "9,000원", At: time.Now(), Age: ipc.AgeVeryLate},
		{Key: ipc.Key{Mart: "42", Order: "1"}, Summary: "물 1", Amount: "1", At: time.Now()},
	} {
		sizes := map[string]float32{}
		texts(newCard(c, in(t, "ko"), func() {}).root, fyne.Position{}, func(text *canvas.Text, _ fyne.Position) {
			if text.Text != string(c.Order) {
				sizes["other"] = max(sizes["other"], text.TextSize)
			} else {
				sizes["number"] = max(sizes["number"], text.TextSize)
			}
		})
		if sizes["number"] < 1.5*sizes["other"] {
			t.Errorf("%s: %v", c.Order, sizes)
		}
	}
}

func TestACardThatGetsLateKeepsItsButton(t *testing.T) {
	p := testPopup(t)
	state := cards("A")
	state.Cards[0].At = p.clock
	p.show(state)
	button := p.views[keys("A")[0]].confirm
	p.clock = p.clock.Add(10 * time.Minute)
	state.Cards[0].Age = ipc.AgeLate
	p.show(state)
	v := p.views[keys("A")[0]]
	if v.confirm != button || !slices.Contains(v.root.Objects, fyne.CanvasObject(button)) {
		t.Error("a press that has begun cannot end")
	}
	if !v.since.TextStyle.Bold || v.since.Text != "10분 전" {
		t.Errorf("it says %q, bold: %v", v.since.Text, v.since.TextStyle.Bold)
	}
	p.press("A")
	if len(p.confirmed) != 1 {
		t.Error("the press does not count, though nothing moved")
	}
}

func TestWhateverACardSaysItsButtonIsInOnePlace(t *testing.T) {
	test.NewTempApp(t).Settings().SetTheme(newTheme())
	long := strings.Repeat("매장이름", 16)
	var place fyne.Position
	for _, order := range []order.OrderID{"1", "20240727-0001", order.OrderID(long)} {
		for _, summary := range []string{"", "아메리카노 2", strings.Repeat("아주 긴 이름의 세트 메뉴 1, ", 12), strings.Repeat("뷁", 200)} {
			for age, amount := range []string{ipc.AgeNew: "", ipc.AgeLate: "9,000원", ipc.AgeVeryLate: strings.Repeat("9", 32)} {
				c := ipc.Card{Key: ipc.Key{Mart: "42", Order: order}, Summary: summary, Amount: amount, Age: age}
				v := newCard(c, in(t, "ko"), func() {})
				spill(t, v.root, fyne.NewSize(cardWidth, cardHeight))
				if place.IsZero() {
					place = v.confirm.Position()
				}
				if v.confirm.Position() != place || v.confirm.Size() != fyne.NewSize(buttonWidth, footerHeight) {
					t.Errorf("%+v: the button is at %v, not %v", c, v.confirm.Position(), place)
				}
			}
		}
	}
}

// A popupTest is a popup, what it has said, and its clock.
type popupTest struct {
	*popup
	mapped, confirmed []ipc.Key
	allOf             int // the popup of which all were confirmed
	clock             time.Time
}

func testPopup(t *testing.T) *popupTest {
	test.NewTempApp(t).Settings().SetTheme(newTheme())
	p := &popupTest{clock: time.Now()}
	heard := func(l ipc.FromUI) {
		p.mapped, p.confirmed = append(p.mapped, l.Shown...), append(p.confirmed, l.Confirm...)
		p.allOf = max(p.allOf, l.ConfirmAll)
	}
	p.popup = newPopup(fyne.CurrentApp().NewWindow(""), in(t, "ko"), heard, func() image.Rectangle { return image.Rect(0, 0, 1280, 800) })
	p.now = func() time.Time { return p.clock }
	return p
}

func (p *popupTest) press(o order.OrderID) { test.Tap(p.views[keys(o)[0]].confirm) }

func cards(orders ...order.OrderID) ipc.Popup {
	var p ipc.Popup
	for _, k := range keys(orders...) {
		p.Cards = append(p.Cards, ipc.Card{Key: k, At: time.Now()})
	}
	return p
}

func keys(orders ...order.OrderID) (list []ipc.Key) {
	for _, o := range orders {
		list = append(list, ipc.Key{Mart: "42", Order: o})
	}
	return list
}

func TestTheOldestOrdersAreOpenAndTheRestIsCounted(t *testing.T) {
	p := testPopup(t)
	p.show(cards("A", "B", "C", "D", "E", "F", "G"))
	var shown []string
	texts(p.over.root, fyne.Position{}, func(text *canvas.Text, _ fyne.Position) { shown = append(shown, text.Text) })
	for _, want := range []string{"A", "B", "C", "외 4건"} {
		if !slices.Contains(shown, want) {
			t.Errorf("%s is not among %q", want, shown)
		}
	}
	if slices.Contains(shown, "D") {
		t.Error("a fourth card is open")
	}
	if got := p.over.window.Canvas().Size().Height; got != (pile{open: 3, row: true}).height() {
		t.Errorf("the window is %v high", got)
	}
}

func TestACardIsReportedOnceWhenItIsOpen(t *testing.T) {
	p := testPopup(t)
	p.show(cards("A", "B", "C", "D"))
	p.show(cards("A", "B", "C", "D"))
	if !slices.Equal(p.mapped, keys("A", "B", "C")) {
		t.Errorf("reported: %v", p.mapped)
	}
	p.show(cards("B", "C", "D"))
	p.tick()
	if !slices.Equal(p.mapped, keys("A", "B", "C", "D")) {
		t.Errorf("reported: %v", p.mapped)
	}
	p.show(ipc.Popup{})
	p.show(cards("A"))
	if got := p.mapped[len(p.mapped)-1]; len(p.mapped) != 5 || got.Order != "A" {
		t.Errorf("reported: %v", p.mapped)
	}
}

func TestAPressConfirmsOnceUntilTheAgentAnswers(t *testing.T) {
	p := testPopup(t)
	p.show(cards("A", "B", "C", "D"))
	p.press("A")
	if len(p.confirmed) != 0 {
		t.Fatal("a click counts at the very moment the card came up")
	}
	p.clock = p.clock.Add(settleTime)
	p.press("A")
	p.press("A")
	if !slices.Equal(p.confirmed, keys("A")) {
		t.Fatalf("two presses confirmed %v", p.confirmed)
	}
	p.show(cards("B", "C", "D")) // B slides to where A was
	p.press("B")
	if len(p.confirmed) != 1 {
		t.Fatalf("a double click confirmed %v", p.confirmed)
	}
	p.clock = p.clock.Add(settleTime)
	p.press("B")
	if len(p.confirmed) != 2 {
		t.Fatal("B cannot be confirmed")
	}
	p.clock = p.clock.Add(answerTime + 1)
	p.tick()
	p.press("B")
	if len(p.confirmed) != 3 {
		t.Error("B cannot be confirmed again, though the agent did not answer")
	}
}

func TestAPopupThatComesAgainHasToSettle(t *testing.T) {
	p := testPopup(t)
	p.show(cards("A"))
	p.clock = p.clock.Add(time.Minute)
	p.show(ipc.Popup{})
	p.show(cards("A"))
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
	p.show(popup)
	p.clock = p.clock.Add(settleTime)
	for _, k := range same {
		test.Tap(p.views[k].confirm)
	}
	if !slices.Equal(p.confirmed, same) || !slices.Equal(p.mapped, same) {
		t.Errorf("confirmed %v, mapped %v", p.confirmed, p.mapped)
	}
}

func TestThePopupHasNothingThatTakesTheKeyboard(t *testing.T) {
	p := testPopup(t)
	p.show(cards("A"))
	p.clock = p.clock.Add(time.Minute)
	c := p.over.window.Canvas()
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
	p.show(cards("A"))
	for _, variant := range test.KnownThemeVariants() {
		fyne.CurrentApp().Settings().SetTheme(inVariant{newTheme(), variant})
		p.repaint()
		texts(p.over.root, fyne.Position{}, func(text *canvas.Text, _ fyne.Position) {
			if want := newTheme().Color(theme.ColorNameForeground, variant); text.Text == "A" && text.Color != want {
				t.Errorf("A is %v, not %v", text.Color, want)
			}
		})
	}
}
