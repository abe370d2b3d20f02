package player

import "math"

// gain converts a volume of 0 to 1 to a factor for the samples: the volume to the power of
// 5/3. Perceived loudness grows with the 0.6th power of sound pressure (Stevens), so half
// the volume sounds half as loud (-10 dB). A tenth is a tenth (-33 dB), which is still
// heard in a quiet shop; by the cubic law of many mixers it would be lost in any noise
// (-60 dB).
//
// A volume out of range counts as the nearest one in range. A volume that is no number
// counts as 1: a broken setting must not make an alarm silent.
func gain(volume float64) float64 {
	if math.IsNaN(volume) {
		return 1
	}
	return math.Pow(max(0, min(1, volume)), 5.0/3)
}
