package uitest

import (
	"bytes"
	"cmp"
	"flag"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/software"
	"fyne.io/fyne/v2/test"

	"jumun/desktop/internal/i18n"
	"jumun/desktop/internal/ui/theme"
)

var update = flag.Bool("update", false, "draw the pictures of the gallery anew")

// Letters are drawn with floating point, which another processor may round otherwise: a
// few dots at the edges of letters have another shade there. Another digit in the
// smallest text is more dots than that, and another colour is more than a shade.
const (
	otherShade = 24 // of 255
	otherDots  = 10
)

// Gallery compares what render makes, in both languages, light and dark, with the
// pictures testdata/gallery/NAME-ko-light.png and so on; with -update it draws these anew.
// A picture is as large as its object is, or wants to be at the least. Whatever time,
// size of screen or file an object shows has to be given to it: it must be the same on
// every PC.
func Gallery(t *testing.T, name string, render func(w *i18n.Translator) fyne.CanvasObject) {
	t.Helper()
	for shade, variant := range test.KnownThemeVariants() {
		for _, language := range []string{"ko", "en"} {
			file := name + "-" + language + "-" + shade + ".png"
			t.Run(file, func(t *testing.T) {
				colours := InVariant{theme.New(), variant}
				test.NewTempApp(t).Settings().SetTheme(colours)
				hang(t, file, picture(render(Translator(t, language)), colours))
			})
		}
	}
}

// picture draws o as Fyne does without a graphics card.
func picture(o fyne.CanvasObject, colours fyne.Theme) image.Image {
	size := o.Size().Max(o.MinSize())
	c := software.NewCanvas()
	c.SetPadded(false)
	c.SetContent(o)
	c.Resize(size)
	return software.RenderCanvas(c, colours)
}

// hang compares a picture with the one in the gallery, or puts it there.
func hang(t *testing.T, file string, got image.Image) {
	t.Helper()
	path := filepath.Join("testdata", "gallery", file)
	if *update {
		if err := paint(path, got); err != nil {
			t.Fatal(err)
		}
		return
	}
	err := likeIn(path, got)
	if err == nil {
		return
	}
	dir, failed := os.MkdirTemp("", "jumun-gallery-") // it stays: a person wants to look
	if failed == nil {
		failed = paint(filepath.Join(dir, file), got)
	}
	if failed != nil {
		t.Error(failed)
	}
	t.Errorf("%s: %v; it is now %s. If it should be, run the test with -update", path, err, filepath.Join(dir, file))
}

// likeIn says what is different in the picture at path.
func likeIn(path string, got image.Image) error {
	raw, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	want, err := png.Decode(bytes.NewReader(raw))
	if err != nil {
		return err
	}
	if got.Bounds() != want.Bounds() {
		return fmt.Errorf("it was %v large, not %v", want.Bounds().Size(), got.Bounds().Size())
	}
	dots := 0
	eachDot(want, func(x, y int, c color.NRGBA) {
		if distance(c, color.NRGBAModel.Convert(got.At(x, y)).(color.NRGBA)) > otherShade {
			dots++
		}
	})
	if dots > otherDots {
		return fmt.Errorf("%d dots are others", dots)
	}
	return nil
}

// paint writes a picture; small, since it is kept for ever.
func paint(path string, p image.Image) error {
	var out bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&out, fewColours(p)); err != nil {
		return err
	}
	return os.WriteFile(path, out.Bytes(), 0o644)
}

// fewColours is the picture in 256 colours at most, which takes a third of the space. A
// shade at the edge of a letter becomes a frequent one that is hardly another.
func fewColours(p image.Image) image.Image {
	count := map[color.NRGBA]int{}
	eachDot(p, func(_, _ int, c color.NRGBA) { count[c]++ })
	often := slices.SortedFunc(maps.Keys(count), func(a, b color.NRGBA) int {
		return cmp.Or(count[b]-count[a], cmp.Compare(fmt.Sprint(a), fmt.Sprint(b)))
	})
	few := image.NewPaletted(p.Bounds(), palette(often))
	nearest := map[color.NRGBA]uint8{}
	for _, c := range often {
		nearest[c] = uint8(few.Palette.Index(c))
	}
	eachDot(p, func(x, y int, c color.NRGBA) { few.SetColorIndex(x, y, nearest[c]) })
	return few
}

func eachDot(p image.Image, do func(x, y int, c color.NRGBA)) {
	for y := range p.Bounds().Dy() {
		for x := range p.Bounds().Dx() {
			do(x, y, color.NRGBAModel.Convert(p.At(x, y)).(color.NRGBA))
		}
	}
}

// palette leaves out colours, given by how frequent they are, that are nearly another
// one: as few as make room for all.
func palette(often []color.NRGBA) (few color.Palette) {
	for near := 0; ; near++ {
		few = few[:0]
		for _, c := range often {
			if !slices.ContainsFunc(few, func(f color.Color) bool { return distance(c, f.(color.NRGBA)) <= near }) {
				few = append(few, c)
			}
		}
		if len(few) <= 256 {
			return few
		}
	}
}

// distance is how much two colours differ in the channel in which they differ most.
func distance(a, b color.NRGBA) int {
	apart := func(v, w uint8) int { return int(max(v, w) - min(v, w)) }
	return max(apart(a.R, b.R), apart(a.G, b.G), apart(a.B, b.B))
}
