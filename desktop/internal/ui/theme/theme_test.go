package theme

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

// contrast of two colours, by WCAG 2.2.
func contrast(a, b color.Color) float64 {
	light, dark := luminance(a), luminance(b)
	return (max(light, dark) + 0.05) / (min(light, dark) + 0.05)
}

// WCAG 2.2, success criterion 1.4.3.
func TestEveryTextHasContrastAA(t *testing.T) {
	on := map[fyne.ThemeColorName][]fyne.ThemeColorName{
		theme.ColorNameBackground:        {theme.ColorNameForeground, theme.ColorNameDisabled, theme.ColorNameError, theme.ColorNameWarning, theme.ColorNamePrimary},
		theme.ColorNameInputBackground:   {theme.ColorNameForeground, theme.ColorNamePlaceHolder},
		theme.ColorNameButton:            {theme.ColorNameForeground},
		ColorPlainHovered:                {theme.ColorNameForeground},
		ColorPlainPressed:                {theme.ColorNameForeground},
		theme.ColorNamePrimary:           {theme.ColorNameForegroundOnPrimary},
		ColorHovered:                     {theme.ColorNameForegroundOnPrimary},
		ColorPressed:                     {theme.ColorNameForegroundOnPrimary},
		theme.ColorNameOverlayBackground: {theme.ColorNameForeground},
		theme.ColorNameMenuBackground:    {theme.ColorNameForeground},
		ColorWaiting:                     {ColorOnWaiting},
		ColorCard:                        {theme.ColorNameForeground, theme.ColorNameWarning, ColorQuiet, ColorOrder, ColorTest},
		ColorWarnCard:                    {theme.ColorNameForeground, ColorQuiet},
		ColorBadCard:                     {theme.ColorNameForeground, ColorQuiet},
		ColorCancelledCard:               {theme.ColorNameForeground, ColorQuiet},
		ColorCancelled:                   {ColorOnCancelled},
		ColorBad:                         {ColorOnBad},
		ColorWarn:                        {ColorOnWarn},
		ColorCalm:                        {ColorOnCalm},
	}
	haveContrast(t, 4.5, on)
}

// WCAG 2.2, success criterion 1.4.11: what tells the tones and the buttons apart.
func TestEverySignHasContrastAA(t *testing.T) {
	haveContrast(t, 3, map[fyne.ThemeColorName][]fyne.ThemeColorName{
		theme.ColorNameBackground: {ColorBadEdge, ColorWarnEdge, ColorCalmEdge, ColorOrder, ColorTest, theme.ColorNameWarning, theme.ColorNamePrimary},
		ColorCard:                 {ColorOrder, ColorTest, theme.ColorNameWarning, theme.ColorNamePrimary},
		ColorWarnCard:             {ColorWarnEdge, theme.ColorNamePrimary, ColorHovered, ColorPressed},
		ColorBadCard:              {ColorBadEdge, theme.ColorNamePrimary, ColorHovered, ColorPressed},
		ColorCalm:                 {ColorCalmEdge},
	})
}

func haveContrast(t *testing.T, least float64, on map[fyne.ThemeColorName][]fyne.ThemeColorName) {
	t.Helper()
	ours := New()
	for name, variant := range test.KnownThemeVariants() {
		for face, signs := range on {
			for _, sign := range signs {
				if ratio := contrast(ours.Color(sign, variant), ours.Color(face, variant)); ratio < least {
					t.Errorf("%s: %s on %s is %.2f", name, sign, face, ratio)
				}
			}
		}
	}
}

func TestEveryStyleHasHangul(t *testing.T) {
	ours := New()
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
