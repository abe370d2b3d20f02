package player

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"
)

const (
	maxBytes = 32 << 20         // more than 30 s of the finest WAV in use (24 bits, 96 kHz)
	longest  = 30 * time.Second // an alarm is seconds; this keeps the buffer below 12 MB
	shortest = time.Second / 10 // shorter is a click, not an alarm

	// Decoding this much takes half a second, on a slow PC some. What takes far longer is a file made to,
	// or a network drive that hangs: a person who chooses waits a little, an order not.
	choiceHaste = 10 * time.Second
	fileHaste   = 3 * time.Second
)

// A SoundError says why a sound file cannot be played, in a way that people can use.
type SoundError struct {
	ID  string // of the text for people in package words, such as "ring.sound.missing"
	Say string // the same in English, for logs
	Err error  // what the system or the decoder said; may be nil
}

func (e *SoundError) Error() string { return e.Say }
func (e *SoundError) Unwrap() error { return e.Err }

// CheckSound says why the user's sound file cannot be played: nil if it can be. The error
// is a *SoundError. It decodes the whole file, WAV, MP3, Ogg Vorbis or FLAC by what is in
// it and not by its name, and blocks for 10 s at most. It accepts 0.1 to 30 s and 32 MB.
func CheckSound(path string) error {
	_, err := loadFile(path, choiceHaste)
	return err
}

// loadFile decodes a file of the user's, and gives up after a time: nothing can interrupt
// a read from a drive that hangs, or a decoder in a circle.
func loadFile(path string, haste time.Duration) ([][2]float32, error) {
	var sound [][2]float32
	done := inBackground(func() error {
		data, err := readFile(path)
		if err == nil {
			sound, err = decode(data)
		}
		return err
	})
	select {
	case err := <-done:
		return sound, err
	case <-time.After(haste):
		return nil, &SoundError{"ring.sound.slow", fmt.Sprintf("reading it took longer than %v", haste), nil}
	}
}

// readFile reads the whole file at once: after that a USB stick may be pulled.
func readFile(path string) ([]byte, error) {
	info, err := os.Stat(path) // before opening it, which would wait at a named pipe
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, &SoundError{"ring.sound.missing", "there is no such file", err}
	case err != nil:
		return nil, &SoundError{"ring.sound.unreadable", "it cannot be read", err}
	case !info.Mode().IsRegular():
		return nil, &SoundError{"ring.sound.not-a-file", "it is not a file", nil}
	case info.Size() > maxBytes:
		return nil, tooBig()
	}
	data, err := readBounded(path)
	switch {
	case err != nil:
		return nil, &SoundError{"ring.sound.unreadable", "it cannot be read", err}
	case len(data) > maxBytes:
		return nil, tooBig()
	}
	return data, nil
}

// readBounded reads one byte more than allowed, of a file that grows.
func readBounded(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, maxBytes+1))
}

func tooBig() error {
	return &SoundError{"ring.sound.too-big", "it is bigger than 32 MB", nil}
}
