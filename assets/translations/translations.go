// Package translations embeds the texts that the desktop shows to people, one file a
// language.
package translations

import "embed"

// Files holds ko.json and en.json, which map message IDs to texts in the format of go-i18n.
// A text may hold {{.Name}} for a value. Both files have the same IDs, in sorted order.
//
//go:embed ko.json en.json
var Files embed.FS

// Fyne holds fyne.ko.json: the texts of Fyne's own widgets, for which Fyne has no Korean.
//
//go:embed fyne.ko.json
var Fyne []byte
