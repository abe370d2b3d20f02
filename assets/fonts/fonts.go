// Package fonts embeds the Korean font of the windows and pages, in two weights.
package fonts

import _ "embed"

//go:embed JumunGothic-Regular.ttf
var regular []byte

//go:embed JumunGothic-Bold.ttf
var bold []byte

// Regular returns the font's regular weight, as TrueType. The caller must not modify it.
func Regular() []byte { return regular }

// Bold returns the font's bold weight, as TrueType. The caller must not modify it.
func Bold() []byte { return bold }

//go:embed JumunGothic-Regular.woff2
var regularForPages []byte

//go:embed JumunGothic-Bold.woff2
var boldForPages []byte

// RegularForPages returns the regular weight as WOFF2, which browsers read and Fyne does not. The caller must not modify it.
func RegularForPages() []byte { return regularForPages }

// BoldForPages returns the bold weight as WOFF2. The caller must not modify it.
func BoldForPages() []byte { return boldForPages }
