package sounds

import (
	"bytes"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/gopxl/beep/v2/flac"
)

// names are the sounds' names in package ipc, which assets must not import.
var (
	names  = append([]string{"chime", "bell", "waiting", "cancelled", "lost", "back", "test"}, voices...)
	voices = []string{"order", "order2", "order3"} // a person chooses one of them: they may be alike
	digits = []string{"digits/0", "digits/1", "digits/2", "digits/3", "digits/4", "digits/5", "digits/6", "digits/7", "digits/8", "digits/9"}
)

// decode returns the samples of a sound, from -1 to 1, as the player gets them.
func decode(t *testing.T, name string) []float64 {
	t.Helper()
	file, ok := Sound(name)
	if !ok {
		t.Fatalf("there is no sound %q", name)
	}
	stream, format, err := flac.Decode(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	if format.SampleRate != 48000 || format.NumChannels != 1 || format.Precision != 2 {
		t.Fatalf("%s is %+v", name, format)
	}
	frames := make([][2]float64, stream.Len())
	if n, ok := stream.Stream(frames); n != len(frames) || !ok {
		t.Fatalf("%s: %d of %d frames", name, n, len(frames))
	}
	samples := make([]float64, len(frames))
	for i, f := range frames {
		samples[i] = f[0]
	}
	return samples
}

func TestEachSoundLastsAsLongAsItShould(t *testing.T) {
	tests := []struct {
		name, sound string
		least, most time.Duration
	}{
		{"주문~ is heard out in one breath", "order", 1500 * time.Millisecond, 2500 * time.Millisecond},
		{"a second voice too", "order2", 1500 * time.Millisecond, 2500 * time.Millisecond},
		{"and a third", "order3", 1500 * time.Millisecond, 2500 * time.Millisecond},
		{"a door chime is let die away", "chime", 1300 * time.Millisecond, 1700 * time.Millisecond},
		{"a counter bell is tapped twice", "bell", 1000 * time.Millisecond, 1500 * time.Millisecond},
		{"waiting calls three times", "waiting", 1700 * time.Millisecond, 2300 * time.Millisecond},
		{"a withdrawal is shorter than an order", "cancelled", 800 * time.Millisecond, 1400 * time.Millisecond},
		{"good news is short", "back", 600 * time.Millisecond, 1000 * time.Millisecond},
		{"lost is shorter, to be told apart", "lost", 800 * time.Millisecond, 1400 * time.Millisecond},
		{"a test does not keep anyone waiting", "test", 500 * time.Millisecond, 1000 * time.Millisecond},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			length := time.Duration(len(decode(t, tt.sound))) * time.Second / 48000
			if length < tt.least || length > tt.most {
				t.Errorf("%v, want %v to %v", length, tt.least, tt.most)
			}
		})
	}
}

func TestEachSoundIsMasteredLoudWithoutClipping(t *testing.T) {
	for _, name := range slices.Concat(names, digits) {
		samples := decode(t, name)
		if l := loudness(samples); math.Abs(l+14) > 0.5 {
			t.Errorf("%s has %.2f LUFS, want -14", name, l)
		}
		if p := truePeak(samples); p > -1 {
			t.Errorf("%s peaks at %.2f dBFS, want at most -1", name, p)
		}
	}
}

func TestEachSoundStartsAtOnceAndWithoutAClick(t *testing.T) {
	const still = 0.001 // -60 dBFS
	for _, name := range slices.Concat(names, digits) {
		samples := decode(t, name)
		if first, last := math.Abs(samples[0]), math.Abs(samples[len(samples)-1]); first > still || last > still {
			t.Errorf("%s starts at %f, ends at %f", name, first, last)
		}
		// The player adds the lead-in. One in the file would delay every repetition.
		if p := 10 * math.Log10(power(samples[:48000/20])); p < -30 {
			t.Errorf("the first 50 ms of %s have %.0f dBFS", name, p)
		}
	}
}

func TestASmallSpeakerPlaysEachSound(t *testing.T) {
	// A second-order Butterworth high-pass at 300 Hz: a cheap speaker plays no more bass.
	bass := biquad{0.97261, -1.94523, 0.97261, -1.94448, 0.94598}
	for _, name := range names {
		samples := decode(t, name)
		if lost := 10 * math.Log10(power(samples)/power(bass.filter(samples))); lost > 3 {
			t.Errorf("%s loses %.1f dB without what is below 300 Hz", name, lost)
		}
	}
}

// likeness returns the highest normalised cross-correlation, 0 to 1, of a and b below
// 4 kHz, at any shift up to 50 ms.
func likeness(a, b []float64) float64 {
	a, b = slow(a), slow(b)
	n := min(len(a), len(b))
	scale := float64(n) * math.Sqrt(power(a[:n])*power(b[:n]))
	best := 0.0
	for shift := -400; shift <= 400; shift++ {
		sum := 0.0
		for i := max(0, -shift); i < n-max(0, shift); i++ {
			sum += a[i] * b[i+shift]
		}
		best = max(best, math.Abs(sum)/scale)
	}
	return best
}

// slow returns samples reduced to 8 kHz.
func slow(samples []float64) []float64 {
	out := make([]float64, len(samples)/6)
	for i := range out {
		out[i] = mean(samples[6*i : 6*i+6])
	}
	return out
}

