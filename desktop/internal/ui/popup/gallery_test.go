package popup

import (
	"fmt"
	"image"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"jumun/desktop/internal/i18n"
	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/ui/uitest"
	"jumun/shared/order"
)

// lunch is when every popup of the gallery is looked at.
func lunch() time.Time { return time.Date(2026, 7, 27, 12, 30, 0, 0, time.UTC) }

// hangPopup puts a popup into the gallery, as it is on a till's screen when look is done.
func hangPopup(t *testing.T, name string, state func(w *i18n.Translator) ipc.Popup, look func(*Popup)) {
	hangPopupIn(t, name, image.Rect(0, 0, 1280, 760), state, look)
}

func hangPopupIn(t *testing.T, name string, screen image.Rectangle, state func(w *i18n.Translator) ipc.Popup, look func(*Popup)) {
	uitest.Gallery(t, name, func(w *i18n.Translator) fyne.CanvasObject {
		area := func(string) image.Rectangle { return screen }
		p := New(fyne.CurrentApp().NewWindow(""), w, func(ipc.FromUI) {}, area)
		p.now = lunch
		p.Show(state(w))
		if look != nil {
			look(p)
		}
		return p.overlay.root
	})
}

// busy is that many orders, two minutes apart, the oldest ones late.
func busy(orders int) (list []ipc.Card) {
	summaries := []string{"후라이드치킨 1, 양념치킨 1, 콜라 1.25L 1, 치킨무 2, 소스 추가", "아메리카노 2", "김치찌개 1, 공기밥 2", ""}
	amounts := []string{"43,500원", "9,000원", "", "12,000원"}
	for i := range orders {
		ago := time.Duration(2*(orders-i)-1) * time.Minute
		c := ipc.Card{Key: ipc.Key{Mart: "42", Order: order.OrderID(fmt.Sprintf("20260727-%04d", i+1))},
			At: lunch().Add(-ago), Summary: summaries[i%4], Amount: amounts[i%4]}
		switch {
		case ago > 8*time.Minute:
			c.Age = ipc.AgeVeryLate
		case ago > 5*time.Minute:
			c.Age = ipc.AgeLate
		}
		list = append(list, c)
	}
	return list
}

// withdrawn returns cards of which the first order was withdrawn.
func withdrawn(cards []ipc.Card) []ipc.Card {
	cards[0].Kind, cards[0].Age, cards[0].At = ipc.CardCancelled, ipc.AgeNew, lunch()
	return cards
}

// only returns a state that has no sentence of its own.
func only(state ipc.Popup) func(*i18n.Translator) ipc.Popup {
	return func(*i18n.Translator) ipc.Popup { return state }
}

func lost(w *i18n.Translator) ipc.Popup {
	return ipc.Popup{Banner: ipc.Banner{Tone: ipc.ToneBad, Text: w.Text("banner.lost"), Do: w.Text("banner.lost.do")}}
}

// paused is cards while the sound is paused, as the agent tells of it.
func paused(cards []ipc.Card) func(w *i18n.Translator) ipc.Popup {
	until := lunch().Add(14*time.Minute + 59*time.Second)
	return func(w *i18n.Translator) ipc.Popup {
		return ipc.Popup{Cards: cards, PausedUntil: until, Banner: ipc.Banner{Tone: ipc.ToneCalm, Text: w.Text("banner.paused"), Until: until}}
	}
}

func calm(w *i18n.Translator) ipc.Popup {
	return ipc.Popup{Cards: busy(1), Banner: ipc.Banner{Tone: ipc.ToneCalm, Text: w.Text("banner.closed", "N", 1)}}
}

func tooLate(w *i18n.Translator) ipc.Popup {
	return ipc.Popup{Cards: busy(1), Undo: ipc.Undo{Text: w.Text("undo.too-late", "Order", busy(1)[0].Order)}}
}

// confirmed is cards after the order of key was confirmed.
func confirmed(w *i18n.Translator, cards []ipc.Card, key ipc.Key) ipc.Popup {
	return ipc.Popup{Cards: cards, Undo: ipc.Undo{Text: w.Text("undo.order", "Order", key.Order), Key: key, N: 1}}
}

func cancelled(w *i18n.Translator) ipc.Popup {
	return confirmed(w, withdrawn(busy(2)), ipc.Key{Mart: "42", Order: "20260727-0007"})
}

func TestTheGalleryOfThePopup(t *testing.T) {
	test, gap := busy(1)[0], ipc.Card{Key: ipc.Key{Mart: "42", Kind: ipc.CardGap}}
	test.Kind, test.Order, test.Summary, test.Amount = ipc.CardTest, "TEST", "", ""
	hangul := strings.Repeat("매장이름", 16)
	long := ipc.Card{Key: ipc.Key{Mart: order.MartID(hangul), Order: order.OrderID(strings.Repeat("20260727-0001234", 4))}, At: lunch(),
		Summary: strings.Repeat("아주 긴 이름의 세트 메뉴 1, ", 12), Amount: "1,234,567,890,123원 (배달비 포함)"}
	bare := ipc.Card{Key: ipc.Key{Mart: long.Mart, Order: order.OrderID(hangul)}, At: lunch()}
	screens := map[string]func(*i18n.Translator) ipc.Popup{
		"popup-one":        only(ipc.Popup{Cards: []ipc.Card{{Key: ipc.Key{Mart: "42", Order: "1001"}, At: lunch(), Summary: "아메리카노 2, 카페라테 1", Amount: "13,500원"}}}),
		"popup-five":       only(ipc.Popup{Cards: busy(5)}),
		"popup-twelve":     only(ipc.Popup{Cards: busy(12)}),
		"popup-lost":       lost,
		"popup-paused":     paused(busy(2)),
		"popup-calm":       calm,
		"popup-other":      only(ipc.Popup{Cards: []ipc.Card{gap, test}}),
		"popup-long":       only(ipc.Popup{Cards: []ipc.Card{long, bare}}),
		"popup-cancelled":  cancelled,
		"popup-unreadable": only(ipc.Popup{Cards: []ipc.Card{{Key: ipc.Key{Mart: "42", Kind: ipc.CardUnreadable}}}}),
		"popup-too-late":   tooLate,
	}
	for name, state := range screens {
		hangPopup(t, name, state, nil)
	}
	// as on a screen of 800 × 600 at scale 2.5
	hangPopupIn(t, "popup-small", image.Rect(0, 0, 320, 224), paused(append([]ipc.Card{gap}, busy(5)...)), nil)
	five := busy(5)
	hangPopup(t, "popup-undo", only(ipc.Popup{Cards: five}), func(p *Popup) {
		p.Show(confirmed(p.tr, slices.Delete(slices.Clone(five), 1, 2), five[1].Key))
	})
	hangPopup(t, "popup-undo-newest", only(ipc.Popup{Cards: five}), func(p *Popup) {
		p.Show(confirmed(p.tr, five[:4], five[4].Key))
	})
	hangPopup(t, "popup-open", only(ipc.Popup{Cards: append([]ipc.Card{gap}, busy(5)...)}), func(p *Popup) {
		p.items[1].Summary = strings.Repeat("아주 긴 이름의 세트 메뉴 1, ", 12)
		p.opened = five[0].Key
		p.arrange()
	})
	hangPopup(t, "popup-beyond", only(ipc.Popup{Cards: busy(9), More: 9_900}), func(p *Popup) { p.page = 1; p.arrange() })
	hangPopup(t, "popup-sure", only(ipc.Popup{Cards: busy(4)}), func(p *Popup) { p.all.arm(lunch()) })
}
