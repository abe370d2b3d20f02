package player

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/gopxl/beep/v2"
	"github.com/gopxl/beep/v2/flac"
	"github.com/gopxl/beep/v2/mp3"
	"github.com/gopxl/beep/v2/vorbis"
	"github.com/gopxl/beep/v2/wav"
)

// quality of resampling: 30 s of 44.1 kHz take about a second at 4 and sound clean.
const quality = 4

// audible is the least peak of a sound, -60 dBFS: a file of silence would make an order
// silent.
const audible = 1e-3

// A decoder opens a sound. Its reader cannot seek, which keeps the decoder from the code
// that reads broken files and is rarely used.
type decoder func(io.ReadCloser) (beep.StreamSeekCloser, beep.Format, error)

// decode converts a sound file to frames at our rate. Its errors are *SoundErrors. data may
// be anything.
func decode(data []byte) (sound [][2]float32, err error) {
	// The decoders index and divide by what they read, so a broken file can make them panic.
	defer func() {
		if r := recover(); r != nil {
			sound, err = nil, broken(fmt.Errorf("decoder: %v", r))
		}
	}()
	if len(data) == 0 {
		return nil, &SoundError{"ring.sound.empty", "it is empty", nil}
	}
	open := detect(data)
	if open == nil {
		return nil, &SoundError{"ring.sound.unknown", "it is not a WAV, MP3, OGG (Vorbis) or FLAC sound", nil}
	}
	streamer, format, err := open(io.NopCloser(bytes.NewReader(data)))
	if err != nil {
		return nil, broken(err)
	}
	defer streamer.Close()
	if format.SampleRate < 4000 || format.SampleRate > 384000 { // nobody uses such a file, and resampling would take for ever
		return nil, broken(fmt.Errorf("sample rate %d", format.SampleRate))
	}
	return readAll(streamer, format.SampleRate)
}

// readAll reads all of s, up to what is allowed.
func readAll(s beep.Streamer, from beep.SampleRate) ([][2]float32, error) {
	if from != rate {
		s = beep.Resample(quality, from, rate, s)
	}
	maxFrames := beep.SampleRate(rate).N(longest)
	var sound [][2]float32
	var some [512][2]float64
	for len(sound) <= maxFrames {
		n, ok := s.Stream(some[:])
		if !ok || n == 0 { // at the end of a truncated file the WAV decoder returns ok for ever
			break
		}
		for _, f := range some[:n] {
			sound = append(sound, [2]float32{sanitize(f[0]), sanitize(f[1])})
		}
	}
	return sound, checkFrames(sound, maxFrames, s.Err())
}

func checkFrames(sound [][2]float32, maxFrames int, err error) error {
	switch {
	case err != nil:
		return broken(err)
	case len(sound) > maxFrames:
		return &SoundError{"ring.sound.too-long", "it is longer than 30 seconds", nil}
	case len(sound) < beep.SampleRate(rate).N(shortest):
		return &SoundError{"ring.sound.too-short", "it is shorter than 0.1 seconds", nil}
	case peak(sound) < audible:
		return &SoundError{"ring.sound.silent", "nothing can be heard in it", nil}
	}
	return nil
}

// detect returns the decoder for the format that the first bytes show, or nil.
func detect(data []byte) decoder {
	switch {
	case bytes.HasPrefix(data, []byte("RIFF")) && isSoundWAV(data):
		return func(r io.ReadCloser) (beep.StreamSeekCloser, beep.Format, error) { return wav.Decode(r) }
	case bytes.HasPrefix(data, []byte("fLaC\x00\x00\x00\x22")), bytes.HasPrefix(data, []byte("fLaC\x80\x00\x00\x22")):
		// The STREAMINFO block must come first (RFC 9639, 8.2). The decoder would read any
		// other block there, and allocate as much as that block says, until memory runs out.
		return func(r io.ReadCloser) (beep.StreamSeekCloser, beep.Format, error) { return flac.Decode(r) }
	case bytes.HasPrefix(data, []byte("OggS")) && bytes.Contains(data[:min(len(data), 64)], []byte("\x01vorbis")):
		return vorbis.Decode
	case bytes.HasPrefix(data, []byte("ID3")) || isMP3Frame(data):
		return mp3.Decode
	}
	return nil
}

// isSoundWAV reports whether the chunks before the data fit into the file. The decoder
// allocates what their headers say: a wrong length could be 2 GB and end the process.
func isSoundWAV(data []byte) bool {
	if len(data) < 12 || string(data[8:12]) != "WAVE" {
		return false
	}
	for rest := data[12:]; len(rest) >= 8; {
		if string(rest[:4]) == "data" {
			return true
		}
		size := int64(binary.LittleEndian.Uint32(rest[4:8]))
		size += size % 2 // chunks are padded to even lengths
		if 8+size > int64(len(rest)) {
			return false
		}
		rest = rest[8+size:]
	}
	return false
}

// isMP3Frame reports whether data begins with the header of an MPEG layer III frame in which
// no field has a reserved value (ISO 11172-3, 2.4.1.3).
func isMP3Frame(data []byte) bool {
	return len(data) >= 4 && data[0] == 0xFF && data[1]&0xE0 == 0xE0 &&
		data[1]&0x18 != 0x08 && data[1]&0x06 == 0x02 &&
		data[2]&0xF0 != 0xF0 && data[2]&0xF0 != 0 && data[2]&0x0C != 0x0C
}

func broken(err error) error {
	var soundError *SoundError
	if errors.As(err, &soundError) {
		return err
	}
	return &SoundError{"ring.sound.broken", "it is damaged, or of a kind that cannot be played", err}
}

// sanitize keeps values that no speaker can play from the speaker.
func sanitize(v float64) float32 {
	if math.IsNaN(v) {
		return 0
	}
	return float32(clip(v))
}

func peak(sound [][2]float32) float32 {
	var p float32
	for _, f := range sound {
		p = max(p, f[0], -f[0], f[1], -f[1])
	}
	return p
}