// bothVoices reports whether two sounds are choices for the same thing.
func bothVoices(a, b string) bool { return slices.Contains(voices, a) && slices.Contains(voices, b) }

func TestNoTwoSoundsAreAlike(t *testing.T) {
	for i, a := range names {
		for _, b := range names[i+1:] {
			if bothVoices(a, b) {
				continue
			}
			if l := likeness(decode(t, a), decode(t, b)); l > 0.3 {
				t.Errorf("%s and %s have a correlation of %.2f", a, b, l)
			}
		}
	}
	if order := decode(t, "order"); likeness(order, order) < 0.99 {
		t.Error("a sound is not like itself: the measure is broken")
	}
}

// tones returns how much of a sound lies in each semitone from 220 Hz to 7 kHz, as a
// vector of length 1.
func tones(samples []float64) []float64 {
	powers := make([]float64, 60)
	sum := 0.0
	for i := range powers {
		// Blocks of 50 ms hear a semitone and its neighbours, from 220 Hz on.
		step := 2 * math.Pi * 220 * math.Pow(2, float64(i)/12) / 48000
		for at := 0; at+2400 <= len(samples); at += 2400 {
			var re, im float64
			for k, s := range samples[at : at+2400] {
				re, im = re+s*math.Cos(step*float64(k)), im+s*math.Sin(step*float64(k))
			}
			powers[i] += re*re + im*im
		}
		sum += powers[i] * powers[i]
	}
	for i := range powers {
		powers[i] /= math.Sqrt(sum)
	}
	return powers
}

// From the other end of the kitchen a person hears only the tone colour of a sound.
func TestNoTwoSoundsHaveTheSameTones(t *testing.T) {
	spectra := map[string][]float64{}
	for _, name := range names {
		spectra[name] = tones(decode(t, name))
	}
	for i, a := range names {
		for _, b := range names[i+1:] {
			shared := 0.0
			for k, p := range spectra[a] {
				shared += p * spectra[b][k]
			}
			t.Logf("%s and %s: %.2f", a, b, shared)
			if shared > 0.7 && !bothVoices(a, b) {
				t.Errorf("%s and %s share %.2f of their tones", a, b, shared)
			}
		}
	}
}

// pitch returns the frequency, from 200 to 450 Hz, at which samples repeat.
func pitch(samples []float64) float64 {
	best, at := 0.0, 0
	for lag := 48000 / 450; lag <= 48000/200; lag++ {
		sum := 0.0
		for i := range len(samples) - 48000/200 {
			sum += samples[i] * samples[i+lag]
		}
		if sum > best {
			best, at = sum, lag
		}
	}
	return 48000 / float64(at)
}

func TestTheEndOfTheOrderSoundIsHeldAndRises(t *testing.T) {
	for _, name := range []string{"order", "order2"} { // order3 is deeper than pitch can hear
		testHeldAndRising(t, decode(t, name))
	}
}

func testHeldAndRising(t *testing.T, order []float64) {
	t.Helper()
	at := func(seconds float64) []float64 { return order[int(seconds*48000) : int(seconds*48000)+4800] }
	low, middle, high := pitch(at(1.0)), pitch(at(1.45)), pitch(at(1.8))
	if low < 280 || middle < 1.03*low || high < 1.03*middle {
		t.Errorf("the voice goes from %.0f Hz over %.0f to %.0f", low, middle, high)
	}
	for seconds := 0.9; seconds < 1.9; seconds += 0.1 {
		if p := 10 * math.Log10(power(at(seconds))); p < -20 {
			t.Errorf("the voice breaks off at %.1f s, %.0f dBFS", seconds, p)
		}
	}
}

func TestEachDigitIsShortAndUnlikeTheOthers(t *testing.T) {
	for i, a := range digits {
		samples := decode(t, a)
		if length := time.Duration(len(samples)) * time.Second / 48000; length < 300*time.Millisecond || length > 700*time.Millisecond {
			t.Errorf("%s takes %v", a, length)
		}
		for _, b := range digits[i+1:] {
			if l := likeness(samples, decode(t, b)); l > 0.9 {
				t.Errorf("%s and %s have a correlation of %.2f", a, b, l)
			}
		}
	}
}

func TestLoudnessAndTruePeakMeasureAsTheStandardSays(t *testing.T) {
	sine := make([]float64, 2*48000)
	for i := range sine {
		sine[i] = math.Sin(2 * math.Pi * 997 * float64(i) / 48000)
	}
	if l := loudness(sine); math.Abs(l+3.01) > 0.05 {
		t.Errorf("997 Hz at full scale in one channel has %.2f LUFS, want -3.01", l)
	}
	for i := range sine { // samples miss each peak by 45 degrees
		sine[i] = math.Sin(math.Pi/2*float64(i) + math.Pi/4)
	}
	if p := truePeak(sine[2400:7200]); math.Abs(p) > 0.2 {
		t.Errorf("peaks between samples are measured as %.2f dBFS, want 0", p)
	}
}

func TestThereIsNoSoundOfAnUnknownName(t *testing.T) {
	if _, ok := Sound("../sounds"); ok {
		t.Error("there is one")
	}
}
