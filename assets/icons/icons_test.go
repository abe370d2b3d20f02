package icons

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/png"
	"math"
	"os"
	"testing"
)

var states = []string{"not-set", "connecting", "connected", "lost", "refused", Waiting, Attention}

// drawn returns the PNG of a state. It is read from the repository, on every system.
func drawn(t *testing.T, state string) image.Image {
	t.Helper()
	file, err := os.ReadFile("tray/" + state + ".png")
	if err != nil {
		t.Fatal(err)
	}
	icon, err := png.Decode(bytes.NewReader(file))
	if err != nil {
		t.Fatalf("%s: %v", state, err)
	}
	return icon
}

func TestEveryStateHasItsOwnIconAndAnUnknownStateWarns(t *testing.T) {
	seen := map[string]string{}
	for _, state := range states {
		icon := string(Tray(state, 0))
		if other, ok := seen[icon]; ok || icon == "" {
			t.Errorf("%s has no icon of its own (%s)", state, other)
		}
		seen[icon] = state
	}
	if !bytes.Equal(Tray("a state of tomorrow", 0), Tray(Attention, 0)) {
		t.Error("an unknown state does not warn")
	}
}

func TestIconsHaveTheSizesThatSystemsAskFor(t *testing.T) {
	app, err := png.DecodeConfig(bytes.NewReader(App()))
	if err != nil || app.Width != 512 || app.Height != 512 {
		t.Errorf("the application's icon is %d x %d, %v", app.Width, app.Height, err)
	}
	for _, state := range states {
		if size := drawn(t, state).Bounds().Size(); size != image.Pt(64, 64) {
			t.Errorf("%s is %v", state, size)
		}
		if sizes := icoSizes(t, state); !bytes.Equal(sizes, []byte{16, 20, 24, 32, 40, 48, 64}) {
			t.Errorf("%s.ico has the sizes %v", state, sizes)
		}
	}
}

// icoSizes reads the directory of a state's ICO: six bytes, then 16 for each image.
func icoSizes(t *testing.T, state string) []byte {
	t.Helper()
	file, err := os.ReadFile("tray/" + state + ".ico")
	if err != nil || len(file) < 6 || binary.LittleEndian.Uint32(file) != 1<<16 {
		t.Fatalf("%s is no ICO: %v", state, err)
	}
	var sizes []byte
	for i := range int(file[4]) {
		entry := file[6+16*i:]
		end := binary.LittleEndian.Uint32(entry[8:]) + binary.LittleEndian.Uint32(entry[12:])
		if entry[0] != entry[1] || int(end) > len(file) {
			t.Fatalf("%s.ico is cut short", state)
		}
		sizes = append(sizes, entry[0])
	}
	return sizes
}

// shape returns how opaque each of 16 x 16 pixels is, 0 to 1: the icon without colour.
func shape(icon image.Image) [256]float64 {
	var opacity [256]float64
	for y := range 64 {
		for x := range 64 {
			_, _, _, a := icon.At(x, y).RGBA()
			opacity[y/4*16+x/4] += float64(a) / 0xffff / 16
		}
	}
	return opacity
}

// different returns the number of pixels in which two shapes differ.
func different(a, b [256]float64) (n int) {
	for p := range a {
		if math.Abs(a[p]-b[p]) > 0.5 {
			n++
		}
	}
	return n
}

func TestStatesDifferInShapeAt16PixelsForPeopleWhoSeeNoColour(t *testing.T) {
	for i, a := range states {
		for _, b := range states[i+1:] {
			if d := different(shape(drawn(t, a)), shape(drawn(t, b))); d < 12 {
				t.Errorf("only %d of 256 pixels tell %s from %s", d, a, b)
			}
		}
	}
}

// luminance is the relative luminance of WCAG 2.2.
func luminance(c color.NRGBA) float64 {
	linear := func(v uint8) float64 {
		s := float64(v) / 255
		if s <= 0.04045 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(c.R) + 0.7152*linear(c.G) + 0.0722*linear(c.B)
}

func contrast(a, b color.NRGBA) float64 {
	la, lb := luminance(a), luminance(b)
	return (max(la, lb) + 0.05) / (min(la, lb) + 0.05)
}

func TestIconsStandOutOnLightAndDarkPanels(t *testing.T) {
	panels := []color.NRGBA{{255, 255, 255, 255}, {243, 243, 243, 255}, {45, 45, 51, 255}, {28, 28, 28, 255}}
	for _, state := range states {
		icon := drawn(t, state)
		for y := range 64 {
			for x := range 64 {
				c := color.NRGBAModel.Convert(icon.At(x, y)).(color.NRGBA)
				for _, panel := range panels {
					if c.A == 255 && contrast(c, panel) < 3 { // WCAG 2.2, 1.4.11: graphical objects
						t.Fatalf("%s: %v on %v has a contrast of %.2f", state, c, panel, contrast(c, panel))
					}
				}
			}
		}
	}
}

// The tray library takes the low byte of each premultiplied 16-bit colour, which is the
// colour itself only where a pixel is wholly opaque.
func TestNoPixelOfATrayIconIsHalfTransparent(t *testing.T) {
	for _, state := range states {
		icon := drawn(t, state)
		for y := range 64 {
			for x := range 64 {
				if _, _, _, a := icon.At(x, y).RGBA(); a != 0 && a != 0xffff {
					t.Fatalf("%s at %d, %d: opacity %d", state, x, y, a)
				}
			}
		}
	}
}
