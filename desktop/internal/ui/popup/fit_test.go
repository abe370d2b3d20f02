package popup

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"fyne.io/fyne/v2"
)

// monospaced stands in for a font: a character is as wide as its size, a line 1.2 high.
func monospaced(text string, size float32) fyne.Size {
	return fyne.NewSize(float32(utf8.RuneCountInString(text))*size, size*1.2)
}

func TestFitTakesTheLargestSizeAndLosesNoCharacter(t *testing.T) {
	sizes := []textSize{{50, 1}, {25, 2}, {10, 5}}
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
		got := fit(test.text, fyne.NewSize(200, test.height), sizes, monospaced)
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
		got := fit(text, area, []textSize{{50, 1}, {25, 2}, {10, 5}}, monospaced)
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
