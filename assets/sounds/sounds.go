// Package sounds embeds the sounds that jumun makes.
package sounds

import "embed"

//go:embed *.wav
var files embed.FS

// Sound returns a built-in sound by its name in package pipe ("order", "chime", "bell",
// "waiting", "lost", "back", "test"): a WAV of 48 kHz and 16 bits, mastered to about -14
// LUFS. It starts and ends in silence, without a lead-in. The second result says whether
// there is such a sound.
func Sound(name string) ([]byte, bool) {
	wav, err := files.ReadFile(name + ".wav")
	return wav, err == nil
}
