package tray

import (
	"strings"
	"unicode"
	"unicode/utf16"

	"jumun/desktop/internal/i18n"
	"jumun/desktop/internal/ipc"
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
	text := oneLine(v.Status)
	if v.Waiting > 0 && v.Icon != ipc.IconWaiting { // with IconWaiting, Status tells of them already
		text = join(" · ", text, tr.Text("tray.waiting", "N", v.Waiting))
	}
	return appearance{
		icon:    v.Icon,
		badge:   min(v.Waiting, maxBadge),
		tooltip: truncate(join(": ", name, text), maxTooltip),
		status:  escape(truncate(join("", text), maxTooltip)),
	}
}

// oneLine returns s in one line, without the control characters that a server or a publisher may
// have sent.
func oneLine(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool {
		return unicode.IsSpace(r) || !unicode.IsPrint(r)
	}), " ")
}

// join joins the parts that are not empty. If all are empty, it returns our name.
func join(between string, parts ...string) string {
	var full []string
	for _, p := range parts {
		if p != "" {
			full = append(full, p)
		}
	}
	if len(full) == 0 {
		return name
	}
	return strings.Join(full, between)
}

// truncate shortens s to n UTF-16 units.
func truncate(s string, n int) string {
	if len(utf16.Encode([]rune(s))) <= n {
		return s
	}
	n-- // for the mark that something is missing
	var b strings.Builder
	for _, r := range s {
		if n -= utf16.RuneLen(r); n < 0 {
			break
		}
		b.WriteRune(r)
	}
	return b.String() + "…"
}

// escape doubles the character that would underline a letter in a menu, as in mart "a_b".
func escape(s string) string {
	if mnemonic == "" {
		return s
	}
	return strings.ReplaceAll(s, mnemonic, mnemonic+mnemonic)
}
