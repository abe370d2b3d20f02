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
	longest  = 30 * time.Second // an alarm takes seconds; this keeps the buffer below 12 MB
	shortest = time.Second / 10 // shorter is a click, not an alarm

	// Decoding the longest file takes half a second, on a slow PC a few. Only a malicious
	// file or a network drive that hangs takes longer. A person who chooses a file can wait
	// a little; an order cannot.
	checkTimeout = 10 * time.Second
	loadTimeout  = 3 * time.Second
)

// A SoundError is why a sound file cannot be played.
type SoundError struct {
	ID   string // of the text for people in package i18n, such as "ring.sound.missing"
	Text string // the same in English, for logs
	Err  error  // the error of the system or the decoder; may be nil
}

func (e *SoundError) Error() string { return e.Text }
func (e *SoundError) Unwrap() error { return e.Err }

// CheckSound returns nil if the user's sound file can be played, and else a *SoundError. It
// accepts WAV, MP3, Ogg Vorbis and FLAC of 0.1 to 30 s and at most 32 MB. It decodes the
// whole file, by its content and not by its name, and blocks for at most 10 s.
func CheckSound(path string) error {
	_, err := loadFile(path, checkTimeout)
	return err
}

// loadFile decodes a file of the user's. It gives up after timeout: nothing can interrupt a
// read from a drive that hangs, or a decoder in an endless loop.
func loadFile(path string, timeout time.Duration) ([][2]float32, error) {
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
	case <-time.After(timeout):
		return nil, &SoundError{"ring.sound.slow", fmt.Sprintf("reading it took longer than %v", timeout), nil}
	}
}

// readFile reads the whole file at once: afterwards a USB stick may be removed.
func readFile(path string) ([]byte, error) {
	info, err := os.Stat(path) // before opening, which would wait at a named pipe
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

// readBounded reads at most one byte more than allowed, even of a file that grows.
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
