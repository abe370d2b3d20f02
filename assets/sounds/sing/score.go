package main

import "math"

// A position is what the tract does at a moment.
type position struct {
	formants       [6]float64 // Hz
	voice, breath  float64    // of the glottis
	friction, hiss float64    // noise at the teeth, and its frequency
	nose, zero     float64    // how far the nose is open, and the frequency that it swallows
}

var bandwidths = [6]float64{75, 95, 140, 240, 300, 500}

const noseHz = 450 // where the pole and the zero of the closed nose cancel each other

// open returns a vowel.
func open(f1, f2, f3 float64) position {
	return position{formants: [6]float64{f1, f2, f3, 4150, 5200, 6600}, voice: 1, hiss: 4000, zero: noseHz}
}

// with returns p with a change.
func (p position) with(change func(*position)) position {
	change(&p)
	return p
}

// The sounds of Korean, for a woman's mouth.
var (
	a  = open(860, 1480, 3000)
	i  = open(345, 2800, 3450)
	o  = open(520, 870, 3000)
	u  = open(365, 800, 2850)
	m  = open(280, 1150, 2500).with(func(p *position) { p.nose, p.zero, p.voice = 1, 1050, 0.75 })
	n  = open(290, 1600, 2800).with(func(p *position) { p.nose, p.zero, p.voice = 1, 1750, 0.75 })
	ng = open(300, 1050, 2700).with(func(p *position) { p.nose, p.zero, p.voice = 1, 3000, 0.75 })
	l  = open(380, 1500, 3000).with(func(p *position) { p.voice = 0.85 })
)

// breathy, hissed and shut return what is heard in the place of a voiced sound: the breath of ㄱ
// and ㅍ, the friction of ㅅ, ㅈ and ㅊ, and the silence before a stop opens.
func breathy(p position, breath float64) position {
	p.voice, p.breath = 0, breath
	return p
}

func hissed(p position, friction, hz float64) position {
	p.voice, p.friction, p.hiss = 0, friction, hz
	return p
}

func shut(p position) position { return p.with(func(p *position) { p.voice = 0 }) }

// A step moves to a position within a time, and stays there for another.
type step struct {
	move, stay float64 // ms
	to         position
}

// at returns the position at a time in ms, and whether the word goes on.
func at(word []step, t float64) (position, bool) {
	from := word[0].to
	for _, s := range word {
		switch {
		case t < s.move:
			return between(from, s.to, t/s.move), true
		case t < s.move+s.stay:
			return s.to, true
		}
		t -= s.move + s.stay
		from = s.to
	}
	return from, false
}

func between(p, q position, x float64) position {
	x = x * x * (3 - 2*x)
	mix := func(a, b float64) float64 { return a + (b-a)*x }
	for k := range p.formants {
		p.formants[k] = mix(p.formants[k], q.formants[k])
	}
	p.voice, p.breath, p.friction = mix(p.voice, q.voice), mix(p.breath, q.breath), mix(p.friction, q.friction)
	p.hiss, p.nose, p.zero = mix(p.hiss, q.hiss), mix(p.nose, q.nose), mix(p.zero, q.zero)
	return p
}

// order is 주문~: the last vowel is held.
var order = []step{
	{0, 5, shut(u)}, {4, 45, hissed(open(300, 1900, 2900), 0.9, 3900)}, {12, 12, breathy(u, 0.3)},
	{22, 150, u}, {38, 75, m}, {45, 720, u}, {70, 240, n}, {90, 0, shut(n)},
}

// orderPitch is B3, D4 and a glide up to F#4, as MIDI note numbers, with a growing vibrato.
func orderPitch(t, detune float64) float64 {
	note := 59 + 3*ramp(230, 380, t) + 4*ramp(690, 1250, t) + detune
	note += 0.22 * ramp(500, 1000, t) * math.Sin(2*math.Pi*5.4*t/1000+detune)
	return hz(note)
}

// digits are the digits as numbers are called out: 공 일 이 삼 사 오 육 칠 팔 구.
var digits = [10][]step{
	{{0, 5, shut(o)}, {2, 10, hissed(o, 1.1, 1400)}, {4, 38, breathy(o, 1.2)}, {20, 110, o}, {60, 160, ng}, {60, 0, shut(ng)}},
	{{0, 0, shut(i)}, {25, 110, i}, {75, 170, l}, {70, 0, shut(l)}},
	{{0, 0, shut(i)}, {25, 230, i}, {80, 0, shut(i)}},
	{{0, 5, shut(a)}, {20, 75, hissed(a, 0.9, 6500)}, {15, 20, breathy(a, 0.5)}, {20, 130, a}, {65, 110, m}, {60, 0, shut(m)}},
	{{0, 5, shut(a)}, {20, 75, hissed(a, 0.9, 6500)}, {15, 20, breathy(a, 0.5)}, {20, 210, a}, {90, 0, shut(a)}},
	{{0, 0, shut(o)}, {25, 230, o}, {80, 0, shut(o)}},
	{{0, 0, shut(i)}, {20, 20, i}, {70, 150, u}, {35, 5, open(330, 1250, 2300)}, {12, 60, shut(open(330, 1250, 2300))}},
	{{0, 5, shut(i)}, {4, 95, hissed(open(300, 2300, 3100), 1.3, 3900)}, {15, 35, breathy(i, 1)}, {20, 100, i}, {80, 120, l}, {70, 0, shut(l)}},
	{{0, 5, shut(a)}, {2, 8, hissed(a, 1, 900)}, {4, 60, breathy(a, 0.8)}, {20, 110, a}, {75, 150, l}, {70, 0, shut(l)}},
	{{0, 5, shut(u)}, {2, 10, hissed(u, 1.1, 1600)}, {4, 38, breathy(u, 1.2)}, {20, 210, u}, {90, 0, shut(u)}},
}

// digitPitch is a high, calm voice that falls a little.
func digitPitch(t, detune float64) float64 { return hz(58.5 - 2.5*ramp(60, 420, t) + detune) }

func hz(note float64) float64 { return 440 * math.Exp2((note-69)/12) }

func ramp(from, to, t float64) float64 {
	x := max(0, min(1, (t-from)/(to-from)))
	return x * x * (3 - 2*x)
}
