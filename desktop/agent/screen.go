package agent

import (
	"cmp"
	"errors"
	"slices"
	"time"

	"jumun/desktop/pipe"
)

const (
	// A window process that has not said Ready, or not taken a line, by then will not:
	// software OpenGL on a slow PC takes a few seconds.
	answerWithin = 20 * time.Second
	// The window process is kept this long after the last thing it showed, so that the
	// next order appears at once; after that its 150 MB are given back.
	keptWarm = 5 * time.Minute
	// How long to wait before a window process that failed is started again: doubled
	// each time, since each attempt costs a second of CPU.
	firstRetry, lastRetry = time.Second, 30 * time.Second
)

// A screen makes what should be shown, shown, by the window process.
type screen struct {
	agent *Agent
	child *child
	ready bool
	due   time.Time // when want has something to do though nothing happened

	cards    []pipe.Card        // what the window was told
	settings bool               // the settings window should be open
	asked    bool               // and this child was told to open it
	answer   *pipe.SettingsView // to a Save, not sent yet
	resting  bool               // nothing is shown; at due the child is let go

	retry  time.Duration // the wait after the last failure
	status pipe.Part
}

// want makes cards the popup.
func (s *screen) want(cards []pipe.Card, now time.Time) {
	late := !now.Before(s.due)
	needed := len(cards) > 0 || s.settings
	switch {
	case s.child == nil:
		if needed && late {
			s.start(now)
		}
	case !s.ready || s.child.busy:
		if late {
			s.kill(now)
		}
	case s.tell(cards):
		s.resting, s.due = false, now.Add(answerWithin)
	case needed:
		s.resting, s.due = false, time.Time{}
	case !s.resting:
		s.resting, s.due = true, now.Add(keptWarm)
	case late:
		s.end()
	}
}

func (s *screen) start(now time.Time) {
	c, err := begin(s.agent, "window", s.heard, s.ended)
	if err != nil {
		s.failed(err.Error(), now)
		return
	}
	s.child, s.ready, s.cards, s.asked, s.answer = c, false, nil, false, nil
	s.status.PID, s.due = c.pid(), now.Add(answerWithin)
}

func (s *screen) kill(now time.Time) {
	s.status.Detail = "the window process did not answer"
	s.child.kill()
	s.due = now.Add(answerWithin)
}

// tell sends the window what changed, and reports whether anything did.
func (s *screen) tell(cards []pipe.Card) bool {
	var l pipe.ToWindow
	if !slices.Equal(cards, s.cards) {
		s.cards = cards
		l.Popup = &pipe.Popup{Cards: cards}
	}
	switch {
	case s.answer != nil:
		l.Settings, s.answer = s.answer, nil
	case s.settings && !s.asked:
		l.Settings, s.asked = s.agent.settingsView(), true
	}
	if l == (pipe.ToWindow{}) {
		return false
	}
	s.child.say(l)
	return true
}

func (s *screen) heard(c *child, l pipe.FromWindow) {
	switch {
	case c != s.child: // it was let go
	case l.Ready:
		s.ready = true
		s.status.State, s.status.Detail = pipe.PartRunning, ""
		s.agent.bell.Shown("")
	case len(l.Mapped) > 0:
		s.retry = 0 // it works; being ready alone proves nothing
		s.status.Count += int64(len(l.Mapped))
	case len(l.Confirm) > 0:
		s.agent.confirm(l.Confirm...)
	case l.Save != nil:
		s.agent.save(*l.Save)
	case l.Test:
		s.agent.test()
	case l.Closed:
		s.settings = false
	}
}

func (s *screen) ended(c *child, err error) {
	c.finish()
	if c != s.child { // it was let go, and perhaps replaced
		return
	}
	s.child, s.ready, s.resting = nil, false, false
	s.status.PID = 0
	if err == nil {
		err = errors.New("the window process ended by itself")
	}
	s.failed(cmp.Or(s.status.Detail, err.Error()), time.Now())
}

func (s *screen) failed(why string, now time.Time) {
	s.agent.Log.Error("the window process failed; it is tried again", "err", why)
	s.retry = min(max(2*s.retry, firstRetry), lastRetry)
	s.due = now.Add(s.retry)
	s.status.State, s.status.Detail = pipe.PartFailed, why
	s.agent.bell.Shown(why)
}

// end lets the window process go.
func (s *screen) end() {
	if s.child == nil {
		return
	}
	s.child.finish()
	s.child, s.ready, s.resting, s.retry, s.due = nil, false, false, 0, time.Time{}
	s.status.State, s.status.PID = pipe.PartIdle, 0
}
