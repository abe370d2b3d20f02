package popup

import (
	"image"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"jumun/desktop/internal/ui/theme"
	"jumun/desktop/internal/ui/uitest"
	"jumun/desktop/internal/ui/widgets"

	"fyne.io/fyne/v2"

	"jumun/desktop/internal/ipc"
)

func TestElapsedSaysTheLargestUnitThatHasPassed(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	tests := []struct {
		name   string
		ago    time.Duration
		ko, en string
	}{
		{"the server's clock is ahead", -time.Hour, "방금", "just now"},
		{"at once", 0, "방금", "just now"},
		{"within the first minute", 59 * time.Second, "방금", "just now"},
		{"a minute", time.Minute, "1분 전", "1 min ago"},
		{"nearly an hour", time.Hour - time.Second, "59분 전", "59 min ago"},
		{"an hour", time.Hour, "1시간 전", "1 h ago"},
		{"nearly a day", 24*time.Hour - time.Second, "23시간 전", "23 h ago"},
		{"as long as orders are kept", 72 * time.Hour, "3일 전", "3 d ago"},
	}
	for _, test := range tests {
		for language, want := range map[string]string{"ko": test.ko, "en": test.en} {
			if got := elapsed(uitest.Translator(t, language), now.Add(-test.ago), now); got != want {
				t.Errorf("%s: %q, want %q", test.name, got, want)
			}
		}
	}
}

func TestStackOpensWhatFitsAndCountsTheRest(t *testing.T) {
	three := pile{open: 3, row: true}.height()
	tests := []struct {
		name           string
		cards, orders  int
		banner, height float32
		want           pile
	}{
		{"nothing but a banner", 0, 0, 60, 1000, pile{banner: 60}},
		{"one order needs no row", 1, 1, 0, 1000, pile{open: 1}},
		{"two orders can be confirmed at once", 2, 2, 0, 1000, pile{open: 2, row: true}},
		{"an order and a gap cannot", 2, 1, 0, 1000, pile{open: 2}},
		{"three", 3, 3, 0, 1000, pile{open: 3, row: true}},
		{"a fourth is behind the three", 4, 4, 0, 1000, pile{open: 3, row: true, more: 1}},
		{"a thousand", 1000, 1000, 0, 1000, pile{open: 3, row: true, more: 997}},
		{"three fit to the pixel", 3, 3, 0, three, pile{open: 3, row: true}},
		{"three fit, but not with the banner", 3, 3, 60, three, pile{banner: 60, open: 2, row: true, more: 1}},
		{"a till of 1024 × 768, less the taskbar of Windows 11", 12, 12, 0, 768 - 48 - 2*theme.PopupMargin, pile{open: 3, row: true, more: 9}},
		{"the same with a banner of three lines", 12, 12, 86, 768 - 48 - 2*theme.PopupMargin, pile{banner: 86, open: 2, row: true, more: 10}},
		{"a till of 1280 × 800 at scale 2, less its panel", 12, 12, 0, (800-80)/2 - 2*theme.PopupMargin, pile{open: 1, row: true, more: 11}},
		{"a till of 600 lines, less a taskbar", 3, 3, 0, 536, pile{open: 2, row: true, more: 1}},
		{"a card comes before the banner", 5, 5, 60, 300, pile{open: 1, row: true, more: 4}},
		{"a card comes before the row", 5, 5, 60, 230, pile{open: 1, more: 4}},
		{"one is open even where it does not fit", 5, 5, 60, 10, pile{open: 1, more: 4}},
	}
	for _, test := range tests {
		got := stack(test.cards, test.orders, test.banner, test.height)
		if got != test.want {
			t.Errorf("%s: %+v, want %+v", test.name, got, test.want)
		}
	}
}

