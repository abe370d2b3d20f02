//go:build linux

package alsa

import (
	"bytes"
	"math"
	"math/rand/v2"
	"testing"
	"time"
)

func noise(n int) []float64 {
	r := rand.New(rand.NewPCG(1, 2))
	out := make([]float64, n)
	for i := range out {
		out[i] = r.Float64() - 0.5
	}
	return out
}

func TestFindAllReturnsEachPlaceAndItsLoudness(t *testing.T) {
	source := noise(1000)
	heard := make([]float64, 10000)
	for i, v := range source {
		heard[123+i], heard[5000+i] = v/2, -v
		heard[8999+i] = v / 10
	}
	got := FindAll(heard, source, 0.99)
	if len(got) != 2 || got[0].At != 123 || got[1].At != 8999 {
		t.Fatalf("found %+v", got)
	}
	if math.Abs(got[0].Gain-0.5) > 1e-9 || math.Abs(got[1].Gain-0.1) > 1e-9 {
		t.Errorf("loudness %+v", got)
	}
	if best := Find(heard, source); best.Correlation < 0.999999 {
		t.Errorf("best %+v", best)
	}
}

func TestFindAllFindsNothingInSilenceOrInOtherSounds(t *testing.T) {
	source := noise(1000)
	other := make([]float64, 5000)
	for i := range other {
		other[i] = math.Sin(float64(i) / 10)
	}
	for name, heard := range map[string][]float64{"silence": make([]float64, 5000), "another sound": other, "too short": source[:500]} {
		if got := FindAll(heard, source, 0.5); len(got) != 0 {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestPaceIsNoFasterThanHardwareAndKeepsEveryFrame(t *testing.T) {
	const rate, n = 48000, 4800
	begin, frames := time.Now(), 0
	got, err := pace(begin, make([]byte, 1003), bytes.NewReader(make([]byte, n*frameBytes)), rate, func(frame int, _ time.Time, data []byte) error {
		if frame != frames {
			t.Fatalf("frame %d after %d", frame, frames)
		}
		frames += len(data) / frameBytes
		return nil
	})
	if want := n + 1003/frameBytes; err != nil || got != want || frames != want {
		t.Errorf("took %d, %d, %v", got, frames, err)
	}
	if took := time.Since(begin); took < 90*time.Millisecond {
		t.Errorf("0.1 s of sound in %v", took)
	}
}

func TestWithoutDropoutsLeavesOutDropoutsOnly(t *testing.T) {
	r := Recording{}
	for _, run := range []struct {
		n int
		v float32
	}{{100, 0}, {5, 1}, {19, 0}, {5, 2}, {20, 0}, {5, 3}} {
		for range run.n {
			r.Frames = append(r.Frames, [2]float32{run.v, run.v})
		}
	}
	got, dropped := r.WithoutDropouts()
	if len(got) != 5+19+5+5 || dropped != 120 || got[4] != 1 || got[5] != 0 || got[28] != 2 || got[29] != 3 {
		t.Errorf("%d dropped, left %v", dropped, got)
	}
}
