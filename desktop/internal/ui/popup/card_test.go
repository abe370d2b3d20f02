package popup

import (
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"jumun/desktop/internal/i18n"
	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/ui/uitest"
	"jumun/shared/order"
)

// largeCard returns a card in full.
func largeCard(c ipc.Card, tr *i18n.Translator) *card {
	v := newCard(c, tr, func() {}, func() {})
	v.show(c, cardHeight, 0)
	return v
}

func TestEveryTextOfACardIsWhole(t *testing.T) {
	ids := []string{"1", "1001", "20240727-0001", strings.Repeat("W", 64), strings.Repeat("뷁", 64), strings.Repeat("i", 64), "a1b2c3d4-e5f6-7890-abcd-ef1234567890"}
	uitest.EveryLook(t, func(t *testing.T, language string) {
		for _, id := range ids {
			for _, kind := range []string{ipc.CardOrder, ipc.CardTest} {
				key := ipc.Key{Mart: order.MartID(id), Order: order.OrderID(id), Kind: kind}
				v := largeCard(ipc.Card{Key: key, At: time.Now().Add(-59 * time.Minute)}, uitest.Translator(t, language))
				v.tick(time.Now())
				uitest.NoTextSpills(t, v.root, fyne.NewSize(cardWidth, cardHeight))
				shown := ""
				uitest.Texts(v.root, fyne.Position{}, func(text *canvas.Text, _ fyne.Position) { shown += text.Text })
				if !strings.Contains(shown, id) {
					t.Errorf("%s is not whole in %q", id, shown)
				}
			}
		}
	})
}

