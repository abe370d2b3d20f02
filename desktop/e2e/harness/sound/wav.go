//go:build linux

package sound

import (
	"errors"
	"os"
	"time"

	"github.com/gopxl/beep/v2"
	"github.com/gopxl/beep/v2/generators"
	"github.com/gopxl/beep/v2/wav"

	"jumun/desktop/e2e/harness/alsa"
)

// longest is the most of a recording that is written, with its silences: a forgotten
// recorder must not fill the disk.
const longest = 10 * time.Minute

// WriteWAV writes a recording as a person would have heard it, from its first sound on
// and with the silences between sounds.
func WriteWAV(path string, recording []alsa.Recording) (err error) {
	if len(recording) == 0 {
		return errors.New("nothing was played")
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	rate := beep.SampleRate(recording[0].Rate)
	format := beep.Format{SampleRate: rate, NumChannels: 2, Precision: 2}
	return wav.Encode(f, beep.Take(rate.N(longest), inTime(recording, rate)), format)
}

// inTime plays the recordings one after another, each at its time.
func inTime(recording []alsa.Recording, rate beep.SampleRate) beep.Streamer {
	var parts []beep.Streamer
	passed := 0
	for _, s := range recording {
		begin := rate.N(s.Opened.Sub(recording[0].Opened))
		if silence := begin - passed; silence > 0 {
			parts = append(parts, generators.Silence(silence))
			passed = begin
		}
		parts = append(parts, playing(s))
		passed += len(s.Frames)
	}
	return beep.Seq(parts...)
}

func playing(s alsa.Recording) beep.Streamer {
	at := 0
	return beep.StreamerFunc(func(out [][2]float64) (int, bool) {
		n := min(len(out), len(s.Frames)-at)
		for i, frame := range s.Frames[at : at+n] {
			out[i] = [2]float64{float64(frame[0]), float64(frame[1])}
		}
		at += n
		return n, n > 0
	})
}
