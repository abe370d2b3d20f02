// Package sounds embeds the built-in sounds.
package sounds

import "embed"

//go:embed *.wav
var files embed.FS

// Sound returns a built-in sound by its name in package ipc ("order", "chime", "bell",
// "waiting", "cancelled", "lost", "back", "test"), and whether there is such a sound. It is a WAV of
// 48 kHz and 16 bits, mastered to about -14 LUFS. It starts and ends at zero, without a
// lead-in.
func Sound(name string) ([]byte, bool) {
	wav, err := files.ReadFile(name + ".wav")
	return wav, err == nil
}
