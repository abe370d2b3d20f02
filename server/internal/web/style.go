package web

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"jumun/assets/palette"
)

// colours returns the rules that give an element the palette, as variables: --card is "jumun.card".
func colours(selector string) string {
	var light, dark strings.Builder
	tones := palette.Tones()
	for _, name := range slices.Sorted(maps.Keys(tones)) {
		variable := "--" + strings.TrimPrefix(name, "jumun.")
		l, d := tones[name].Light, tones[name].Dark
		fmt.Fprintf(&light, "%s:#%02x%02x%02x%02x;", variable, l.R, l.G, l.B, l.A)
		fmt.Fprintf(&dark, "%s:#%02x%02x%02x%02x;", variable, d.R, d.G, d.B, d.A)
	}
	return fmt.Sprintf("%s{color-scheme:light dark;%s}\n@media (prefers-color-scheme:dark){%[1]s{%[3]s}}\n", selector, light.String(), dark.String())
}
