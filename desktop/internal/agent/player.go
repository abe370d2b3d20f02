package agent

import (
	"cmp"
	"fmt"
	"time"

	"jumun/desktop/internal/ipc"
	"jumun/shared/order"
)

// A playerProcess plays the sound that the alarm asks for, with one process for each sound. A
// dead device or driver costs one process, and the next attempt is a new one.
type playerProcess struct {
	agent     *Agent
	process   *child    // nil: none runs
	play      ipc.Play  // what process plays; the zero Play: it checks the speaker
	stopping  bool      // process was told to end
	started   bool      // process reported that the device takes samples
	failure   string    // why process failed, as it reported
	fallback  string    // why process plays the built-in sound in place of the user's
	lastError string    // why nothing could be heard last; "" if it could
	playedAt  time.Time // when play was last played to its end; zero: not yet
	unheard   string    // what was wrong then, as measured: ipc.NoVolume, …
	left      string    // what a person has turned down while orders ring, for the next process
	mixer     string    // what the system's mixer does to sounds: ipc.Muted, …; "" if they are heard well, or it does not tell
	away      bool      // another session has this PC's screen
	muted     string    // why sounds are not heard well: ipc.Away, or mixer

	status ipc.ChildStatus
}

// update makes p the sound that plays; nil is silence. While an old sound ends, no new one
// begins: some devices can be opened only once. The process's end makes the loop update again.
func (p *playerProcess) update(play *ipc.Play, now time.Time) {
	switch {
	case p.process == nil && play != nil:
		p.start(ipc.ToPlayer{Play: play}, now)
	case p.process == nil:
	case play == nil && p.play != (ipc.Play{}), play != nil && *play != p.play && !p.endsFirst(*play, now):
		p.stop()
	case p.process.killIfSilent(now):
		p.failure = "the player process reported nothing for too long"
	}
}

// restartTime is how long before the end of a pause a sound is no longer replaced without cutting
// off the next repeat: the end of a sound is reported late, and a stop takes a moment.
const restartTime = 500 * time.Millisecond

// endsFirst reports whether the sound that plays is heard to its end before next, because they
// differ in the digits only: many orders at once must not keep each other from being heard.
func (p *playerProcess) endsFirst(next ipc.Play, now time.Time) bool {
	next.Digits = p.play.Digits
	pause := time.Duration(p.play.PauseMs)*time.Millisecond - restartTime
	return next == p.play && now.Sub(p.playedAt) >= pause
}

// checkSpeaker finds out whether a sound would be heard. If a sound plays, that tells it.
func (p *playerProcess) checkSpeaker(now time.Time) {
	p.agent.decider.CheckStarted(now)
	if p.process == nil {
		p.start(ipc.ToPlayer{Check: true}, now)
	}
}

func (p *playerProcess) start(l ipc.ToPlayer, now time.Time) {
	c, err := startChild(p.agent, "ring", nil, p.handle, p.onExit)
	if err != nil {
		p.fail(err.Error(), now)
		return
	}
	p.process, p.play, p.stopping, p.started, p.playedAt, p.failure, p.fallback = c, ipc.Play{}, false, false, time.Time{}, "", ""
	if l.Play != nil {
		p.play = *l.Play
	}
	p.status.State, p.status.PID = ipc.ChildRunning, c.pid()
	if l.Play != nil {
		play := *l.Play
		play.Left = p.left
		l.Play = &play
	}
	c.send(l)
}

// stop ends the process, if there is one. It does not wait for the end.
func (p *playerProcess) stop() {
	if p.process == nil || p.stopping {
		return
	}
	p.stopping = true
	p.process.stop()
	if p.play == (ipc.Play{}) { // a check has no sound to fade out, and an order waits for its end
		p.process.kill()
	}
}