func TestWhatStandsAboveTheCardsMovesNoButton(t *testing.T) {
	for open := range mostCards + 1 {
		bare, full := pile{open: open}, pile{open: open, row: true, banner: 100, more: 7}
		if !slices.Equal(bare.bottoms(), full.bottoms()) {
			t.Errorf("%d cards: %v and %v", open, bare.bottoms(), full.bottoms())
		}
		if top := full.rowBottom() + rowHeight + cardGap + full.banner + popupPadding; top != full.height() {
			t.Errorf("%d cards: the parts are %v high, the window %v", open, top, full.height())
		}
	}
}

func TestCornerKeepsThePopupOffPanelsAndOnTheScreen(t *testing.T) {
	tests := []struct {
		name string
		work image.Rectangle
		size image.Point
		want image.Point
	}{
		{"no panel", image.Rect(0, 0, 1280, 800), image.Pt(444, 216), image.Pt(824, 572)},
		{"a taskbar below", image.Rect(0, 0, 1280, 760), image.Pt(444, 216), image.Pt(824, 532)},
		{"a panel at the right", image.Rect(0, 0, 1200, 800), image.Pt(444, 216), image.Pt(744, 572)},
		{"the main screen is the right one", image.Rect(1920, 0, 3840, 1080), image.Pt(444, 216), image.Pt(3384, 852)},
		{"higher than the screen", image.Rect(0, 27, 640, 180), image.Pt(444, 216), image.Pt(184, 27)},
	}
	for _, test := range tests {
		if got := corner(test.work, test.size, 12); got != test.want {
			t.Errorf("%s: %v, want %v", test.name, got, test.want)
		}
	}
}

// monospaced stands in for a font: a character is as wide as its size, a line 1.2 high.
func monospaced(text string, size float32) fyne.Size {
	return fyne.NewSize(float32(utf8.RuneCountInString(text))*size, size*1.2)
}

func TestFitTakesTheLargestSizeAndLosesNoCharacter(t *testing.T) {
	ladder := []rung{{50, 1}, {25, 2}, {10, 5}}
	tests := []struct {
		name, text string
		height     float32
		size       float32
		lines      int
	}{
		{"empty", "", 62, 50, 1},
		{"as wide as the area", "1234", 62, 50, 1},
		{"a little wider", "12345", 62, 25, 1},
		{"two lines", "123456789", 62, 25, 2},
		{"more lines would fit but are too many to read", "123456789", 620, 25, 2},
		{"two lines are too high", "123456789", 59, 10, 1},
		{"64 Hangul", strings.Repeat("가", 64), 62, 10, 4},
	}
	for _, test := range tests {
		got := fit(test.text, fyne.NewSize(200, test.height), ladder, monospaced)
		if got.size != test.size || len(got.lines) != test.lines || strings.Join(got.lines, "") != test.text {
			t.Errorf("%s: %+v", test.name, got)
		}
	}
}

func FuzzFitStaysWithinItsArea(f *testing.F) {
	f.Add("1001", uint8(200))
	f.Add(strings.Repeat("﷽", 300), uint8(10))
	f.Fuzz(func(t *testing.T, text string, width uint8) {
		area := fyne.NewSize(float32(width), 62)
		got := fit(text, area, []rung{{50, 1}, {25, 2}, {10, 5}}, monospaced)
		if len(got.lines) == 0 || float32(len(got.lines))*got.size*1.2 > area.Height {
			t.Fatalf("too high: %+v", got)
		}
		for _, line := range got.lines {
			if n := utf8.RuneCountInString(line); n > 2 && float32(n)*got.size > area.Width {
				t.Fatalf("too wide: %+v", got)
			}
		}
	})
}

