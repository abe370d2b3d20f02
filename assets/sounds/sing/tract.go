package main

import "math"

const rate = 48000

// A resonator is one formant: two poles. Its gain at 0 Hz is 1 (Klatt 1980, "Software for a
// cascade/parallel formant synthesizer").
type resonator struct{ a, b, c, y1, y2 float64 }

func (r *resonator) tune(frequency, bandwidth float64) {
	radius := math.Exp(-math.Pi * bandwidth / rate)
	r.c = -radius * radius
	r.b = 2 * radius * math.Cos(2*math.Pi*frequency/rate)
	r.a = 1 - r.b - r.c
}

func (r *resonator) filter(x float64) float64 {
	y := r.a*x + r.b*r.y1 + r.c*r.y2
	r.y1, r.y2 = y, r.y1
	return y
}

// unfilter removes a resonance: two zeros, which the nose adds.
func (r *resonator) unfilter(x float64) float64 {
	y := (x - r.b*r.y1 - r.c*r.y2) / r.a
	r.y1, r.y2 = x, r.y1
	return y
}

// A glottis makes the pulses of the voice and the breath between them.
type glottis struct {
	phase, drift, tilt float64
	noise              noise
}

const (
	openPart = 0.62 // of a period: a friendly, not pressed voice
	tiltPole = 0.05 // softens the edge of each pulse
)

// next returns the derivative of the flow at a pitch, by the pulse of Klatt and Klatt (1990),
// and the share of the breath that passes.
func (g *glottis) next(pitch float64) (pulse, breath float64) {
	if g.phase += pitch * (1 + g.drift) / rate; g.phase >= 1 {
		g.phase--
		g.drift = 0.004 * g.noise.next() // no two periods are the same
	}
	breath = 0.3
	if t := g.phase / openPart; t < 1 {
		pulse, breath = 2*t-3*t*t, 1
	}
	g.tilt += (1 - tiltPole) * (pulse - g.tilt)
	return g.tilt, breath * g.noise.next()
}

// A noise is white noise, the same at each run.
type noise uint32

func (n *noise) next() float64 {
	*n = *n*1664525 + 1013904223
	return float64(*n)/(1<<31) - 1
}

// A tract is a mouth, a nose and a throat.
type tract struct {
	glottis             glottis
	formants            [6]resonator
	nosePole, noseZero  resonator
	friction, friction2 resonator
	frictionNoise       noise
}

// shape moves the tract to a position.
func (t *tract) shape(p position) {
	for i := range t.formants {
		t.formants[i].tune(p.formants[i], bandwidths[i]*(1+0.2*p.nose))
	}
	t.nosePole.tune(noseHz, 100)
	t.noseZero.tune(noseHz+p.nose*(p.zero-noseHz), 100)
	t.friction.tune(p.hiss, p.hiss*0.35)
	t.friction2.tune(p.hiss*1.5, p.hiss*0.5)
}

// next returns the next sample.
func (t *tract) next(pitch float64, p position) float64 {
	pulse, breath := t.glottis.next(pitch)
	x := p.voice*pulse + (p.breath+0.04*p.voice)*breath*0.5
	x = t.noseZero.unfilter(t.nosePole.filter(x))
	for i := range t.formants {
		x = t.formants[i].filter(x)
	}
	n := p.friction * t.frictionNoise.next()
	band := t.friction.filter(n) - t.friction.y2 // twice differentiated: no rumble
	return x + 0.5*band + 0.3*t.friction2.filter(n)
}
