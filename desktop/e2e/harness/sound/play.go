//go:build linux

// Package sound finds jumun's own sounds in recordings.
package sound

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/gopxl/beep/v2"
	"github.com/gopxl/beep/v2/flac"

	"jumun/assets/sounds"
	"jumun/desktop/e2e/harness/alsa"
)

// Threshold is the correlation from which a part of a recording counts as one of our sounds. The
// sound itself has 0.999 and more, through the app and the sound system, at any volume. Two
// different sounds of ours have less than 0.3.
const Threshold = 0.99

// A Play is one complete play of a sound.
type Play struct {
	Sound       string // its name among the built-in ones
	Begin, End  time.Time
	Correlation float64 // at least Threshold
	Gain        float64 // loudness; 1: as in the sound's file
}

// Plays returns every play in a recording, in order of time.
func Plays(recording []alsa.Recording) ([]Play, error) {
	return PlaysOf(recording, "order", "order2", "order3", "chime", "bell", "waiting", "cancelled", "lost", "back", "test")
}

// PlaysOf returns every play of these sounds in a recording, in order of time.
func PlaysOf(recording []alsa.Recording, names ...string) ([]Play, error) {
	var all []Play
	for _, name := range names {
		for _, segment := range recording {
			plays, err := find(name, segment)
			if err != nil {
				return nil, err
			}
			all = append(all, plays...)
		}
	}
	slices.SortFunc(all, func(a, b Play) int { return a.Begin.Compare(b.Begin) })
	return all, nil
}

// Count returns the number of plays of one sound.
func Count(plays []Play, sound string) int {
	n := 0
	for _, p := range plays {
		if p.Sound == sound {
			n++
		}
	}
	return n
}

func find(name string, s alsa.Recording) ([]Play, error) {
	source, err := mono(name, s.Rate)
	if err != nil {
		return nil, err
	}
	var plays []Play
	for _, m := range alsa.FindAll(s.Mono(), source, Threshold) {
		plays = append(plays, Play{Sound: name, Begin: s.At(m.At), End: s.At(m.At + len(source)), Correlation: m.Correlation, Gain: m.Gain})
	}
	return plays, nil
}

// mono returns a built-in sound at this rate, as the mean of both channels.
func mono(name string, rate int) ([]float64, error) {
	raw, ok := sounds.Sound(name)
	if !ok {
		return nil, fmt.Errorf("no built-in sound is called %q", name)
	}
	sound, format, err := flac.Decode(io.NopCloser(bytes.NewReader(raw)))
	if err != nil {
		return nil, fmt.Errorf("built-in sound %s: %w", name, err)
	}
	defer sound.Close()
	var stream beep.Streamer = sound
	if int(format.SampleRate) != rate {
		const quality = 6 // beep's "very high"
		stream = beep.Resample(quality, format.SampleRate, beep.SampleRate(rate), sound)
	}
	var out []float64
	for buffer := make([][2]float64, 4096); ; {
		n, ok := stream.Stream(buffer)
		if !ok {
			return out, stream.Err()
		}
		for _, frame := range buffer[:n] {
			out = append(out, (frame[0]+frame[1])/2)
		}
	}
}
