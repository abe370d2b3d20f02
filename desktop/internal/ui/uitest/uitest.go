// Package uitest holds what the tests of all windows share: a walk over the texts on a
// window, pictures to compare with, and sample orders and settings.
package uitest

import (
	"image/color"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"

	"jumun/desktop/internal/i18n"
	"jumun/desktop/internal/ui/theme"
)

// Translator returns the translator for a language.
func Translator(t testing.TB, language string) *i18n.Translator {
	t.Helper()
	tr, err := i18n.New(language)
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

// App starts an app in memory with our theme, for one test.
func App(t *testing.T) { test.NewTempApp(t).Settings().SetTheme(theme.New()) }

// InVariant is a theme in one variant, whatever the system asks for.
type InVariant struct {
	fyne.Theme
	Variant fyne.ThemeVariant
}

// Color implements fyne.Theme.
func (t InVariant) Color(name fyne.ThemeColorName, _ fyne.ThemeVariant) color.Color {
	return t.Theme.Color(name, t.Variant)
}

// EveryLook runs a test in both languages, light and dark.
func EveryLook(t *testing.T, do func(t *testing.T, language string)) {
	for name, variant := range test.KnownThemeVariants() {
		for _, language := range []string{"ko", "en"} {
			t.Run(name+" "+language, func(t *testing.T) {
				test.NewTempApp(t).Settings().SetTheme(InVariant{theme.New(), variant})
				do(t, language)
			})
		}
	}
}

// Texts calls see with every visible text under o, and with the text's top left.
func Texts(o fyne.CanvasObject, at fyne.Position, see func(*canvas.Text, fyne.Position)) {
	if !o.Visible() {
		return
	}
	at = at.Add(o.Position())
	switch o := o.(type) {
	case *canvas.Text:
		see(o, at)
	case *fyne.Container:
		for _, child := range o.Objects {
			Texts(child, at, see)
		}
	case fyne.Widget:
		for _, child := range test.WidgetRenderer(o).Objects() {
			Texts(child, at, see)
		}
	}
}

// Strings returns every visible text under o.
func Strings(o fyne.CanvasObject) (all []string) {
	Texts(o, fyne.Position{}, func(text *canvas.Text, _ fyne.Position) { all = append(all, text.Text) })
	return all
}

// NoTextSpills fails the test for every text that is larger than its place or outside of
// size. It returns the number of texts.
func NoTextSpills(t *testing.T, root fyne.CanvasObject, size fyne.Size) (count int) {
	t.Helper()
	Texts(root, fyne.NewPos(0, 0).Subtract(root.Position()), func(text *canvas.Text, at fyne.Position) {
		count++
		min := text.MinSize()
		if at.X < 0 || at.Y < 0 || at.X+min.Width > size.Width || at.Y+min.Height > size.Height {
			t.Errorf("%q is outside of its window", text.Text)
		}
		if min.Width > text.Size().Width+0.5 {
			t.Errorf("%q is %v wide in a place of %v", text.Text, min.Width, text.Size().Width)
		}
	})
	return count
}
