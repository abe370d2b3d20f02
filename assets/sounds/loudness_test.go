package sounds

import "math"

// A biquad is one second-order filter: b over a, with a's first coefficient 1.
type biquad struct{ b0, b1, b2, a1, a2 float64 }

func (f biquad) filter(in []float64) []float64 {
	out := make([]float64, len(in))
	var x1, x2, y1, y2 float64
	for i, x := range in {
		y := f.b0*x + f.b1*x1 + f.b2*x2 - f.a1*y1 - f.a2*y2
		x1, x2, y1, y2 = x, x1, y, y1
		out[i] = y
	}
	return out
}

// loudness returns the integrated loudness of one channel at 48 kHz in LUFS, by ITU-R
// BS.1770-5: annex 1, tables 1 and 2 (K-weighting), equations 2 to 7 (gating).
func loudness(samples []float64) float64 {
	shelf := biquad{1.53512485958697, -2.69169618940638, 1.19839281085285, -1.69065929318241, 0.73248077421585}
	highPass := biquad{1, -2, 1, -1.99004745483398, 0.99007225036621}
	weighted := highPass.filter(shelf.filter(samples))
	const block, step = 48000 * 4 / 10, 48000 / 10 // 400 ms, overlapping by 75 %
	var powers []float64
	for at := 0; at+block <= len(weighted); at += step {
		powers = append(powers, power(weighted[at:at+block]))
	}
	loud := above(powers, -70)
	return lufs(mean(above(loud, lufs(mean(loud))-10)))
}

func lufs(power float64) float64 { return -0.691 + 10*math.Log10(power) }

func power(samples []float64) float64 {
	sum := 0.0
	for _, s := range samples {
		sum += s * s
	}
	return sum / float64(len(samples))
}

func above(powers []float64, threshold float64) []float64 {
	var kept []float64
	for _, p := range powers {
		if lufs(p) > threshold {
			kept = append(kept, p)
		}
	}
	return kept
}

func mean(values []float64) float64 {
	sum := 0.0
	for _, v := range values {
		sum += v
	}
	return sum / float64(len(values))
}

// reach is the number of samples on either side from which truePeak interpolates.
const reach = 32

// truePeak returns the highest peak in dBFS at four times the rate, as BS.1770-5, annex
// 2, asks for. It interpolates with a windowed sinc.
func truePeak(samples []float64) float64 {
	padded := append(append(make([]float64, reach), samples...), make([]float64, reach)...)
	peak := 0.0
	for _, weights := range phases() {
		for i := range samples {
			sum := 0.0
			for k, w := range weights {
				sum += w * padded[i+1+k]
			}
			peak = max(peak, math.Abs(sum))
		}
	}
	return 20 * math.Log10(peak)
}

// phases returns the weights of the samples around a point 0, 1/4, 2/4 and 3/4 of the
// way from one sample to the next.
func phases() [4][2 * reach]float64 {
	var weights [4][2 * reach]float64
	for phase := range weights {
		for k := range weights[phase] {
			x := float64(phase)/4 - float64(k-reach+1)
			window := math.Cos(math.Pi * x / (2 * reach))
			weights[phase][k] = sinc(x) * window * window
		}
	}
	return weights
}

func sinc(x float64) float64 {
	if x == 0 {
		return 1
	}
	return math.Sin(math.Pi*x) / (math.Pi * x)
}
