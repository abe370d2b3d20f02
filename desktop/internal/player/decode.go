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

// audible is what a sound must reach somewhere, -60 dBFS: a file of silence would make an
// order silent.
const audible = 1e-3

// A decoder begins to decode. Ours get a reader that cannot seek, which keeps them from
// reading a broken file in their less trodden ways.
type decoder func(io.ReadCloser) (beep.StreamSeekCloser, beep.Format, error)

// decode turns a whole sound file into frames at our rate, or says why not with a
// *SoundError. Data may be anything.
func decode(data []byte) (sound [][2]float32, err error) {
	// The decoders index and divide by what they read: a broken file makes them panic.
	defer func() {
		if r := recover(); r != nil {
			sound, err = nil, broken(fmt.Errorf("decoder: %v", r))
		}
	}()
	if len(data) == 0 {
		return nil, &SoundError{"ring.sound.empty", "it is empty", nil}
	}
	begin := sniff(data)
	if begin == nil {
		return nil, &SoundError{"ring.sound.unknown", "it is not a WAV, MP3, OGG (Vorbis) or FLAC sound", nil}
	}
	streamer, format, err := begin(io.NopCloser(bytes.NewReader(data)))
	if err != nil {
		return nil, broken(err)
	}
	defer streamer.Close()
	if format.SampleRate < 4000 || format.SampleRate > 384000 { // no such file is in use; resampling would take for ever
		return nil, broken(fmt.Errorf("sample rate %d", format.SampleRate))
	}
	return whole(streamer, format.SampleRate)
}

// whole takes in all of s, as far as is allowed.
func whole(s beep.Streamer, from beep.SampleRate) ([][2]float32, error) {
	if from != rate {
		s = beep.Resample(quality, from, rate, s)
	}
	most := beep.SampleRate(rate).N(longest)
	var sound [][2]float32
	var some [512][2]float64
	for len(sound) <= most {
		n, ok := s.Stream(some[:])
		if !ok || n == 0 { // the WAV decoder says ok for ever at the end of a cut file
			break
		}
		for _, f := range some[:n] {
			sound = append(sound, [2]float32{sane(f[0]), sane(f[1])})
		}
	}
	return sound, judge(sound, most, s.Err())
}

func judge(sound [][2]float32, most int, err error) error {
	switch {
	case err != nil:
		return broken(err)
	case len(sound) > most:
		return &SoundError{"ring.sound.too-long", "it is longer than 30 seconds", nil}
	case len(sound) < beep.SampleRate(rate).N(shortest):
		return &SoundError{"ring.sound.too-short", "it is shorter than 0.1 seconds", nil}
	case peak(sound) < audible:
		return &SoundError{"ring.sound.silent", "nothing can be heard in it", nil}
	}
	return nil
}

// sniff knows a format by its first bytes, nil if none.
func sniff(data []byte) decoder {
	switch {
	case bytes.HasPrefix(data, []byte("RIFF")) && soundWAV(data):
		return func(r io.ReadCloser) (beep.StreamSeekCloser, beep.Format, error) { return wav.Decode(r) }
	case bytes.HasPrefix(data, []byte("fLaC\x00\x00\x00\x22")), bytes.HasPrefix(data, []byte("fLaC\x80\x00\x00\x22")):
		// The stream's description comes first (RFC 9639, 8.2). The decoder would read any
		// other block there, and set memory aside for what it says, to the end of the process.
		return func(r io.ReadCloser) (beep.StreamSeekCloser, beep.Format, error) { return flac.Decode(r) }
	case bytes.HasPrefix(data, []byte("OggS")) && bytes.Contains(data[:min(len(data), 64)], []byte("\x01vorbis")):
		return vorbis.Decode
	case bytes.HasPrefix(data, []byte("ID3")) || mp3Frame(data):
		return mp3.Decode
	}
	return nil
}

// soundWAV says whether the chunks before the data fit into the file. The decoder sets
// memory aside for them unseen: a wrong length could be 2 GB, and end the process.
func soundWAV(data []byte) bool {
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

// mp3Frame says whether data begins with the header of an MPEG layer III frame whose
// fields all have a meaning (ISO 11172-3, 2.4.1.3).
func mp3Frame(data []byte) bool {
	return len(data) >= 4 && data[0] == 0xFF && data[1]&0xE0 == 0xE0 &&
		data[1]&0x18 != 0x08 && data[1]&0x06 == 0x02 &&
		data[2]&0xF0 != 0xF0 && data[2]&0xF0 != 0 && data[2]&0x0C != 0x0C
}

func broken(err error) error {
	var already *SoundError
	if errors.As(err, &already) {
		return err
	}
	return &SoundError{"ring.sound.broken", "it is damaged, or of a kind that cannot be played", err}
}

// sane keeps what a decoder makes of garbage from the speaker.
func sane(v float64) float32 {
	if math.IsNaN(v) {
		return 0
	}
	return float32(bound(v))
}

func peak(sound [][2]float32) float32 {
	var most float32
	for _, f := range sound {
		most = max(most, f[0], -f[0], f[1], -f[1])
	}
	return most
}