func TestTheCardOfAGapSaysWhatToDoInOneLine(t *testing.T) {
	uitest.EveryLook(t, func(t *testing.T, language string) {
		tr := uitest.Translator(t, language)
		v := largeCard(ipc.Card{Key: ipc.Key{Mart: order.MartID(strings.Repeat("뷁", 64)), Kind: ipc.CardGap}}, tr)
		uitest.NoTextSpills(t, v.root, fyne.NewSize(cardWidth, cardHeight))
		var shown []string
		uitest.Texts(v.root, fyne.Position{}, func(text *canvas.Text, _ fyne.Position) { shown = append(shown, text.Text) })
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
	uitest.EveryLook(t, func(t *testing.T, language string) {
		tr := uitest.Translator(t, language)
		for _, c := range []ipc.Card{
			{Key: ipc.Key{Mart: "42", Order: "1", Kind: ipc.CardTest}},
			{Key: ipc.Key{Mart: "42", Order: "1"}, Age: ipc.AgeVeryLate},
			{Key: ipc.Key{Mart: "42", Order: "1"}, Age: ipc.AgeVeryLate, Escalated: true},
			{Key: ipc.Key{Mart: "42", Order: "1"}, Age: ipc.AgeLate, Escalated: true, At: time.Now().Add(-44 * time.Minute)},
		} {
			if c.At.IsZero() {
				c.At = time.Now().Add(-99 * 24 * time.Hour)
			}
			v := largeCard(c, tr)
			v.tick(time.Now())
			title := fyne.MeasureText(styleOf(c, tr).title, titleSize, fyne.TextStyle{Bold: true})
			if v.since.Text == "" || title.Width+v.since.MinSize().Width+cardInset > v.since.Size().Width {
				t.Errorf("the title and %q overlap", v.since.Text)
			}
		}
	})
}

func TestAnOrderOfWhichTheOfficeWasToldIsStillCalledANewOrder(t *testing.T) {
	for _, language := range []string{"ko", "en"} {
		tr := uitest.Translator(t, language)
		if title := styleOf(ipc.Card{Escalated: true}, tr).title; !strings.Contains(title, tr.Text("window.card.order")) {
			t.Errorf("%s: %q", language, title)
		}
	}
}

func TestTheNumberIsTheLargestOnItsCard(t *testing.T) {
	uitest.App(t)
	for _, c := range []ipc.Card{
		{Key: ipc.Key{Mart: "42", Order: "20240727-0001"}, Summary: strings.Repeat("세트 메뉴 1, ", 12), Amount: "9,000원", At: time.Now(), Age: ipc.AgeVeryLate},
		{Key: ipc.Key{Mart: "42", Order: "1"}, Summary: "물 1", Amount: "1", At: time.Now()},
	} {
		sizes := map[string]float32{}
		uitest.Texts(largeCard(c, uitest.Translator(t, "ko")).root, fyne.Position{}, func(text *canvas.Text, _ fyne.Position) {
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

func TestNumbersOfAllCardsStandOnOneLine(t *testing.T) {
	uitest.App(t)
	for name, show := range map[string]func(*card, ipc.Card){
		"large":   func(v *card, c ipc.Card) { v.show(c, cardHeight, len("20260727-")) },
		"compact": func(v *card, c ipc.Card) { v.showCompact(c, len("20260727-")) },
	} {
		var line float32
		for _, c := range []ipc.Card{
			{Key: ipc.Key{Order: "20260727-0001"}}, {Key: ipc.Key{Order: "20260727-0001-12345"}, Summary: "물 1"},
			{Key: ipc.Key{Order: "20260727-12345678"}, Summary: strings.Repeat("세트 메뉴 1, ", 12), Amount: "9,000원", Age: ipc.AgeVeryLate},
		} {
			v := newCard(c, uitest.Translator(t, "ko"), func() {}, func() {})
			show(v, c)
			numbers := 0
			uitest.Texts(v.root, fyne.Position{}, func(text *canvas.Text, at fyne.Position) {
				if text.Text != "20260727-" && !strings.HasSuffix(string(c.Order), text.Text) || text.Text == "" {
					return
				}
				numbers++
				_, baseline := fyne.CurrentApp().Driver().RenderedTextSize("0", text.TextSize, text.TextStyle, nil)
				if line == 0 {
					line = at.Y + baseline
				}
				if off := at.Y + baseline - line; off < -0.5 || off > 0.5 {
					t.Errorf("%s: the number %s in size %v is %v off", name, c.Order, text.TextSize, off)
				}
			})
			if numbers != 2 {
				t.Errorf("%s: %s has %d parts", name, c.Order, numbers)
			}
		}
	}
}

func TestEveryTextOfACompactCardIsWhole(t *testing.T) {
	uitest.EveryLook(t, func(t *testing.T, language string) {
		for _, id := range []string{"1", "20240727-0001", strings.Repeat("W", 64), strings.Repeat("뷁", 64)} {
			for _, kind := range []string{ipc.CardOrder, ipc.CardTest, ipc.CardGap, ipc.CardUnreadable, ipc.CardOld, ipc.CardCancelled, cardUndo} {
				c := ipc.Card{Key: ipc.Key{Mart: "42", Order: order.OrderID(id), Kind: kind}, At: time.Now().Add(-59 * time.Minute), N: 9900, Age: ipc.AgeLate}
				v := newCard(c, uitest.Translator(t, language), func() {}, func() {})
				v.showCompact(c, 0)
				v.tick(time.Now())
				uitest.NoTextSpills(t, v.root, fyne.NewSize(cardWidth, rowHeight))
			}
		}
	})
}

func TestWhateverACardSaysItsButtonIsInOnePlace(t *testing.T) {
	uitest.App(t)
	long := strings.Repeat("매장이름", 16)
	var place fyne.Position
	for _, order := range []order.OrderID{"1", "20240727-0001", order.OrderID(long)} {
		for _, summary := range []string{"", "아메리카노 2", strings.Repeat("아주 긴 이름의 세트 메뉴 1, ", 12), strings.Repeat("뷁", 200)} {
			for age, amount := range []string{ipc.AgeNew: "", ipc.AgeLate: "9,000원", ipc.AgeVeryLate: strings.Repeat("9", 32)} {
				c := ipc.Card{Key: ipc.Key{Mart: "42", Order: order}, Summary: summary, Amount: amount, Age: age}
				v := largeCard(c, uitest.Translator(t, "ko"))
				uitest.NoTextSpills(t, v.root, fyne.NewSize(cardWidth, cardHeight))
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
