//go:build linux

package alsa

import (
	"math"
	"math/bits"
	"math/cmplx"
)

// A Match is where a sound was found.
type Match struct {
	At          int     // frame at which it begins
	Correlation float64 // 1: the same but for its loudness; 0: nothing in common
	Gain        float64 // how loud it was, 1: as the source
}

// Find returns where in heard the source matches best, of all places where all of it fits.
func Find(heard, source []float64) Match {
	var best Match
	for at, r := range correlate(heard, source) {
		if r > best.Correlation {
			best = Match{At: at, Correlation: r}
		}
	}
	best.Gain = gain(heard, source, best.At)
	return best
}

// FindAll returns all matches of the source with a correlation of at least threshold, in
// order. Of matches that are less than half the source apart it returns the best.
func FindAll(heard, source []float64, threshold float64) []Match {
	var found []Match
	for at, r := range correlate(heard, source) {
		last := len(found) - 1
		switch {
		case r < threshold:
		case last < 0 || at-found[last].At > len(source)/2:
			found = append(found, Match{At: at, Correlation: r, Gain: gain(heard, source, at)})
		case r > found[last].Correlation:
			found[last] = Match{At: at, Correlation: r, Gain: gain(heard, source, at)}
		}
	}
	return found
}

// correlate returns the normalised correlation of source with heard at every place.
func correlate(heard, source []float64) []float64 {
	if len(source) == 0 || len(heard) < len(source) {
		return nil
	}
	products := crossCorrelate(heard, source)
	norm := math.Sqrt(energy(source))
	out := make([]float64, len(heard)-len(source)+1)
	here := energy(heard[:len(source)])
	for i := range out {
		if here > 1e-9*float64(len(source)) { // quieter than -90 dBFS is not a sound
			out[i] = products[i] / (norm * math.Sqrt(here))
		}
		if i+len(source) < len(heard) {
			here += heard[i+len(source)]*heard[i+len(source)] - heard[i]*heard[i]
		}
	}
	return out
}

// crossCorrelate returns the product of source with heard at every place. It works in the
// frequency domain: a minute of sound would take hours otherwise.
func crossCorrelate(heard, source []float64) []float64 {
	size := 1 << bits.Len(uint(len(heard)+len(source)))
	a, b := make([]complex128, size), make([]complex128, size)
	for i, v := range heard {
		a[i] = complex(v, 0)
	}
	for i, v := range source {
		b[i] = complex(v, 0)
	}
	fft(a)
	fft(b)
	for i := range a {
		a[i] = cmplx.Conj(a[i] * cmplx.Conj(b[i])) // with the second conjugate, the transform is its inverse
	}
	fft(a)
	out := make([]float64, size)
	for i := range out {
		out[i] = real(a[i]) / float64(size)
	}
	return out
}

// fft computes the Fourier transform of v in place. The length of v must be a power of two.
func fft(v []complex128) {
	shift := 64 - bits.TrailingZeros(uint(len(v)))
	for i := range v {
		if j := int(bits.Reverse64(uint64(i)) >> shift); i < j {
			v[i], v[j] = v[j], v[i]
		}
	}
	for half := 1; half < len(v); half *= 2 {
		for k := range half {
			turn := cmplx.Rect(1, -math.Pi*float64(k)/float64(half))
			for i := k; i < len(v); i += 2 * half {
				a, b := v[i], v[i+half]*turn
				v[i], v[i+half] = a+b, a-b
			}
		}
	}
}

func gain(heard, source []float64, at int) float64 {
	if len(source) == 0 || at+len(source) > len(heard) {
		return 0
	}
	product := 0.0
	for i, v := range source {
		product += v * heard[at+i]
	}
	return product / energy(source)
}

func energy(v []float64) float64 {
	sum := 0.0
	for _, x := range v {
		sum += x * x
	}
	return sum
}
