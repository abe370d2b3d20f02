// Package sounds embeds the built-in sounds.
package sounds

import "embed"

//go:embed *.flac digits/*.flac
var files embed.FS

// ForPages holds the sounds that pages play. It stands beside all others so that a program that needs no others, as the
// server, does not hold them.
//
//go:embed order.flac waiting.flac cancelled.flac lost.flac back.flac test.flac
var ForPages embed.FS

// Sound returns a built-in sound by its name in package ipc ("order", "order2", "order3", "chime", "bell",
// "waiting", "cancelled", "lost", "back", "test", and "digits/0" to "digits/9"), and whether there is such a sound. It is a FLAC of
// 48 kHz and 16 bits, mastered to about -14 LUFS. It starts and ends at zero, without a
// lead-in.
func Sound(name string) ([]byte, bool) {
	flac, err := files.ReadFile(name + ".flac")
	return flac, err == nil
}
