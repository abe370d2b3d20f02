package agent

import (
	"cmp"
	"fmt"
	"time"

	"jumun/desktop/pipe"
)

// deaf is how long a ring process may say nothing: the longest sound allowed is 30 s,
// and it reports after each time it played it.
const deaf = 45 * time.Second

// A ringer makes what should sound, sound: a ring process for each sound. A dead device
// or driver costs one of them, and the next attempt is a new one.
type ringer struct {
	agent  *Agent
	child  *child
	play   pipe.Play // what child was told
	ending bool      // child was told to stop
	failed string    // what child said of its failure
	other  string    // why child plays the built-in sound in place of the user's
	quiet  string    // why nothing could be heard last; "" if it could
	due    time.Time // by when child must have said something

	status pipe.Part
}

// want makes p the sound; nil is silence. While an old sound ends nothing new begins:
// some devices can be opened once only. The loop asks again when it has ended.
func (r *ringer) want(p *pipe.Play, now time.Time) {
	switch {
	case r.child == nil && p != nil:
		r.start(*p, now)
	case r.child == nil:
	case p == nil || *p != r.play:
		r.stop()
	case !r.due.IsZero() && !now.Before(r.due):
		r.failed, r.due = "no word from the ring process", time.Time{}
		r.child.kill()
	}
}

func (r *ringer) start(p pipe.Play, now time.Time) {
	c, err := begin(r.agent, "ring", r.heard, r.ended)
	if err != nil {
		r.broke(err.Error(), now)
		return
	}
	r.child, r.play, r.ending, r.failed, r.other, r.due = c, p, false, "", "", now.Add(deaf)
	r.status.State, r.status.PID = pipe.PartRunning, c.pid()
	c.say(pipe.ToRing{Play: &p})
}

func (r *ringer) stop() {
	if !r.ending {
		r.ending, r.due = true, time.Time{}
		r.child.finish()
	}
}

func (r *ringer) heard(_ *child, l pipe.FromRing) {
	if !r.ending {
		r.due = time.Now().Add(deaf)
	}
	switch l.Event {
	case pipe.RingStarted:
		r.quiet, r.status.Detail = "", r.other
		r.agent.bell.Heard()
	case pipe.RingPlayed:
		r.status.Count++
	case pipe.RingFellBack:
		r.fellBack(l.Detail)
	case pipe.RingFailed:
		r.failed = cmp.Or(l.Reason, "failed") + ": " + l.Detail
	}
}

func (r *ringer) fellBack(why string) {
	r.agent.Log.Error("the chosen sound cannot be played; the built-in one is", "err", why)
	r.other, r.status.Detail = why, why
	r.agent.notice = r.agent.Words.Say("agent.sound-fell-back", "Cause", why)
}

func (r *ringer) ended(c *child, err error) {
	c.finish()
	asked := r.ending
	r.child, r.due = nil, time.Time{}
	r.status.State, r.status.PID = pipe.PartIdle, 0
	switch {
	case asked:
	case err != nil || r.failed != "":
		r.broke(cmp.Or(r.failed, fmt.Sprint(err)), time.Now())
	case r.play.Repeat:
		r.broke("the ring process ended too soon", time.Now())
	default:
		r.agent.bell.Played()
	}
}

func (r *ringer) broke(why string, now time.Time) {
	if r.quiet != why { // a PC without a speaker would fill the log
		r.agent.Log.Error("nothing can be heard; it is tried again", "err", why)
	}
	r.quiet = why
	r.status.State, r.status.Detail = pipe.PartFailed, why
	r.agent.bell.Broke(why, now)
}

// end silences what sounds, for good.
func (r *ringer) end() {
	if r.child != nil {
		r.stop()
	}
}