func TestPhraseCutsBetweenWordsWhereItCan(t *testing.T) {
	tests := []struct {
		name, text string
		want       []string
	}{
		{"nothing", "", nil},
		{"one line", "a bc def", []string{"a bc def"}},
		{"two lines", "chicken, cola", []string{"chicken,", "cola"}},
		{"spaces and line breaks are spaces", " chicken,\n cola ", []string{"chicken,", "cola"}},
		{"the rest is an ellipsis", "chicken, cola, radish", []string{"chicken,", "cola, rad…"}},
		{"a long word is cut", "chickenandcola", []string{"chickenand", "cola"}},
		{"and goes on behind another", "a chickenandcola", []string{"a", "chickenan…"}},
		{"Hangul", "후라이드치킨 한 마리 추가", []string{"후라이드치킨 한", "마리 추가"}},
	}
	for _, test := range tests {
		width := func(s string) float32 { return monospaced(s, 1).Width }
		if got := phrase(test.text, 10, 2, width); !slices.Equal(got, test.want) {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}

func FuzzPhraseStaysWithinItsLines(f *testing.F) {
	f.Add("후라이드치킨 1, 콜라 1", uint8(10), uint8(2))
	f.Add(strings.Repeat("﷽ ", 300), uint8(1), uint8(1))
	f.Fuzz(func(t *testing.T, text string, width, most uint8) {
		text = strings.ToValidUTF8(text, "") // as everything that was JSON is
		measure := func(s string) float32 { return monospaced(s, 1).Width }
		got := phrase(text, float32(width), int(most%3)+1, measure)
		if len(got) > int(most%3)+1 {
			t.Fatalf("too many lines: %q", got)
		}
		for _, line := range got {
			if n := utf8.RuneCountInString(line); n > 2 && n > int(width) {
				t.Fatalf("too wide: %q", got)
			}
		}
		if whole := strings.Join(got, ""); !strings.HasSuffix(whole, "…") && strings.ReplaceAll(whole, " ", "") != strings.Join(strings.Fields(text), "") {
			t.Fatalf("something is lost: %q", got)
		}
	})
}

func TestTheTimeThatIsLeftIsCountedDown(t *testing.T) {
	tests := []struct {
		name string
		left time.Duration
		want string
	}{
		{"it is over", -time.Hour, "00:00"},
		{"at the very moment", 0, "00:00"},
		{"a second has begun", time.Millisecond, "00:01"},
		{"a minute", time.Minute, "01:00"},
		{"a quarter of an hour", 15 * time.Minute, "15:00"},
		{"nearly an hour", time.Hour - time.Second, "59:59"},
		{"an hour and more", time.Hour + 4*time.Minute + 59*time.Second, "1:04:59"},
	}
	for _, test := range tests {
		if got := countdown(test.left); got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}

func TestAClickCountsOnlyOnACardThatStoodStill(t *testing.T) {
	a, b, c := ipc.Key{Order: "A"}, ipc.Key{Order: "B"}, ipc.Key{Order: "C"}
	start := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	later := start.Add(10 * time.Second)
	var s settled
	s.update([]ipc.Key{a, b}, pile{open: 2}.bottoms(), start)
	if s.counts(a, start) || s.counts(b, start.Add(widgets.SettleTime-1)) {
		t.Error("a click counts on a card that has only just come")
	}
	if !s.counts(a, start.Add(widgets.SettleTime)) {
		t.Error("a click does not count on a card that stood still")
	}
	// B was at the bottom, and is again after A above it is confirmed.
	s.update([]ipc.Key{b}, pile{open: 1}.bottoms(), later)
	if !s.counts(b, later) {
		t.Error("a click does not count on a card that did not move")
	}
	// C comes below B, under the finger.
	s.update([]ipc.Key{b, c}, pile{open: 2}.bottoms(), later)
	if s.counts(c, later) || s.counts(b, later.Add(widgets.SettleTime-1)) {
		t.Error("a click counts on a card that has slid under it")
	}
	s.restart(b, later.Add(time.Minute))
	if s.counts(b, later.Add(time.Minute)) || !s.counts(b, later.Add(time.Minute+widgets.SettleTime)) {
		t.Error("a double click counts twice")
	}
	if s.counts(a, later.Add(time.Hour)) {
		t.Error("a click counts on a card that is gone")
	}
}