// handle takes a line from the process.
func (p *playerProcess) handle(_ *child, l ipc.FromPlayer) {
	switch l.Event {
	case ipc.PlayerStarted:
		p.lastError, p.status.Detail = "", p.fallback
		p.started = true
		p.agent.decider.SpeakerWorks(time.Now())
		p.agent.selfTest.soundStarted(p.play)
	case ipc.PlayerMuted:
		p.setMuted(l.Reason)
		p.left = cmp.Or(l.Left, p.left)
	case ipc.PlayerAudible:
		p.setMuted("")
		p.left = cmp.Or(l.Left, p.left)
	case ipc.PlayerPlayed:
		p.status.Count++
		p.logPlayed(l.Reason)
		p.playedAt, p.unheard = time.Now(), l.Reason
		p.agent.selfTest.soundEnded(p.play, l.Reason)
		p.agent.office.soundEnded(p.play, cmp.Or(p.muted, l.Reason))
	case ipc.PlayerFellBack:
		p.setFallback(l.Detail)
	case ipc.PlayerFailed:
		p.failure = cmp.Or(l.Reason, "failed") + ": " + l.Detail
	}
}

// maxLogged is how many orders a line of the log names: the newest, which nobody has heard yet.
const maxLogged = 20

// logPlayed logs once for each process what its sound was played for: who asks later whether an order was heard
// finds it by its number. unheard is why it may not have been.
func (p *playerProcess) logPlayed(unheard string) {
	if !p.playedAt.IsZero() || p.play == (ipc.Play{}) {
		return
	}
	var waiting []order.OrderID
	for _, c := range p.agent.waiting[max(len(p.agent.waiting)-maxLogged, 0):] {
		waiting = append(waiting, c.Order)
	}
	p.agent.Log.Info("a sound was played to its end", "sound", p.play.Sound, "orders", waiting, "unheard", cmp.Or(unheard, p.muted))
}

// setMuted takes what the mixer does to sounds; "" if they are heard well. What a check finds does not count
// where an alarm would raise the volume.
func (p *playerProcess) setMuted(why string) {
	if p.play == (ipc.Play{}) && p.agent.settings.Raise {
		why = ""
	}
	p.mixer = why
	p.mutedChanged()
}

// setAway takes what platform.WatchAway tells: meanwhile the system may play our sounds to nobody.
func (p *playerProcess) setAway(away bool) {
	p.away = away
	p.mutedChanged()
}

func (p *playerProcess) mutedChanged() {
	why := p.mixer
	if p.away {
		why = ipc.Away
	}
	if p.muted != why {
		p.agent.Log.Warn("the system muted or unmuted its sound", "muted", why)
	}
	p.muted = why
	p.agent.decider.SetMuted(why, time.Now())
}

func (p *playerProcess) setFallback(why string) {
	p.agent.Log.Error("the chosen sound cannot be played; the built-in sound plays instead", "err", why)
	p.fallback, p.status.Detail = why, why
	p.agent.settingsNotice = p.agent.Translator.Text("agent.sound-fell-back", "Cause", why)
}

// onExit takes the end of the process.
func (p *playerProcess) onExit(c *child, err error) {
	c.stop()
	p.process = nil
	p.status.State, p.status.PID = ipc.ChildIdle, 0
	switch {
	case p.stopping:
	case err != nil || p.failure != "":
		p.fail(cmp.Or(p.failure, fmt.Sprint(err)), time.Now())
	case p.play.Repeat:
		p.fail("the player process ended too soon", time.Now())
	case p.play != (ipc.Play{}):
		p.agent.decider.SoundEnded()
	}
}

func (p *playerProcess) fail(why string, now time.Time) {
	if p.lastError != why { // once: a PC without a speaker would fill the log
		p.agent.Log.Error("nothing can be heard; the agent tries again", "err", why)
	}
	p.lastError = why
	p.status.State, p.status.Detail = ipc.ChildFailed, why
	p.agent.decider.SoundFailed(why, now)
	p.agent.selfTest.fail(ipc.StepSound, p.agent.failedText("agent.no-sound"))
}

// soundState returns the state of the process, or why sounds are not heard well though it works:
// ipc.Muted, ….
func (p *playerProcess) soundState() string {
	if p.status.State == ipc.ChildFailed || p.muted == "" {
		return p.status.State
	}
	return p.muted
}
