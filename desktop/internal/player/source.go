package player

import (
	"sync"
	"time"
)

const (
	rate = 48000 // frames a second, as most hardware: the system need not resample

	// leadIn is played before the first sound. HDMI and Bluetooth outputs that sleep
	// swallow up to the first half second, and with it the bell notes that make people
	// look up. The first 0.1 s of it is what beep and the driver play before they pull
	// from the source. A longer one would only delay the alarm: if an output loses more of
	// the first sound, the repeat is heard.
	leadIn = rate * 4 / 10

	// fade is how long a stop takes: long enough not to click, too short to be noticed.
	fade = rate * 30 / 1000
)

// A source is the endless stream of frames that the device pulls: lead-in, sound, pause,
// sound, …, and noise that nobody hears after the end. The zero source plays the noise.
// It is a beep.Streamer, and safe for concurrent use.
type source struct {
	silent bool // plays digital silence in place of the noise: an amplifier may sleep on

	mu     sync.Mutex
	noise  noise
	sound  [][2]float32
	gain   float64
	repeat bool
	pause  int // frames between repeats

	delay      int   // frames until the sound begins
	next       int   // index of the next frame of the sound
	fadeLeft   int   // frames of the fade that are left, when stopping
	stopping   bool  // stop was called
	finished   bool  // nothing but noise follows
	pulled     int64 // frames so far
	startedAt  time.Time
	ends       []int64
	finishedAt int64
}

// A position is how far the device has pulled a source.
type position struct {
	at         time.Time
	startedAt  time.Time // when the first frame was pulled; zero if none was
	pulled     int64     // frames so far
	ends       []int64   // frames at which a sound ended, since the last position
	finished   bool
	finishedAt int64 // first frame after which only noise follows, if finished
}

// setSound gives the source its sound. The sound begins after the lead-in, or at once if
// the lead-in is over.
func (s *source) setSound(sound [][2]float32, gain float64, repeat bool, pause int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sound, s.gain, s.repeat, s.pause = sound, gain, repeat, pause
	s.delay = max(0, leadIn-int(s.pulled))
}

// peak returns the highest sample that the sound has, as it is played.
func (s *source) peak() float64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return float64(peak(s.sound)) * s.gain
}

// stop fades the sound out.
func (s *source) stop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.stopping {
		s.stopping, s.fadeLeft = true, fade
	}
}

// position returns the position, and empties the list of ends. The list stays short if
// position is called every few milliseconds: no sound is that short.
func (s *source) position() position {
	s.mu.Lock()
	defer s.mu.Unlock()
	// The time is taken under the lock, so that nothing is pulled between it and the count.
	p := position{at: time.Now(), startedAt: s.startedAt, pulled: s.pulled, ends: s.ends, finished: s.finished, finishedAt: s.finishedAt}
	s.ends = nil
	return p
}

// Stream fills out. It never ends: the device must be able to pull until its buffer was
// heard.
func (s *source) Stream(out [][2]float64) (int, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.startedAt.IsZero() {
		s.startedAt = time.Now()
	}
	for i := range out {
		out[i] = s.frame()
		s.pulled++
	}
	return len(out), true
}

// Err returns nil: a source cannot fail.
func (s *source) Err() error { return nil }

// frame returns the next frame. The noise is under everything, so that its beginning and
// its end cannot be heard.
func (s *source) frame() [2]float64 {
	n := 0.0
	if !s.silent {
		n = s.noise.next()
	}
	if s.finished || s.sound == nil || s.delay > 0 {
		s.skip()
		return [2]float64{n, n}
	}
	g := s.gain
	if s.stopping {
		s.fadeLeft--
		g *= float64(s.fadeLeft) / fade
	}
	f := s.sound[s.next]
	s.advance()
	return [2]float64{clip(float64(f[0])*g + n), clip(float64(f[1])*g + n)}
}

// skip passes a frame without sound. There is nothing to fade in it.
func (s *source) skip() {
	if s.stopping {
		s.finish(s.pulled)
	}
	s.delay = max(0, s.delay-1)
}

func (s *source) advance() {
	s.next++
	if s.next == len(s.sound) {
		s.ends = append(s.ends, s.pulled+1)
		s.next, s.delay = 0, s.pause
		if !s.repeat {
			s.finish(s.pulled + 1)
		}
	}
	if s.stopping && s.fadeLeft == 0 {
		s.finish(s.pulled + 1)
	}
}

func (s *source) finish(at int64) {
	if !s.finished {
		s.finished, s.finishedAt = true, at
	}
}

// A noise makes noise at -80 dBFS, which nobody hears. It keeps outputs awake that sleep on
// digital silence, in the pauses too. The zero noise is ready to use.
type noise uint32

func (n *noise) next() float64 {
	const level = 1e-4 // of full scale; three steps of 16 bits, so it is not rounded away
	*n = *n*1664525 + 1013904223
	return level * (float64(*n)/(1<<31) - 1)
}

func clip(v float64) float64 { return max(-1, min(1, v)) }
