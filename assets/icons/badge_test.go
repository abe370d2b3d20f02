package icons

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"testing"
)

// numbered returns the PNG of a state with a badge.
func numbered(t *testing.T, state string, n int) image.Image {
	t.Helper()
	file, err := os.ReadFile("tray/" + state + ".png")
	if err != nil {
		t.Fatal(err)
	}
	icon, err := png.Decode(bytes.NewReader(numberPNG(file, n)))
	if err != nil {
		t.Fatal(err)
	}
	return icon
}

func TestEveryNumberOfEveryStateHasItsOwnPictureOfTheSameSize(t *testing.T) {
	seen := map[string]string{}
	for _, state := range states {
		for n := range 11 {
			what := fmt.Sprintf("%s, %d", state, n)
			icon := string(Tray(state, n))
			if other, ok := seen[icon]; ok {
				t.Errorf("%s looks like %s", what, other)
			}
			seen[icon] = what
			if n > 0 && numbered(t, state, n).Bounds() != image.Rect(0, 0, 64, 64) {
				t.Errorf("%s has another size", what)
			}
		}
		if !bytes.Equal(Tray(state, 10), Tray(state, 1e9)) {
			t.Errorf("%s: more than nine is not nine and more", state)
		}
		if nine, more := inked(numbered(t, state, 9)), inked(numbered(t, state, 10)); more.Dx() <= nine.Dx() {
			t.Errorf("%s: there is no plus", state)
		}
		if !bytes.Equal(Tray(state, 0), Tray(state, -1)) {
			t.Errorf("%s: less than none is not none", state)
		}
	}
}

// inked returns the area of the digits.
func inked(icon image.Image) (written image.Rectangle) {
	for y := range 64 {
		for x := range 64 {
			if icon.At(x, y) == color.Color(ink) {
				written = written.Union(image.Rect(x, y, x+1, y+1))
			}
		}
	}
	return written
}

func TestABadgeCanBeReadOnAnyPanel(t *testing.T) {
	panels := []color.NRGBA{{255, 255, 255, 255}, {243, 243, 243, 255}, {45, 45, 51, 255}, {28, 28, 28, 255}}
	for _, panel := range panels {
		if c := contrast(ground, panel); c < 3 { // WCAG 2.2, 1.4.11: graphical objects
			t.Errorf("the badge on %v has a contrast of %.2f", panel, c)
		}
	}
	if c := contrast(ink, ground); c < 4 {
		t.Errorf("the digits have a contrast of %.2f", c)
	}
	for _, n := range []int{1, 8, 10} {
		if at22 := inked(numbered(t, Waiting, n)).Dy() * 22 / 64; at22 < 9 {
			t.Errorf("%d is %d pixels high in a panel of 22", n, at22)
		}
	}
}

func TestNoPixelOfABadgeIsHalfTransparent(t *testing.T) {
	for _, state := range states {
		icon := numbered(t, state, 10)
		for y := range 64 {
			for x := range 64 {
				if _, _, _, a := icon.At(x, y).RGBA(); a != 0 && a != 0xffff {
					t.Fatalf("%s at %d, %d: opacity %d", state, x, y, a)
				}
			}
		}
	}
}

// The signs that tell the states apart stand below and beside the badge.
func TestStatesWithABadgeStillDifferInShapeAt16Pixels(t *testing.T) {
	for _, n := range []int{4, 10} {
		for i, a := range states {
			for _, b := range states[i+1:] {
				if d := different(shape(numbered(t, a, n)), shape(numbered(t, b, n))); d < 8 {
					t.Errorf("%d: only %d of 256 pixels tell %s from %s", n, d, a, b)
				}
			}
		}
	}
}

// at returns a pixel of a bitmap, and whether its mask makes it clear.
func (b bitmap) at(x, y int) (color.NRGBA, bool) {
	row := b.height - 1 - y
	p := b.pixels[4*(row*b.width+x):]
	return color.NRGBA{p[2], p[1], p[0], p[3]}, b.mask[row*b.stride()+x/8]&(0x80>>(x%8)) != 0
}

func TestABadgeIsInEverySizeOfAnICO(t *testing.T) {
	for _, state := range states {
		file, err := os.ReadFile("tray/" + state + ".ico")
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range []int{1, 10} {
			if changed := numberICO(file, n); len(changed) != len(file) {
				t.Errorf("%s has %d bytes, and had %d", state, len(changed), len(file))
			} else {
				wantBadges(t, fmt.Sprintf("%s, %d", state, n), changed)
			}
		}
	}
}

func wantBadges(t *testing.T, what string, file []byte) {
	t.Helper()
	for i := range int(file[4]) {
		entry := file[6+16*i:]
		from, size := binary.LittleEndian.Uint32(entry[12:]), binary.LittleEndian.Uint32(entry[8:])
		b, ok := bitmapIn(file[from:][:size])
		if !ok || b.width != int(entry[0]) {
			t.Fatalf("%s: picture %d is no bitmap of its size", what, i)
		}
		inks, row := 0, -1
		for y := range b.height {
			for x := range b.width {
				if p, clear := b.at(x, y); p == ink && !clear {
					if inks++; row < 0 {
						row = y
					}
				}
			}
		}
		if inks < 10 || row > b.height/4 {
			t.Errorf("%s: %d pixels of ink at size %d, from row %d", what, inks, b.width, row)
		}
	}
}

func TestAnInvalidPictureStaysUnchanged(t *testing.T) {
	for _, raw := range []string{"", "GIF89a", "\x00\x00\x01\x00\x05\x00"} {
		if got := numberICO([]byte(raw), 3); string(got) != raw {
			t.Errorf("ICO %q became %q", raw, got)
		}
		if got := numberPNG([]byte(raw), 3); string(got) != raw {
			t.Errorf("PNG %q became %q", raw, got)
		}
	}
}

func FuzzNumberICO(f *testing.F) {
	file, err := os.ReadFile("tray/waiting.ico")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(file[:2000], 3)
	f.Add([]byte("\x00\x00\x01\x00\x01\x00"), 1)
	f.Fuzz(func(t *testing.T, raw []byte, n int) {
		before := string(raw)
		if got := numberICO(raw, max(n, 1)); len(got) != len(raw) || string(raw) != before {
			t.Error("the copy has another size, or the original was changed")
		}
	})
}

// A panel of 16 pixels makes one pixel of 4 by 4. If a block is part ink, part ground, a digit is blurred.
func TestADigitIsSharpAt16Pixels(t *testing.T) {
	for n := 1; n <= 10; n++ {
		icon := numbered(t, Waiting, n)
		for y := range 64 {
			for x := range 64 {
				if corner := icon.At(x&^3, y&^3); (icon.At(x, y) == color.Color(ink)) != (corner == color.Color(ink)) {
					t.Fatalf("%d is blurred at %d, %d", n, x, y)
				}
			}
		}
	}
}
