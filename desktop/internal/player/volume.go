package player

import "math"

// gain turns a volume of 0 to 1 into a factor on the samples: the volume to the power of
// 5/3. Perceived loudness grows with the 0.6th power of sound pressure (Stevens), so half
// the volume sounds half as loud (-10 dB), and a tenth is a tenth (-33 dB), which a quiet
// shop still hears; the cubic law of many mixers would be lost in any noise there (-60 dB).
//
// Nonsense is taken for the nearest volume there is. What is no number at all is full:
// an alarm must not be silent because a setting is broken.
func gain(volume float64) float64 {
	if math.IsNaN(volume) {
		return 1
	}
	return math.Pow(max(0, min(1, volume)), 5.0/3)
}
