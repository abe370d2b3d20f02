package fonts

import (
	"strings"
	"testing"

	"golang.org/x/image/font/sfnt"
)

func parse(t *testing.T, file []byte) *sfnt.Font {
	t.Helper()
	font, err := sfnt.Parse(file)
	if err != nil {
		t.Fatal(err)
	}
	return font
}

func TestBothWeightsHaveEveryCharacterTheWindowsNeed(t *testing.T) {
	tests := []struct {
		name     string
		from, to rune
	}{
		{"ASCII, of order IDs and addresses", ' ', '~'},
		{"every syllable of modern Hangul", '가', '힣'},
		{"Hangul letters, as typed before they are joined", 'ㄱ', 'ㅣ'},
		{"leading Jamo", 0x1100, 0x1112},
		{"full-width forms of ASCII", '！', '～'},
		{"arrows", '←', '↓'},
		{"circled numbers", '①', '⑮'},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var all strings.Builder
			for r := tt.from; r <= tt.to; r++ {
				all.WriteRune(r)
			}
			wantAll(t, all.String())
		})
	}
	t.Run("signs", func(t *testing.T) {
		wantAll(t, "₩￦·…–—‘’“”「」『』【】、。○●◎□■△▲▼▶◀★☆※×÷±°℃№㈜〜•→")
	})
}

func wantAll(t *testing.T, text string) {
	t.Helper()
	for weight, file := range map[string][]byte{"regular": Regular(), "bold": Bold()} {
		var buffer sfnt.Buffer
		font := parse(t, file)
		for _, r := range text {
			if glyph, err := font.GlyphIndex(&buffer, r); err != nil || glyph == 0 {
				t.Errorf("%s lacks %q (%U), %v", weight, r, r, err)
			}
		}
	}
}

func TestEachWeightIsNamedAsWhatItIs(t *testing.T) {
	for want, file := range map[string][]byte{"Regular": Regular(), "Bold": Bold()} {
		if weight, err := parse(t, file).Name(nil, sfnt.NameIDSubfamily); err != nil || weight != want {
			t.Errorf("%s calls itself %q, %v", want, weight, err)
		}
	}
}

func TestTheFontHasNoReservedName(t *testing.T) {
	// The licence reserves the name of the original font. Copyright and trademark notices
	// must still name it.
	ids := []sfnt.NameID{
		sfnt.NameIDFamily, sfnt.NameIDSubfamily, sfnt.NameIDUniqueIdentifier, sfnt.NameIDFull,
		sfnt.NameIDPostScript, sfnt.NameIDTypographicFamily, sfnt.NameIDTypographicSubfamily,
	}
	for _, file := range [][]byte{Regular(), Bold()} {
		font := parse(t, file)
		for _, id := range ids {
			name, err := font.Name(nil, id)
			if err == nil && (strings.Contains(strings.ToLower(name), "nanum") || strings.Contains(name, "나눔")) {
				t.Errorf("name %d is %q", id, name)
			}
		}
		if family, err := font.Name(nil, sfnt.NameIDFamily); err != nil || family != "Jumun Gothic" {
			t.Errorf("the family is %q, %v", family, err)
		}
		if licence, err := font.Name(nil, sfnt.NameIDLicense); err != nil || !strings.Contains(licence, "SIL Open Font License") {
			t.Errorf("the licence is %q, %v", licence, err)
		}
	}
}
