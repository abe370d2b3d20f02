// Command sing makes the words of jumun's own voice, from nothing but numbers: pulses of a glottis
// that pass the formants of a mouth. "sing order" writes 주문~ and "sing 0" to "sing 9" a digit to
// standard output, as float32 at 48 kHz.
package main

import (
	"encoding/binary"
	"fmt"
	"os"
	"strconv"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: sing order|0…9 DETUNE")
		os.Exit(2)
	}
	word, pitch := order, orderPitch
	if digit, err := strconv.Atoi(os.Args[1]); err == nil {
		word, pitch = digits[digit], digitPitch
	}
	detune, _ := strconv.ParseFloat(os.Args[2], 64)
	_ = binary.Write(os.Stdout, binary.LittleEndian, sing(word, func(t float64) float64 { return pitch(t, detune) }, detune))
}

// sing returns a word, at a pitch for each time in ms.
func sing(word []step, pitch func(float64) float64, detune float64) []float32 {
	t := tract{glottis: glottis{noise: 7 + noise(1000*detune)}, frictionNoise: 11}
	var samples []float32
	for k := 0; ; k++ {
		ms := float64(k) * 1000 / rate
		p, more := at(word, ms)
		if !more {
			return samples
		}
		if k%48 == 0 {
			t.shape(p)
		}
		samples = append(samples, float32(0.25*t.next(pitch(ms), p)))
	}
}
