package player

import (
	"sync"
	"time"
)

const (
	rate = 48000 // frames a second, what most hardware runs at: the system need not resample

	// leadIn is played before the first sound. HDMI and Bluetooth outputs that sleep
	// swallow up to the first half second, and with it the bell notes that make people
	// look up. The first 0.1 s of that is what beep and the driver play before they come
	// to us. Longer would only delay the alarm: what an even sleepier output loses of the
	// first sound, the repeat brings.
	leadIn = rate * 4 / 10

	// fade is how long a stop takes: long enough not to click, too short to be heard.
	fade = rate * 30 / 1000
)

// A tape is the sound without end that the device pulls: lead-in, sound, pause, sound, …
// and a hush from its end on. The zero tape plays a hush.
// It may be used from several goroutines.
type tape struct {
	still bool // plays digital silence in place of the hush: an amplifier may sleep on

	mu     sync.Mutex
	hush   hush
	sound  [][2]float32
	gain   float64
	repeat bool
	pause  int // frames between repeats

	wait   int   // frames until the sound begins
	at     int   // next frame of the sound
	left   int   // frames of the fade to come, when stopping
	ending bool  // asked to stop
	over   bool  // nothing but a hush will come
	pulled int64 // frames so far
	began  time.Time
	ends   []int64
	overAt int64
}

// A position is how far the device has pulled a tape.
type position struct {
	at     time.Time
	began  time.Time // when the first frame was pulled; zero if none was
	pulled int64     // frames so far
	ends   []int64   // frames at which a sound was through, since the last look
	over   bool
	overAt int64 // frame from which on only the hush plays, when over
}

// put gives the tape its sound. It begins after the lead-in, or at once if that is over.
func (t *tape) put(sound [][2]float32, gain float64, repeat bool, pause int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.sound, t.gain, t.repeat, t.pause = sound, gain, repeat, pause
	t.wait = max(0, leadIn-int(t.pulled))
}

// stop ends the sound within the time of the fade.
func (t *tape) stop() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.ending {
		t.ending, t.left = true, fade
	}
}

// look says where the tape is. Nothing but look empties the list of ends, which a
// caller who looks every few milliseconds keeps short: no sound is that short.
func (t *tape) look() position {
	t.mu.Lock()
	defer t.mu.Unlock()
	// The time is taken here, where nothing can be pulled between it and the count.
	p := position{at: time.Now(), began: t.began, pulled: t.pulled, ends: t.ends, over: t.over, overAt: t.overAt}
	t.ends = nil
	return p
}

// Stream fills out and never ends: the device must have something to pull until what it
// holds was heard.
func (t *tape) Stream(out [][2]float64) (int, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.began.IsZero() {
		t.began = time.Now()
	}
	for i := range out {
		out[i] = t.next()
		t.pulled++
	}
	return len(out), true
}

// Err is nil: a tape cannot fail.
func (t *tape) Err() error { return nil }

// next is one frame. The hush is under everything, so that no change from one to the
// other can be heard.
func (t *tape) next() [2]float64 {
	h := 0.0
	if !t.still {
		h = t.hush.next()
	}
	if t.over || t.sound == nil || t.wait > 0 {
		t.rest()
		return [2]float64{h, h}
	}
	g := t.gain
	if t.ending {
		t.left--
		g *= float64(t.left) / fade
	}
	f := t.sound[t.at]
	t.advance()
	return [2]float64{bound(float64(f[0])*g + h), bound(float64(f[1])*g + h)}
}

// rest passes a frame in which nothing sounds, so there is nothing to fade either.
func (t *tape) rest() {
	if t.ending {
		t.finish(t.pulled)
	}
	t.wait = max(0, t.wait-1)
}

func (t *tape) advance() {
	t.at++
	if t.at == len(t.sound) {
		t.ends = append(t.ends, t.pulled+1)
		t.at, t.wait = 0, t.pause
		if !t.repeat {
			t.finish(t.pulled + 1)
		}
	}
	if t.ending && t.left == 0 {
		t.finish(t.pulled + 1)
	}
}

func (t *tape) finish(at int64) {
	if !t.over {
		t.over, t.overAt = true, at
	}
}

// A hush is noise that nobody hears, at -80 dBFS: outputs that sleep or gate on digital
// silence stay awake for it, in the pauses too. The zero hush is ready.
type hush uint32

func (h *hush) next() float64 {
	const level = 1e-4 // of full scale; three steps of 16 bits, so it survives them
	*h = *h*1664525 + 1013904223
	return level * (float64(*h)/(1<<31) - 1)
}

func bound(v float64) float64 { return max(-1, min(1, v)) }
