package tray

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf16"

	"jumun/desktop/internal/i18n"
	"jumun/desktop/internal/ipc"
	"jumun/shared/order"
)

const name = "jumun"

// maxTooltip is the longest tooltip on Windows, in UTF-16 units without the end mark.
const maxTooltip = 127

// maxBadge is the number from which on all pictures are the same: they show "9+".
const maxBadge = 10

// An appearance is a View in the form that the desktop gets.
type appearance struct {
	icon    string // the state whose picture it is
	badge   int    // the number on it; 0: none
	tooltip string // shown while the pointer rests on the icon
	status  string // the first item of the menu
}

func appearanceOf(tr *i18n.Translator, v View) appearance {
	waiting := ""
	if v.Waiting > 0 && v.Icon != ipc.IconWaiting { // with IconWaiting, Status tells of them already
		waiting = tr.Text("tray.waiting", "N", v.Waiting)
	}
	room := maxTooltip - units(join(": ", name, join(" · ", mark, waiting))) + units(mark)
	text := join(" · ", shorten(line(v.Status), room), waiting)
	return appearance{
		icon:    v.Icon,
		badge:   min(v.Waiting, maxBadge),
		tooltip: join(": ", name, text),
		status:  escape(cmp.Or(text, name)),
	}
}

// line returns s as one printable line, whoever sent it.
func line(s string) string { return order.Line(s, len(s)) }

// join joins the parts that are not empty.
func join(between string, parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(p string) bool { return p == "" }), between)
}

// units returns how long Windows takes s to be, in UTF-16 units.
func units(s string) int { return len(utf16.Encode([]rune(s))) }

// shorten returns as much of s as n units hold: whole sentences, else whole words.
func shorten(s string, n int) string {
	if units(s) <= n {
		return s
	}
	cut := strings.TrimSuffix(truncate(s, n), mark)
	if i := strings.LastIndex(cut, ". "); i > 0 {
		return cut[:i]
	}
	if i := strings.LastIndex(cut, " "); i > 0 {
		cut = cut[:i]
	}
	return cut + mark
}

// mark stands for what is missing.
const mark = "…"

// truncate shortens s to n units.
func truncate(s string, n int) string {
	if units(s) <= n {
		return s
	}
	n -= units(mark)
	for i, r := range s {
		if n -= utf16.RuneLen(r); n < 0 {
			return s[:i] + mark
		}
	}
	return s
}

// escape doubles the character that would underline a letter in a menu, as in mart "a_b".
func escape(s string) string {
	if mnemonic == "" {
		return s
	}
	return strings.ReplaceAll(s, mnemonic, mnemonic+mnemonic)
}
