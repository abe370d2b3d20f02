package player

import (
	"context"
	"fmt"
	"time"

	"jumun/desktop/internal/ipc"
)

const (
	// pollInterval is how often the position of the source is read: often enough to notice
	// a stop, and 50 times a second cost nothing.
	pollInterval = 20 * time.Millisecond

	// checkInterval is how often the system is asked whether the device has an error.
	checkInterval = 200 * time.Millisecond

	// stopTimeout is how long a stop may take before the sound is cut. The fade and all
	// buffers before the speaker take less than 300 ms. Only a device that hangs takes longer.
	stopTimeout = 500 * time.Millisecond

	// drain is added to the end of a sound that was not stopped, where nobody waits: a
	// driver may have a bigger buffer than it was asked for.
	drain = rate * 3 / 10
)

// A playback plays one sound, or checks whether a sound would be heard.
type playback struct {
	out    *ipc.Writer
	play   *ipc.Play // nil for a check
	source *source

	watchdog   watchdog
	meter      *meter // nil: nobody asked what leaves the mixer
	mixerAsked bool   // the system has answered about its mixer, or does not answer
	started    bool
	ends       []int64 // ends of sounds that were pulled but may not be heard yet; bounded by the buffer
}

// run decodes the sound and opens the device at the same time. The lead-in gives decoding
// the time it needs.
func (p *playback) run(ctx context.Context, sounds func(string) ([]byte, bool)) error {
	var loaded <-chan error // a check never loads anything
	if p.play != nil {
		loaded = inBackground(func() error { return p.load(sounds) })
	}
	opened := inBackground(func() error { return openOutput(p.source) })
	if err := p.waitForOutput(ctx, opened); err != nil || ctx.Err() != nil {
		return err
	}
	return p.loop(ctx, loaded)
}

func (p *playback) waitForOutput(ctx context.Context, opened <-chan error) error {
	timeout := time.NewTimer(openTimeout)
	defer timeout.Stop()
	select {
	case err := <-opened:
		if err != nil {
			return p.fail(&fault{ipc.NoDevice, err.Error()})
		}
	case <-timeout.C:
		return p.fail(&fault{ipc.NoDevice, fmt.Sprintf("the device did not open within %v", openTimeout)})
	case <-ctx.Done():
	}
	return nil
}

// loop reports what happens until the playback is over.
func (p *playback) loop(ctx context.Context, loaded <-chan error) error {
	polls, checks, alive := time.NewTicker(pollInterval), time.NewTicker(checkInterval), time.NewTicker(ipc.AliveInterval)
	defer polls.Stop()
	defer checks.Stop()
	defer alive.Stop()
	mixer, mixerLate := watchMixer(p.play), time.NewTimer(mixerTimeout)
	defer mixer.close()
	defer mixerLate.Stop()
	if p.play != nil && p.play.Listen {
		p.meter = startMeter(ctx)
	}
	var checked <-chan error
	for {
		select {
		case <-ctx.Done():
			return p.fadeOut(polls.C)
		case err := <-loaded:
			if loaded = nil; err != nil {
				return p.fail(&fault{ipc.BadSound, err.Error()})
			}
		case <-checks.C:
			if checked == nil { // else the driver still blocks, and the watchdog will notice
				idle := p.watchdog.idle() > checkInterval/2
				checked = inBackground(func() error { return outputError(idle) })
			}
		case err := <-checked:
			if checked = nil; err != nil {
				return p.fail(&fault{p.deviceReason(), err.Error()})
			}
		case s := <-mixer.states:
			if err := p.reportMixer(s); err != nil {
				return err
			}
		case <-mixerLate.C:
			p.mixerAsked = true
		case <-alive.C:
			p.report(ipc.PlayerAlive)
		case <-polls.C:
			if done, err := p.poll(); done || err != nil {
				return err
			}
		}
	}
}

// reportMixer reports whether the system's mixer lets the sound be heard well.
func (p *playback) reportMixer(s mixerReport) error {
	p.mixerAsked = true
	switch {
	case !s.known:
	case s.reason == ipc.NoDevice:
		return p.fail(&fault{p.deviceReason(), "the sound server has no device to play on"})
	case s.reason != "":
		_ = p.out.Send(ipc.FromPlayer{Event: ipc.PlayerMuted, Samples: p.watchdog.pulled, Reason: s.reason, Left: s.left})
	default:
		_ = p.out.Send(ipc.FromPlayer{Event: ipc.PlayerAudible, Samples: p.watchdog.pulled, Left: s.left})
	}
	return nil
}

// poll reports what has happened since the last poll. It returns true when the whole sound
// was heard, or when a check knows its result.
func (p *playback) poll() (done bool, err error) {
	pos := p.source.position()
	p.ends = append(p.ends, pos.ends...)
	if f := p.watchdog.check(pos); f != nil {
		return false, p.fail(f)
	}
	if !p.started && p.mixerAsked && p.deviceWorks() {
		p.started = true
		p.report(ipc.PlayerStarted)
	}
	for len(p.ends) > 0 && p.watchdog.wasHeard(p.ends[0]) {
		p.ends = p.ends[1:]
		p.reportPlayed()
	}
	return p.play == nil && p.started || pos.finished && p.watchdog.wasHeard(pos.finishedAt+drain), nil
}

// reportPlayed reports the end of a sound, and what left the mixer if that was measured.
func (p *playback) reportPlayed() {
	played := ipc.FromPlayer{Event: ipc.PlayerPlayed, Samples: p.watchdog.pulled}
	if p.meter != nil {
		played.Reason = p.meter.verdict(p.source.peak())
	}
	_ = p.out.Send(played)
}

// deviceWorks reports whether there is a device. For an alarm it is enough that the device
// has pulled anything. A check must be sure, because nothing follows that would show an error.
func (p *playback) deviceWorks() bool {
	if p.play == nil {
		return p.watchdog.mustPlay()
	}
	return p.watchdog.hasStarted()
}

// fadeOut stops the sound and waits until the fade was heard. Faults no longer matter.
func (p *playback) fadeOut(polls <-chan time.Time) error {
	p.source.stop()
	timeout := time.NewTimer(stopTimeout)
	defer timeout.Stop()
	for {
		select {
		case <-timeout.C:
			return nil
		case <-polls:
			pos := p.source.position()
			_ = p.watchdog.check(pos)
			if pos.finished && p.watchdog.wasHeard(pos.finishedAt) {
				return nil
			}
		}
	}
}

// report sends an event to the agent. It ignores an error: then the agent has ended, and
// the end of in stops the playback.
func (p *playback) report(event string) {
	_ = p.out.Send(ipc.FromPlayer{Event: event, Samples: p.watchdog.pulled})
}

func (p *playback) fail(f *fault) error {
	_ = p.out.Send(ipc.FromPlayer{Event: ipc.PlayerFailed, Samples: p.watchdog.pulled, Reason: f.reason, Detail: f.detail})
	return f
}

// deviceReason returns the reason of a device error: there was no device, or it went away.
func (p *playback) deviceReason() string {
	if p.started {
		return ipc.Stalled
	}
	return ipc.NoDevice
}
