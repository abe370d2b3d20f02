package agent

import (
	"cmp"
	"fmt"
	"time"

	"jumun/desktop/internal/ipc"
)

// deaf is how long a ring process may say nothing: the longest sound allowed is 30 s,
// and it reports after each time it played it.
const playerTimeout = 45 * time.Second

// A ringer makes what should sound, sound: a ring process for each sound. A dead device
// or driver costs one of them, and the next attempt is a new one.
type playerProcess struct {
	agent     *Agent
	process   *child
	play      ipc.Play  // what child was told; the zero Play: to check the speaker
	stopping  bool      // child was told to stop
	started   bool      // child has said that the device takes samples
	failure   string    // what child said of its failure
	fallback  string    // why child plays the built-in sound in place of the user's
	lastError string    // why nothing could be heard last; "" if it could
	muted     string    // why the system lets nothing be heard: ipc.Muted, …; "" if it does, or does not tell
	deadline  time.Time // by when child must have said something

	status ipc.ChildStatus
}

// want makes p the sound; nil is silence. While an old sound ends nothing new begins:
// some devices can be opened once only. The loop asks again when it has ended.
func (r *playerProcess) update(p *ipc.Play, now time.Time) {
	switch {
	case r.process == nil && p != nil:
		r.start(ipc.ToPlayer{Play: p}, now)
	case r.process == nil:
	case p == nil && r.play != (ipc.Play{}), p != nil && *p != r.play:
		r.stopSound()
	case !r.deadline.IsZero() && !now.Before(r.deadline):
		r.failure, r.deadline = "no word from the ring process", time.Time{}
		r.process.kill()
	}
}

// check finds out whether something could be heard, unless something is being played.
func (r *playerProcess) checkSpeaker(now time.Time) {
	r.agent.decider.CheckStarted(now)
	if r.process == nil {
		r.start(ipc.ToPlayer{Check: true}, now)
	}
}

func (r *playerProcess) start(l ipc.ToPlayer, now time.Time) {
	c, err := startChild(r.agent, "ring", nil, r.handle, r.exited)
	if err != nil {
		r.fail(err.Error(), now)
		return
	}
	r.process, r.play, r.stopping, r.started, r.failure, r.fallback, r.deadline = c, ipc.Play{}, false, false, "", "", now.Add(playerTimeout)
	if l.Play != nil {
		r.play = *l.Play
	}
	r.status.State, r.status.PID = ipc.ChildRunning, c.pid()
	c.send(l)
}

func (r *playerProcess) stopSound() {
	if !r.stopping {
		r.stopping, r.deadline = true, time.Time{}
		r.process.stop()
		if r.play == (ipc.Play{}) { // a check has nothing to end well, and an order waits for it
			r.process.kill()
		}
	}
}

func (r *playerProcess) handle(_ *child, l ipc.FromPlayer) {
	if !r.stopping {
		r.deadline = time.Now().Add(playerTimeout)
	}
	switch l.Event {
	case ipc.PlayerStarted:
		r.lastError, r.status.Detail = "", r.fallback
		r.started = true
		r.agent.decider.SpeakerWorks(time.Now())
		r.agent.selfTest.soundStarted(r.play.Sound)
	case ipc.PlayerMuted:
		r.setMuted(l.Reason)
	case ipc.PlayerAudible:
		r.setMuted("")
	case ipc.PlayerPlayed:
		r.status.Count++
	case ipc.PlayerFellBack:
		r.usesFallback(l.Detail)
	case ipc.PlayerFailed:
		r.failure = cmp.Or(l.Reason, "failed") + ": " + l.Detail
	}
}

// hush takes whether the system lets something be heard: "" if so, else why not.
func (r *playerProcess) setMuted(why string) {
	if r.muted != why {
		r.agent.Log.Warn("the system's sound", "muted", why)
	}
	r.muted = why
	r.agent.decider.SetMuted(why, time.Now())
}

func (r *playerProcess) usesFallback(why string) {
	r.agent.Log.Error("the chosen sound cannot be played; the built-in one is", "err", why)
	r.fallback, r.status.Detail = why, why
	r.agent.settingsNotice = r.agent.Translator.Text("agent.sound-fell-back", "Cause", why)
}

func (r *playerProcess) exited(c *child, err error) {
	c.stop()
	asked := r.stopping
	r.process, r.deadline = nil, time.Time{}
	r.status.State, r.status.PID = ipc.ChildIdle, 0
	switch {
	case asked:
	case err != nil || r.failure != "":
		r.fail(cmp.Or(r.failure, fmt.Sprint(err)), time.Now())
	case r.play.Repeat:
		r.fail("the ring process ended too soon", time.Now())
	case r.play != (ipc.Play{}):
		r.agent.decider.SoundEnded()
	}
}

func (r *playerProcess) fail(why string, now time.Time) {
	if r.lastError != why { // a PC without a speaker would fill the log
		r.agent.Log.Error("nothing can be heard; it is tried again", "err", why)
	}
	r.lastError = why
	r.status.State, r.status.Detail = ipc.ChildFailed, why
	r.agent.decider.SoundFailed(why, now)
	r.agent.selfTest.soundFailed()
}

// state is that of the sound: of its process, or why nothing can be heard though it works.
func (r *playerProcess) state() string {
	if r.status.State == ipc.ChildFailed || r.muted == "" {
		return r.status.State
	}
	return r.muted
}

// end silences what sounds, for good.
func (r *playerProcess) close() {
	if r.process != nil {
		r.stopSound()
	}
}
