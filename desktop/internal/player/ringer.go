package player

import (
	"context"
	"fmt"
	"time"

	"jumun/desktop/internal/ipc"
)

const (
	// glance is how often the device is looked at: soon enough for a stop, and 50 looks
	// a second cost nothing.
	glance = 20 * time.Millisecond

	// inquiry is how often the system is asked whether something is wrong.
	inquiry = 200 * time.Millisecond

	// lastWord is how long a stop may take before it is cut. The fade, and all that lies
	// between us and the speaker, take less than 300 ms; only a device that hangs takes longer.
	lastWord = 500 * time.Millisecond

	// drain is added after a sound that ended by itself, where nobody waits: a driver
	// may have taken more buffer than it was asked to.
	drain = rate * 3 / 10
)

// A ringer is one Play on its way, or one check.
type ringer struct {
	out  *ipc.Writer
	play *ipc.Play // nil for a check
	tape *tape

	watch   watch
	asked   bool // the system has told about its output, or does not
	started bool
	ends    []int64 // of sounds that were pulled and may not be heard yet; bounded by the buffer
}

// run decodes and opens at the same time: the lead-in hides what decoding takes.
func (r *ringer) run(ctx context.Context, sounds func(string) ([]byte, bool)) error {
	var loaded <-chan error // never, for a check
	if r.play != nil {
		loaded = inBackground(func() error { return r.load(sounds) })
	}
	opened := inBackground(func() error { return open(r.tape) })
	if err := r.await(ctx, opened); err != nil || ctx.Err() != nil {
		return err
	}
	return r.attend(ctx, loaded)
}

// await waits for the device to open.
func (r *ringer) await(ctx context.Context, opened <-chan error) error {
	late := time.NewTimer(openPatience)
	defer late.Stop()
	select {
	case err := <-opened:
		if err != nil {
			return r.fail(&fault{ipc.NoDevice, err.Error()})
		}
	case <-late.C:
		return r.fail(&fault{ipc.NoDevice, fmt.Sprintf("the device did not open within %v", openPatience)})
	case <-ctx.Done():
	}
	return nil
}

// attend looks after the playing until it is over.
func (r *ringer) attend(ctx context.Context, loaded <-chan error) error {
	looks, inquiries := time.NewTicker(glance), time.NewTicker(inquiry)
	defer looks.Stop()
	defer inquiries.Stop()
	told, late := outputs(ctx), time.NewTimer(outputPatience)
	defer late.Stop()
	var answer <-chan error
	for {
		select {
		case <-ctx.Done():
			return r.silence(looks.C)
		case err := <-loaded:
			if loaded = nil; err != nil {
				return r.fail(&fault{ipc.BadSound, err.Error()})
			}
		case <-inquiries.C:
			if answer == nil { // else the driver still blocks, and the watch will tell
				idle := r.watch.idle() > inquiry/2
				answer = inBackground(func() error { return ask(idle) })
			}
		case err := <-answer:
			if answer = nil; err != nil {
				return r.fail(&fault{r.deviceReason(), err.Error()})
			}
		case o := <-told:
			if err := r.tell(o); err != nil {
				return err
			}
		case <-late.C:
			r.asked = true
		case <-looks.C:
			if done, err := r.look(); done || err != nil {
				return err
			}
		}
	}
}

// tell hands on what the system says of its output.
func (r *ringer) tell(o output) error {
	r.asked = true
	switch {
	case !o.told:
	case o.reason == ipc.NoDevice:
		return r.fail(&fault{r.deviceReason(), "the sound server has no device to play on"})
	case o.reason != "":
		_ = r.out.Send(ipc.FromRing{Event: ipc.RingMuted, Samples: r.watch.pulled, Reason: o.reason})
	default:
		r.report(ipc.RingAudible)
	}
	return nil
}

// look reports what has happened since the last look, and says whether all was heard, or
// all is known of a check.
func (r *ringer) look() (done bool, err error) {
	at := r.tape.look()
	r.ends = append(r.ends, at.ends...)
	if f := r.watch.look(at); f != nil {
		return false, r.fail(f)
	}
	if !r.started && r.asked && r.proven() {
		r.started = true
		r.report(ipc.RingStarted)
	}
	for len(r.ends) > 0 && r.watch.heard(r.ends[0]) {
		r.ends = r.ends[1:]
		r.report(ipc.RingPlayed)
	}
	return r.play == nil && r.started || at.over && r.watch.heard(at.overAt+drain), nil
}

// proven says whether there is a device. An alarm is reported as soon as one takes
// something; a check waits until it cannot be otherwise, or the next alarm would tell.
func (r *ringer) proven() bool {
	if r.play == nil {
		return r.watch.plays()
	}
	return r.watch.started()
}

// silence fades out and waits until that was heard. Faults do not matter any more.
func (r *ringer) silence(looks <-chan time.Time) error {
	r.tape.stop()
	cut := time.NewTimer(lastWord)
	defer cut.Stop()
	for {
		select {
		case <-cut.C:
			return nil
		case <-looks:
			at := r.tape.look()
			_ = r.watch.look(at)
			if at.over && r.watch.heard(at.overAt) {
				return nil
			}
		}
	}
}

// load puts the sound on the tape: the user's, or else the built-in one.
func (r *ringer) load(sounds func(string) ([]byte, bool)) error {
	sound, err := r.choose(sounds)
	if err == nil {
		r.tape.put(sound, gain(r.play.Volume), r.play.Repeat, pauseFrames(r.play.PauseMs))
	}
	return err
}

// pauseFrames takes nonsense for the nearest sense: at most an hour of frames is no overflow.
func pauseFrames(ms int) int { return max(0, min(ms, 3600_000)) * (rate / 1000) }

// choose never leaves an order silent because a file broke after it was chosen.
func (r *ringer) choose(sounds func(string) ([]byte, bool)) ([][2]float32, error) {
	if r.play.File != "" {
		sound, err := loadFile(r.play.File, fileHaste)
		if err == nil {
			return sound, nil
		}
		_ = r.out.Send(ipc.FromRing{Event: ipc.RingFellBack, Reason: ipc.BadSound, Detail: err.Error()})
	}
	for _, name := range []string{r.play.Sound, ipc.SoundOrder} { // a newer agent's name may be unknown here
		if data, ok := sounds(name); ok {
			return decode(data)
		}
	}
	return nil, fmt.Errorf("there is no sound %q", r.play.Sound)
}

// report tells the agent. When that fails the agent is gone, and with it in, which ends
// the ring.
func (r *ringer) report(event string) {
	_ = r.out.Send(ipc.FromRing{Event: event, Samples: r.watch.pulled})
}

func (r *ringer) fail(f *fault) error {
	_ = r.out.Send(ipc.FromRing{Event: ipc.RingFailed, Samples: r.watch.pulled, Reason: f.reason, Detail: f.detail})
	return f
}

// deviceReason is what an error of the device means: it was not there, or it went away.
func (r *ringer) deviceReason() string {
	if r.started {
		return ipc.Stalled
	}
	return ipc.NoDevice
}
