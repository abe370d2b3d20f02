// Package palette has the colours of jumun, light and dark: those of the app's windows, and of the page in a browser.
package palette

import "image/color"

// A Tone is a colour on a light and on a dark screen.
type Tone struct{ Light, Dark color.NRGBA }

// Tones are all colours, by the names that the theme of the windows gives them: Fyne's own, and ours, which begin with
// "jumun.". Every text has a contrast of at least 4.5 to its background. The caller must not modify it.
func Tones() map[string]Tone { return tones }

var tones = map[string]Tone{
	"background":           {rgba(0xF1F2F4FF), rgba(0x14171CFF)},
	"foreground":           {rgba(0x14181FFF), rgba(0xF2F4F7FF)},
	"primary":              {rgba(0xB93D0AFF), rgba(0xFF9A55FF)},
	"foregroundOnPrimary":  {rgba(0xFFFFFFFF), rgba(0x241003FF)},
	"hyperlink":            {rgba(0xB93D0AFF), rgba(0xFF9A55FF)},
	"focus":                {rgba(0xB93D0A50), rgba(0xFF9A5550)},
	"error":                {rgba(0xB3191FFF), rgba(0xFF9B97FF)},
	"warning":              {rgba(0x8A4B00FF), rgba(0xFFC46BFF)},
	"placeholder":          {rgba(0x666D78FF), rgba(0x98A1AEFF)},
	"disabled":             {rgba(0x5C6370FF), rgba(0x98A1AEFF)},
	"inputBackground":      {rgba(0xFFFFFFFF), rgba(0x20252DFF)},
	"inputBorder":          {rgba(0xA9B0BBFF), rgba(0x4A5361FF)},
	"button":               {rgba(0xDFE2E7FF), rgba(0x303743FF)},
	"overlayBackground":    {rgba(0xFFFFFFFF), rgba(0x1B1F26FF)},
	"menuBackground":       {rgba(0xFFFFFFFF), rgba(0x262C36FF)},
	"jumun.card":           {rgba(0xFFFFFFFF), rgba(0x20252DFF)},
	"jumun.quiet":          {rgba(0x525A66FF), rgba(0xAEB6C2FF)},
	"jumun.order":          {rgba(0xB93D0AFF), rgba(0xFF9A55FF)},
	"jumun.test":           {rgba(0x1D55B8FF), rgba(0x8DB8FFFF)},
	"jumun.hovered":        {rgba(0xA33407FF), rgba(0xFFAD75FF)},
	"jumun.pressed":        {rgba(0x7F2804FF), rgba(0xD9772FFF)},
	"jumun.spent":          {rgba(0xDFE2E7FF), rgba(0x303743FF)},
	"jumun.on-spent":       {rgba(0x525A66FF), rgba(0xAEB6C2FF)},
	"jumun.frame":          {rgba(0xC3C8D0FF), rgba(0x3D4552FF)},
	"jumun.plain-hovered":  {rgba(0xD2D7DEFF), rgba(0x3C4553FF)},
	"jumun.plain-pressed":  {rgba(0xBEC5CFFF), rgba(0x49545FFF)},
	"jumun.bad":            {rgba(0xC4161EFF), rgba(0xC9252CFF)},
	"jumun.on-bad":         {rgba(0xFFFFFFFF), rgba(0xFFFFFFFF)},
	"jumun.bad-edge":       {rgba(0x8E0B12FF), rgba(0xFF7A75FF)},
	"jumun.bad-card":       {rgba(0xFFECEAFF), rgba(0x341D20FF)},
	"jumun.warn":           {rgba(0xFFBE2EFF), rgba(0xF2B335FF)},
	"jumun.on-warn":        {rgba(0x2B1D00FF), rgba(0x2A1B00FF)},
	"jumun.warn-edge":      {rgba(0xAD6800FF), rgba(0xFFD075FF)},
	"jumun.warn-card":      {rgba(0xFFF6DFFF), rgba(0x302816FF)},
	"jumun.calm":           {rgba(0xD9E6FBFF), rgba(0x1E3352FF)},
	"jumun.on-calm":        {rgba(0x12315FFF), rgba(0xD6E5FFFF)},
	"jumun.calm-edge":      {rgba(0x1D55B8FF), rgba(0x8DB8FFFF)},
	"jumun.cancelled":      {rgba(0x343A44FF), rgba(0xC9CFD8FF)},
	"jumun.on-cancelled":   {rgba(0xFFFFFFFF), rgba(0x14171CFF)},
	"jumun.cancelled-edge": {rgba(0x14181FFF), rgba(0xF2F4F7FF)},
	"jumun.cancelled-card": {rgba(0xDDE0E5FF), rgba(0x383F4BFF)},
}

func rgba(hex uint32) color.NRGBA {
	return color.NRGBA{uint8(hex >> 24), uint8(hex >> 16), uint8(hex >> 8), uint8(hex)}
}
