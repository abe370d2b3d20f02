package window

import (
	"encoding/json"
	"image/color"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"

	"jumun/assets/translations"
)

func luminance(c color.Color) float64 {
	linear := func(v uint32) float64 {
		s := float64(v) / 0xFFFF
		if s <= 0.04045 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	r, g, b, _ := c.RGBA()
	return 0.2126*linear(r) + 0.7152*linear(g) + 0.0722*linear(b)
}

// WCAG 2.2, success criterion 1.4.3.
func TestEveryTextHasContrastAA(t *testing.T) {
	pairs := [][2]fyne.ThemeColorName{
		{theme.ColorNameForeground, theme.ColorNameBackground}, {theme.ColorNameForeground, theme.ColorNameInputBackground},
		{theme.ColorNameForeground, theme.ColorNameButton}, {theme.ColorNamePlaceHolder, theme.ColorNameInputBackground},
		{theme.ColorNameDisabled, theme.ColorNameBackground}, {theme.ColorNameError, theme.ColorNameBackground},
		{theme.ColorNameWarning, theme.ColorNameBackground}, {theme.ColorNameForegroundOnPrimary, theme.ColorNamePrimary},
		{theme.ColorNameForeground, theme.ColorNameOverlayBackground}, {theme.ColorNameForeground, theme.ColorNameMenuBackground},
		{theme.ColorNameForeground, colorCard}, {colorQuiet, colorCard}, {colorOrder, colorCard}, {colorTest, colorCard},
		{theme.ColorNameForegroundOnPrimary, colorHovered}, {theme.ColorNameForegroundOnPrimary, colorPressed}, {colorOnSpent, colorSpent},
	}
	ours := newTheme()
	for name, variant := range test.KnownThemeVariants() {
		for _, pair := range pairs {
			a, b := luminance(ours.Color(pair[0], variant)), luminance(ours.Color(pair[1], variant))
			if ratio := (max(a, b) + 0.05) / (min(a, b) + 0.05); ratio < 4.5 {
				t.Errorf("%s: %s on %s is %.2f", name, pair[0], pair[1], ratio)
			}
		}
	}
}

func TestEveryStyleHasHangul(t *testing.T) {
	ours := newTheme()
	for _, style := range []fyne.TextStyle{{}, {Italic: true}, {Monospace: true}, {Bold: true, Italic: true}} {
		if got := ours.Font(style); got != ours.regular && got != ours.bold {
			t.Errorf("%+v has the font %s", style, got.Name())
		}
	}
	if string(ours.regular.Content()) == string(ours.bold.Content()) {
		t.Error("bold has no face of its own")
	}
}

func TestFynesOwnTextsAreAllTranslated(t *testing.T) {
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "fyne.io/fyne/v2").Output()
	if err != nil {
		t.Fatal(err)
	}
	english, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(dir)), "lang", "translations", "base.en.json"))
	if err != nil {
		t.Fatal(err)
	}
	var want, got map[string]any
	if err := json.Unmarshal(english, &want); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(translations.Fyne, &got); err != nil {
		t.Fatal(err)
	}
	for key, text := range want {
		if got[key] == nil || reflect.DeepEqual(got[key], text) {
			t.Errorf("%s is not in Korean: %v", key, got[key])
		}
	}
}
