package player

import (
	"fmt"
	"time"

	"jumun/desktop/internal/ipc"
)

const (
	// bufferSize is how many frames are between the source and the speaker, half in beep
	// and half in the driver. Each half must outlast a busy moment of a slow PC (Windows
	// schedules in steps of 15 ms), or the sound has gaps. Up to twice the whole may pass
	// before a stop is heard.
	bufferSize = rate * 12 / 100

	// prefill is how many frames beep pulls before a device has taken any. More proves
	// that there is a device.
	prefill = bufferSize / 2

	// maxInFlight is the most that was pulled and is not heard yet. beep's half may be
	// filled twice, the driver's half is full, and its thread holds half of that again.
	// The rest is a margin for other buffers.
	maxInFlight = 2 * bufferSize

	// tolerance is how many frames more than time allows a device may have taken, because
	// its buffer is bigger than asked for: a few 100 ms in the largest. A driver that drops
	// the sound takes much more in no time. On a busy PC with one core, where beep is not
	// fast enough for such a driver, it takes two or three times as much as can be heard.
	tolerance = rate * 3 / 4

	// maxDrift is how wrong the clock of real hardware is at most, with a good margin: it
	// must never end an alarm that works.
	maxDrift = 1.1

	// stallTimeout is how long the device may pull nothing. Hardware pulls every 25 ms.
	stallTimeout = 2 * time.Second
)

// A fault is why nothing can be heard.
type fault struct{ reason, detail string }

func (f *fault) Error() string { return f.reason + ": " + f.detail }

// A watchdog decides from what was pulled whether a device plays. Pulled frames alone prove
// nothing: a device that pulls them faster than real time plays nothing.
type watchdog struct {
	startedAt, lastPull, lastCheck time.Time
	pulled                         int64
}

// check takes the current position, and returns what is wrong with the device, or nil.
func (w *watchdog) check(p position) *fault {
	if w.lastCheck.IsZero() {
		w.lastCheck, w.lastPull = p.at, p.at
	}
	// If this process was stopped itself (by a PC that swaps, or a debugger), the device is
	// not to blame: its time starts again.
	if p.pulled != w.pulled || p.at.Sub(w.lastCheck) > stallTimeout/2 {
		w.lastPull = p.at
	}
	w.pulled, w.startedAt, w.lastCheck = p.pulled, p.startedAt, p.at
	switch {
	case w.isTooFast():
		return &fault{ipc.NoDevice, fmt.Sprintf("the device took %d samples in %v and cannot have played them",
			w.pulled, w.elapsed().Round(time.Millisecond))}
	case w.idle() >= stallTimeout:
		return &fault{ipc.Stalled, fmt.Sprintf("the device took nothing for %v after %d samples", stallTimeout, w.pulled)}
	}
	return nil
}

// hasStarted reports whether a device has pulled anything.
func (w *watchdog) hasStarted() bool { return w.pulled > prefill }

// mustPlay reports whether the device must have begun to play. What it pulled first may
// only have filled its buffers. 0.3 s are enough to notice, even on a busy PC, that a
// device pulls too fast. Longer would only take time.
func (w *watchdog) mustPlay() bool { return w.wasHeard(rate * 3 / 10) }

// wasHeard reports whether everything before a frame must have left the speaker. It looks at
// the clock as well as the count, or it would believe a device that pulls more than it plays.
func (w *watchdog) wasHeard(frame int64) bool {
	return w.pulled >= frame+maxInFlight && float64(frame) <= maxDrift*w.elapsedFrames()
}

// isTooFast reports whether more was pulled than can have been played.
func (w *watchdog) isTooFast() bool {
	return float64(w.pulled) > maxInFlight+tolerance+maxDrift*w.elapsedFrames()
}

func (w *watchdog) idle() time.Duration    { return w.lastCheck.Sub(w.lastPull) }
func (w *watchdog) elapsedFrames() float64 { return w.elapsed().Seconds() * rate }

func (w *watchdog) elapsed() time.Duration {
	if w.startedAt.IsZero() {
		return 0
	}
	return w.lastCheck.Sub(w.startedAt)
}
