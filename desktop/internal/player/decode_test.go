package player

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"os"
	"path/filepath"
	"testing"
)

// chirp is a sound that matches itself at one place only: n frames from 300 Hz upwards.
func chirp(n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		t := float64(i) / rate
		edge := min(1, float64(min(i, n-1-i))/480)
		out[i] = 0.6 * edge * math.Sin(2*math.Pi*(300+900*t)*t)
	}
	return out
}

// wavOf returns a mono sound as a WAV file in which all channels are equal.
func wavOf(sound []float64, sampleRate, channels int) []byte {
	var b bytes.Buffer
	size := 2 * channels * len(sound)
	b.WriteString("RIFF")
	_ = binary.Write(&b, binary.LittleEndian, uint32(36+size))
	b.WriteString("WAVEfmt ")
	_ = binary.Write(&b, binary.LittleEndian, struct {
		Size           uint32
		Kind, Channels uint16
		Rate, Bytes    uint32
		Frame, Bits    uint16
	}{16, 1, uint16(channels), uint32(sampleRate), uint32(sampleRate * 2 * channels), uint16(2 * channels), 16})
	b.WriteString("data")
	_ = binary.Write(&b, binary.LittleEndian, uint32(size))
	for _, v := range sound {
		for range channels {
			_ = binary.Write(&b, binary.LittleEndian, int16(v*32767))
		}
	}
	return b.Bytes()
}

// The files in testdata are 0.5 s of one tone that rises from 300 to 1,200 Hz at 44.1 kHz,
// mono: sox -n -r 44100 -c 1 synth 0.5 sine 300:1200 gain -6, then encoded.
func fixture(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestEveryFormatIsDecodedToOurSampleRate(t *testing.T) {
	tests := []struct {
		name  string
		data  []byte
		slack int // frames that an encoder may add or lose
	}{
		{"WAV at our rate", wavOf(chirp(rate/2), rate, 2), 0},
		{"WAV in mono", wavOf(chirp(rate/2), rate, 1), 0},
		{"WAV at half our rate", wavOf(chirp(rate/4), rate/2, 1), 2},
		{"WAV with six channels", wavOf(chirp(rate/2), rate, 6), 0},
		{"FLAC", fixture(t, "tone.flac"), 2},
		{"MP3", fixture(t, "tone.mp3"), 4000},
		{"Ogg Vorbis", fixture(t, "tone.ogg"), 3000},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := decode(tt.data)
			if err != nil {
				t.Fatal(err)
			}
			if off := len(got) - rate/2; off < -tt.slack || off > tt.slack {
				t.Errorf("%d frames", len(got))
			}
			if p := peak(got); p < 0.4 || p > 0.65 {
				t.Errorf("peak %v", p)
			}
			for i, f := range got {
				if f[0] != f[1] {
					t.Fatalf("frame %d is %v", i, f)
				}
			}
		})
	}
}

func TestAFileThatCannotBePlayedIsRefusedWithAReason(t *testing.T) {
	dir := t.TempDir()
	good := wavOf(chirp(rate/2), rate, 1)
	tests := []struct {
		name string
		file string
		data []byte
		want string
	}{
		{"text with the file name of a sound", "a.mp3", []byte("Dear customer,\n"), "ring.sound.unknown"},
		{"an empty file", "b.wav", []byte{}, "ring.sound.empty"},
		{"a folder", "", nil, "ring.sound.not-a-file"},
		{"no such file", "none.wav", nil, "ring.sound.missing"},
		{"zero length", "c.wav", wavOf(nil, rate, 1), "ring.sound.too-short"},
		{"a click", "d.wav", wavOf(chirp(rate/20), rate, 1), "ring.sound.too-short"},
		{"half a minute and more", "e.wav", wavOf(chirp(31*rate), rate, 1), "ring.sound.too-long"},
		{"bigger than allowed", "f.wav", append(good, make([]byte, maxBytes)...), "ring.sound.too-big"},
		{"silence", "g.wav", wavOf(make([]float64, rate), rate, 1), "ring.sound.silent"},
		{"Opus in an OGG", "h.ogg", fixture(t, "opus.ogg"), "ring.sound.unknown"},
		{"a truncated FLAC", "i.flac", fixture(t, "tone.flac")[:5000], "ring.sound.broken"},
		{"only the signature of a FLAC", "j.flac", []byte("fLaC\x00\x00\x00\x22"), "ring.sound.broken"},
		{"a FLAC that begins with gigabytes of comments", "o.flac", []byte("fLaC\x04DE\b\x00\x00\x00\x00\xff\xff\xff\xff"), "ring.sound.unknown"},
		{"only the signature of an MP3", "k.mp3", []byte("ID3\x04\x00\x00\x00\x00\x00\x00"), "ring.sound.broken"},
		{"a WAV chunk longer than the file", "l.wav", []byte("RIFF\x00\x00\x00\x00WAVEjunk\xff\xff\xff\x7f12345678"), "ring.sound.unknown"},
		{"a frame of no bytes, which makes the decoder panic", "m.wav", emptyFrames(good), "ring.sound.broken"},
		{"a picture", "n.png", []byte("\x89PNG\r\n\x1a\n0000"), "ring.sound.unknown"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(dir, tt.file)
			if tt.data != nil {
				if err := os.WriteFile(path, tt.data, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			var got *SoundError
			if err := CheckSound(path); !errors.As(err, &got) || got.ID != tt.want || got.Text == "" {
				t.Errorf("%v, want %s", err, tt.want)
			}
		})
	}
}

// emptyFrames sets the frame size in the header to zero.
func emptyFrames(wav []byte) []byte {
	out := bytes.Clone(wav)
	out[32], out[33] = 0, 0
	return out
}

func TestATruncatedWAVPlaysToItsEnd(t *testing.T) {
	data := wavOf(chirp(rate), rate, 1)
	got, err := decode(data[:len(data)/2])
	if err != nil || len(got) < rate/2-100 || len(got) > rate/2 {
		t.Errorf("%d frames, %v", len(got), err)
	}
}

func FuzzDecode(f *testing.F) {
	for _, name := range []string{"tone.flac", "tone.mp3", "tone.ogg", "opus.ogg"} {
		f.Add(fixture(f, name))
	}
	f.Add(wavOf(chirp(rate/10), rate, 2))
	f.Add(wavOf(chirp(rate/40), rate/4, 1))
	f.Fuzz(func(t *testing.T, data []byte) {
		sound, err := decode(data)
		var known *SoundError
		if err != nil && !errors.As(err, &known) {
			t.Fatalf("%v", err)
		}
		if err == nil && (len(sound) < rate/10 || len(sound) > 30*rate || peak(sound) > 1) {
			t.Fatalf("%d frames, peak %v", len(sound), peak(sound))
		}
	})
}
