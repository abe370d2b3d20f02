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
	fynetheme "fyne.io/fyne/v2/theme"

	"jumun/desktop/internal/i18n"
	"jumun/desktop/internal/ui/theme"
)

var update = flag.Bool("update", false, "draw the pictures of the gallery anew")

// Fyne draws letters with floating point, which another processor may round differently: a
// few pixels at the edges of letters then have another shade. A different digit, even in
// the smallest text, changes more pixels, and a different colour is more than a shade.
const (
	otherShade  = 24 // of 255
	otherPixels = 10
)

// Gallery compares what render returns, in both languages, light and dark, with the
// pictures testdata/gallery/NAME-ko-light.png and so on. With -update it writes these
// pictures. A picture is as large as its object, but at least of its minimum size. The
// object must look the same on every PC, whatever the time, screen or files there are, and every text
// on it must be a translation, or come from outside.
func Gallery(t *testing.T, name string, render func(w *i18n.Translator) fyne.CanvasObject) {
	t.Helper()
	for shade, variant := range test.KnownThemeVariants() {
		hang(t, name, shade, InVariant{theme.New(), variant}, 1, render)
	}
}

// GalleryAt is Gallery for a scale, in light colours only: the repository keeps every picture for ever.
func GalleryAt(t *testing.T, name string, scale float32, render func(w *i18n.Translator) fyne.CanvasObject) {
	t.Helper()
	hang(t, name, "light", InVariant{theme.New(), fynetheme.VariantLight}, scale, render)
}

func hang(t *testing.T, name, shade string, colours InVariant, scale float32, render func(w *i18n.Translator) fyne.CanvasObject) {
	for _, language := range []string{"ko", "en"} {
		file := name + "-" + language + "-" + shade + ".png"
		t.Run(file, func(t *testing.T) {
			test.NewTempApp(t).Settings().SetTheme(colours)
			o := render(Translator(t, language))
			everyTextIsSaid(t, language, o)
			compare(t, file, picture(o, colours, scale))
		})
	}
}

// picture draws o by software.
func picture(o fyne.CanvasObject, colours fyne.Theme, scale float32) image.Image {
	size := o.Size().Max(o.MinSize())
	c := software.NewCanvas()
	c.SetScale(scale)
	c.SetPadded(false)
	c.SetContent(o)
	c.Resize(size)
	return software.RenderCanvas(c, colours)
}

// compare compares a picture with the one in the gallery, or writes it there.
func compare(t *testing.T, file string, got image.Image) {
	t.Helper()
	path := filepath.Join("testdata", "gallery", file)
	if *update {
		if err := write(path, got); err != nil {
			t.Fatal(err)
		}
		return
	}
	err := matches(path, got)
	if err == nil {
		return
	}
	dir, failed := os.MkdirTemp("", "jumun-gallery-") // not removed, so that a person can look at it
	if failed == nil {
		failed = write(filepath.Join(dir, file), got)
	}
	if failed != nil {
		t.Error(failed)
	}
	t.Errorf("%s: %v; it is now %s. If it should be, run the test with -update", path, err, filepath.Join(dir, file))
}

// matches returns how got differs from the picture at path, or nil.
func matches(path string, got image.Image) error {
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
	pixels := 0
	eachPixel(want, func(x, y int, c color.NRGBA) {
		if distance(c, color.NRGBAModel.Convert(got.At(x, y)).(color.NRGBA)) > otherShade {
			pixels++
		}
	})
	if pixels > otherPixels {
		return fmt.Errorf("%d pixels differ", pixels)
	}
	return nil
}

// write writes a picture in few bytes, since the repository keeps it for ever.
func write(path string, p image.Image) error {
	var out bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&out, fewColours(p)); err != nil {
		return err
	}
	return os.WriteFile(path, out.Bytes(), 0o644)
}

// fewColours returns the picture in at most 256 colours, which takes a third of the space.
// A rare shade at the edge of a letter becomes a similar frequent one.
func fewColours(p image.Image) image.Image {
	count := map[color.NRGBA]int{}
	eachPixel(p, func(_, _ int, c color.NRGBA) { count[c]++ })
	often := slices.SortedFunc(maps.Keys(count), func(a, b color.NRGBA) int {
		return cmp.Or(count[b]-count[a], cmp.Compare(fmt.Sprint(a), fmt.Sprint(b)))
	})
	few := image.NewPaletted(p.Bounds(), palette(often))
	nearest := map[color.NRGBA]uint8{}
	for _, c := range often {
		nearest[c] = uint8(few.Palette.Index(c))
	}
	eachPixel(p, func(x, y int, c color.NRGBA) { few.SetColorIndex(x, y, nearest[c]) })
	return few
}

func eachPixel(p image.Image, do func(x, y int, c color.NRGBA)) {
	for y := range p.Bounds().Dy() {
		for x := range p.Bounds().Dx() {
			do(x, y, color.NRGBAModel.Convert(p.At(x, y)).(color.NRGBA))
		}
	}
}

// palette returns at most 256 of the colours, which come most frequent first. It leaves
// out those that are most similar to a more frequent one.
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

// distance returns the largest difference of two colours in any channel.
func distance(a, b color.NRGBA) int {
	apart := func(v, w uint8) int { return int(max(v, w) - min(v, w)) }
	return max(apart(a.R, b.R), apart(a.G, b.G), apart(a.B, b.B))
}
