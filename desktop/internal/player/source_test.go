package player

import (
	"math"
	"slices"
	"testing"
)

// square is a sound of n frames at half scale.
func square(n int) [][2]float32 {
	return slices.Repeat([][2]float32{{0.5, -0.5}}, n)
}

// pull pulls n frames, in odd amounts as a real device.
func pull(s *source, n int) [][2]float64 {
	out := make([][2]float64, n)
	for rest := out; len(rest) > 0; {
		k := min(len(rest), 1111)
		s.Stream(rest[:k])
		rest = rest[k:]
	}
	return out
}

// loud returns the spans of frames that are not silent.
func loud(frames [][2]float64) (spans [][2]int) {
	for i, f := range frames {
		switch last := len(spans) - 1; {
		case math.Abs(f[0]) < 0.01:
		case last >= 0 && spans[last][1] == i:
			spans[last][1] = i + 1
		default:
			spans = append(spans, [2]int{i, i + 1})
		}
	}
	return spans
}

func TestASourcePlaysLeadInSoundPauseAndSoundAgain(t *testing.T) {
	tests := []struct {
		name   string
		repeat bool
		pause  int
		before int // frames pulled before the sound is set
		want   [][2]int
	}{
		{"once", false, 100, 0, [][2]int{{leadIn, leadIn + 1000}}},
		{"again after a pause", true, 100, 0, [][2]int{{leadIn, leadIn + 1000}, {leadIn + 1100, leadIn + 2000}}},
		{"without a pause", true, 0, 0, [][2]int{{leadIn, leadIn + 2000}}},
		{"decoded during the lead-in", false, 0, 5000, [][2]int{{leadIn, leadIn + 1000}}},
		{"decoded later than the lead-in", false, 0, leadIn + 77, [][2]int{{leadIn + 77, leadIn + 1077}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			src := &source{}
			got := pull(src, tt.before)
			src.setSound(square(1000), 1, tt.repeat, tt.pause)
			got = append(got, pull(src, leadIn+2000-tt.before)...)
			if spans := loud(got); !slices.Equal(spans, tt.want) {
				t.Errorf("sounds at %v, want %v", spans, tt.want)
			}
		})
	}
}

func TestAPositionHasTheEndOfEachSoundOnce(t *testing.T) {
	src := &source{}
	src.setSound(square(1000), 1, true, 100)
	pull(src, leadIn+2150)
	if at := src.position(); at.finished || !slices.Equal(at.ends, []int64{leadIn + 1000, leadIn + 2100}) {
		t.Errorf("%+v", at)
	}
	if at := src.position(); len(at.ends) != 0 || at.pulled != leadIn+2150 {
		t.Errorf("again: %+v", at)
	}
}

func TestAStopFadesWithoutAClickAtAnyMoment(t *testing.T) {
	tests := []struct {
		name  string
		at    int
		limit int // frames until only the noise is left
		heard bool
	}{
		{"in the lead-in", 100, 0, false},
		{"in the sound", leadIn + 500, fade, true},
		{"just before the sound ends", leadIn + 9990, 10, true},
		{"in the pause", leadIn + 10500, 0, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			src := &source{}
			src.setSound(square(10000), 1, true, 1000)
			before := pull(src, tt.at)
			src.stop()
			after := pull(src, 2*leadIn)
			if spans := loud(after); len(spans) > 1 || len(spans) == 1 && spans[0][1] > tt.limit {
				t.Errorf("sounds after the stop at %v", spans)
			}
			for i := 1; i < 2*fade && tt.limit == fade; i++ {
				if step := math.Abs(after[i][0] - after[i-1][0]); step > 0.002 {
					t.Fatalf("a click of %v at %d", step, i)
				}
			}
			if at := src.position(); !at.finished || at.finishedAt > int64(tt.at+tt.limit+1) || len(loud(before)) > 0 != tt.heard {
				t.Errorf("%+v", at)
			}
		})
	}
}

func TestASoundThatIsSetAfterAStopDoesNotStart(t *testing.T) {
	src := &source{}
	src.stop()
	pull(src, 1)
	src.setSound(square(1000), 1, true, 0)
	if spans := loud(pull(src, 2*leadIn)); len(spans) != 0 || !src.position().finished {
		t.Errorf("sounds at %v", spans)
	}
}

func TestTheNoiseIsInaudibleAndNeverDigitalSilence(t *testing.T) {
	frames := pull(&source{}, 10*rate)
	zeros, loudest, sum := 0, 0.0, 0.0
	for _, f := range frames {
		loudest, sum = max(loudest, math.Abs(f[0])), sum+f[0]
		if zeros++; int16(f[0]*32767) != 0 { // as the device receives it
			zeros = 0
		}
		if zeros > 20 {
			t.Fatal("silence for 20 frames")
		}
	}
	if loudest > 1.0001e-4 || loudest < 0.9e-4 || math.Abs(sum/float64(len(frames))) > 1e-6 {
		t.Errorf("loudest %v, mean %v", loudest, sum/float64(len(frames)))
	}
}

func TestNothingClips(t *testing.T) {
	src := &source{}
	src.setSound([][2]float32{{1, -1}}, 1, true, 0)
	for _, f := range pull(src, leadIn+rate) {
		if math.Abs(f[0]) > 1 || math.Abs(f[1]) > 1 {
			t.Fatalf("%v", f)
		}
	}
}

func TestHalfTheVolumeSoundsHalfAsLoud(t *testing.T) {
	tests := []struct {
		name       string
		volume, db float64
		silent     bool
	}{
		{"full is as mastered", 1, 0, false},
		{"half is 10 dB less", 0.5, -10, false},
		{"a tenth is 33 dB less", 0.1, -33.3, false},
		{"nothing is silent", 0, 0, true},
		{"less than nothing is nothing", -3, 0, true},
		{"more than full is full", 7, 0, false},
		{"infinity is full", math.Inf(1), 0, false},
		{"not a number is full", math.NaN(), 0, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			g := gain(tt.volume)
			if tt.silent != (g == 0) || g < 0 || g > 1 {
				t.Fatalf("gain %v", g)
			}
			if !tt.silent && math.Abs(20*math.Log10(g)-tt.db) > 0.1 {
				t.Errorf("%v dB, want %v", 20*math.Log10(g), tt.db)
			}
		})
	}
}
