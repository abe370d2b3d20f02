// Package fonts embeds the Korean font of the windows, in two weights.
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
