package player

import (
	"fmt"
	"time"

	"jumun/desktop/internal/ipc"
)

const (
	// buffer is what lies between us and the speaker, half with beep and half with the
	// driver. Each half must outlast a busy moment of a slow PC (Windows schedules by
	// 15 ms), or there are dropouts, and twice the whole may pass before a stop is heard.
	buffer = rate * 12 / 100

	// handed is what beep takes before a device has taken anything. More is proof of one.
	handed = buffer / 2

	// ahead is the most that was pulled and is not heard yet: beep's half may be filled
	// twice, the driver's is full, and its thread waits with the half of that in hand.
	// The rest is what else there may be on the way.
	ahead = 2 * buffer

	// spare is how much more than time went by a device may have taken: more buffer than
	// it was asked for, which is a few 100 ms with the largest. A driver that drops what
	// it gets takes much more in no time, or on a busy PC of one core, where beep is not
	// fast enough for it, two or three times as much as can be heard.
	spare = rate * 3 / 4

	// drift is how wrong the clocks of real hardware are at most, with a good margin: an
	// alarm that works must never end for it.
	drift = 1.1

	patience = 2 * time.Second // without a pull, from opening on; hardware pulls each 25 ms
)

// A fault is why nothing can be heard.
type fault struct{ reason, detail string }

func (f *fault) Error() string { return f.reason + ": " + f.detail }

// A watch tells from what was pulled whether a device plays. Samples that are pulled are
// no proof of sound: a device that takes them faster than time goes by plays nothing.
type watch struct {
	began, moved, looked time.Time
	pulled               int64
}

// look takes a reading and says what is wrong, nil if nothing is.
func (w *watch) look(p position) *fault {
	if w.looked.IsZero() {
		w.looked, w.moved = p.at, p.at
	}
	// When we were stopped ourselves (a machine that swaps, a debugger), the device is
	// not to blame: begin to wait anew.
	if p.pulled != w.pulled || p.at.Sub(w.looked) > patience/2 {
		w.moved = p.at
	}
	w.pulled, w.began, w.looked = p.pulled, p.began, p.at
	switch {
	case w.rushes():
		return &fault{ipc.NoDevice, fmt.Sprintf("the device took %d samples in %v and cannot have played them",
			w.pulled, w.elapsed().Round(time.Millisecond))}
	case w.idle() >= patience:
		return &fault{ipc.Stalled, fmt.Sprintf("the device took nothing for %v after %d samples", patience, w.pulled)}
	}
	return nil
}

// started says whether a device has taken anything.
func (w *watch) started() bool { return w.pulled > handed }

// plays says whether a device must have begun to play. What it took first may only have
// filled its buffers, and 0.3 s are enough to tell, on a busy PC as well, that it takes
// too much; longer would only cost.
func (w *watch) plays() bool { return w.heard(rate * 3 / 10) }

// heard says whether what was before a frame must have left the speaker. Counting alone
// would believe a device that takes more than it plays.
func (w *watch) heard(frame int64) bool {
	return w.pulled >= frame+ahead && float64(frame) <= drift*w.frames()
}

// rushes says whether more was taken than can have been played.
func (w *watch) rushes() bool { return float64(w.pulled) > ahead+spare+drift*w.frames() }

func (w *watch) idle() time.Duration { return w.looked.Sub(w.moved) }
func (w *watch) frames() float64     { return w.elapsed().Seconds() * rate }

func (w *watch) elapsed() time.Duration {
	if w.began.IsZero() {
		return 0
	}
	return w.looked.Sub(w.began)
}
