// Package translations embeds what the desktop says to people, a file a language.
package translations

import "embed"

// Files are ko.json and en.json: message ID to text, in the form of go-i18n.
// A text may hold {{.Name}} for a value. Both files hold the same IDs.
//
//go:embed ko.json en.json
var Files embed.FS

// Fyne is fyne.ko.json: the texts of Fyne's own widgets, which Fyne lacks in Korean.
//
//go:embed fyne.ko.json
var Fyne []byte
