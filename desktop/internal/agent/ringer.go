package agent

import (
	"cmp"
	"fmt"
	"time"

	"jumun/desktop/internal/ipc"
)

// deaf is how long a ring process may say nothing: the longest sound allowed is 30 s,
// and it reports after each time it played it.
const deaf = 45 * time.Second

// A ringer makes what should sound, sound: a ring process for each sound. A dead device
// or driver costs one of them, and the next attempt is a new one.
type ringer struct {
	agent  *Agent
	child  *child
	play   ipc.Play  // what child was told; the zero Play: to check the speaker
	ending bool      // child was told to stop
	sounds bool      // child has said that the device takes samples
	failed string    // what child said of its failure
	other  string    // why child plays the built-in sound in place of the user's
	quiet  string    // why nothing could be heard last; "" if it could
	muted  string    // why the system lets nothing be heard: ipc.Muted, …; "" if it does, or does not tell
	due    time.Time // by when child must have said something

	status ipc.ChildStatus
}

// want makes p the sound; nil is silence. While an old sound ends nothing new begins:
// some devices can be opened once only. The loop asks again when it has ended.
func (r *ringer) want(p *ipc.Play, now time.Time) {
	switch {
	case r.child == nil && p != nil:
		r.start(ipc.ToPlayer{Play: p}, now)
	case r.child == nil:
	case p == nil && r.play != (ipc.Play{}), p != nil && *p != r.play:
		r.stop()
	case !r.due.IsZero() && !now.Before(r.due):
		r.failed, r.due = "no word from the ring process", time.Time{}
		r.child.kill()
	}
}

// check finds out whether something could be heard, unless something is being played.
func (r *ringer) check(now time.Time) {
	r.agent.bell.CheckStarted(now)
	if r.child == nil {
		r.start(ipc.ToPlayer{Check: true}, now)
	}
}

func (r *ringer) start(l ipc.ToPlayer, now time.Time) {
	c, err := begin(r.agent, "ring", nil, r.heard, r.ended)
	if err != nil {
		r.broke(err.Error(), now)
		return
	}
	r.child, r.play, r.ending, r.sounds, r.failed, r.other, r.due = c, ipc.Play{}, false, false, "", "", now.Add(deaf)
	if l.Play != nil {
		r.play = *l.Play
	}
	r.status.State, r.status.PID = ipc.ChildRunning, c.pid()
	c.say(l)
}

func (r *ringer) stop() {
	if !r.ending {
		r.ending, r.due = true, time.Time{}
		r.child.finish()
		if r.play == (ipc.Play{}) { // a check has nothing to end well, and an order waits for it
			r.child.kill()
		}
	}
}

func (r *ringer) heard(_ *child, l ipc.FromPlayer) {
	if !r.ending {
		r.due = time.Now().Add(deaf)
	}
	switch l.Event {
	case ipc.PlayerStarted:
		r.quiet, r.status.Detail = "", r.other
		r.sounds = true
		r.agent.bell.SpeakerWorks(time.Now())
		r.agent.trial.heard(r.play.Sound)
	case ipc.PlayerMuted:
		r.hush(l.Reason)
	case ipc.PlayerAudible:
		r.hush("")
	case ipc.PlayerPlayed:
		r.status.Count++
	case ipc.PlayerFellBack:
		r.fellBack(l.Detail)
	case ipc.PlayerFailed:
		r.failed = cmp.Or(l.Reason, "failed") + ": " + l.Detail
	}
}

// hush takes whether the system lets something be heard: "" if so, else why not.
func (r *ringer) hush(why string) {
	if r.muted != why {
		r.agent.Log.Warn("the system's sound", "muted", why)
	}
	r.muted = why
	r.agent.bell.SetMuted(why, time.Now())
}

func (r *ringer) fellBack(why string) {
	r.agent.Log.Error("the chosen sound cannot be played; the built-in one is", "err", why)
	r.other, r.status.Detail = why, why
	r.agent.notice = r.agent.Translator.Text("agent.sound-fell-back", "Cause", why)
}

func (r *ringer) ended(c *child, err error) {
	c.finish()
	asked := r.ending
	r.child, r.due = nil, time.Time{}
	r.status.State, r.status.PID = ipc.ChildIdle, 0
	switch {
	case asked:
	case err != nil || r.failed != "":
		r.broke(cmp.Or(r.failed, fmt.Sprint(err)), time.Now())
	case r.play.Repeat:
		r.broke("the ring process ended too soon", time.Now())
	case r.play != (ipc.Play{}):
		r.agent.bell.SoundEnded()
	}
}

func (r *ringer) broke(why string, now time.Time) {
	if r.quiet != why { // a PC without a speaker would fill the log
		r.agent.Log.Error("nothing can be heard; it is tried again", "err", why)
	}
	r.quiet = why
	r.status.State, r.status.Detail = ipc.ChildFailed, why
	r.agent.bell.SoundFailed(why, now)
	r.agent.trial.silent()
}

// state is that of the sound: of its process, or why nothing can be heard though it works.
func (r *ringer) state() string {
	if r.status.State == ipc.ChildFailed || r.muted == "" {
		return r.status.State
	}
	return r.muted
}

// end silences what sounds, for good.
func (r *ringer) end() {
	if r.child != nil {
		r.stop()
	}
}
