package fonts

import (
	"encoding/binary"
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

// The fonts of the pages must be made again together with those of the windows, else pages lack characters.
func TestThePagesFontsAreMadeOfTheWindowsFonts(t *testing.T) {
	for weight, files := range map[string][2][]byte{"regular": {Regular(), RegularForPages()}, "bold": {Bold(), BoldForPages()}} {
		want, got := tablesOfTTF(files[0]), tablesOfWOFF2(t, files[1])
		if len(got) != len(want) {
			t.Errorf("%s: tables %v; want %v", weight, got, want)
		}
		for _, name := range []string{"cmap", "hmtx", "maxp", "name", "OS/2"} { // WOFF2 writes the outlines in its own way
			if got[name] != want[name] || got[name] == 0 {
				t.Errorf("%s: %s has %d bytes; want %d", weight, name, got[name], want[name])
			}
		}
	}
}

// tablesOfTTF returns the size of each table of a font (OpenType, "Table directory").
func tablesOfTTF(file []byte) map[string]uint32 {
	tables := map[string]uint32{}
	for at := range int(binary.BigEndian.Uint16(file[4:])) {
		entry := file[12+16*at:]
		tables[string(entry[:4])] = binary.BigEndian.Uint32(entry[12:])
	}
	return tables
}

// tablesOfWOFF2 returns the size that each table has once it is unpacked (W3C, WOFF 2.0, section 4.1).
func tablesOfWOFF2(t *testing.T, file []byte) map[string]uint32 {
	t.Helper()
	if string(file[:4]) != "wOF2" || int(binary.BigEndian.Uint32(file[8:])) != len(file) {
		t.Fatalf("%q, %d bytes, is not a WOFF2", file[:4], len(file))
	}
	known := []string{"cmap", "head", "hhea", "hmtx", "maxp", "name", "OS/2", "post", "cvt ", "fpgm", "glyf", "loca"}
	tables, rest := map[string]uint32{}, file[48:]
	number := func() (n uint32) { // UIntBase128
		for {
			b := rest[0]
			n, rest = n<<7|uint32(b&0x7f), rest[1:]
			if b < 0x80 {
				return n
			}
		}
	}
	for range binary.BigEndian.Uint16(file[12:]) {
		tag, transform := known[rest[0]&0x3f], rest[0]>>6
		rest = rest[1:]
		tables[tag] = number()
		if outlines := tag == "glyf" || tag == "loca"; outlines && transform != 3 || !outlines && transform != 0 {
			number() // the size that it has here
		}
	}
	return tables
}
