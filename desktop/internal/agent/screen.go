package agent

import (
	"cmp"
	"errors"
	"slices"
	"time"

	"jumun/desktop/internal/ipc"
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

// answers are to what a person did in a window. Each is the newest of its kind.
type answers struct {
	settings *ipc.SettingsView // to a Save or an Unlock
	report   *ipc.TestReport
	found    *ipc.HistoryPage
	exported *ipc.ExportResult
	quit     *ipc.AskPIN
}

// A look is what a window process is given when it starts, and keeps.
type look struct {
	language string
	scale    float64
}

// A screen makes what should be shown, shown, by the window process.
type screen struct {
	agent *Agent
	child *child
	ready bool
	due   time.Time // when want has something to do though nothing happened

	popup    ipc.Popup  // what the window was told
	shown    []ipc.Card // the orders that waited then
	testing  bool       // the card of a test is on the screen
	settings bool       // the settings window should be open
	asked    bool       // and this child was told to open it
	history  bool       // the history should be open
	turned   bool       // and this child was told to open it
	next     answers    // not sent yet
	resting  bool       // nothing is shown; at due the child is let go
	look     look       // of the child

	retry  time.Duration // the wait after the last failure
	status ipc.ChildStatus
}

// want makes popup what pops up.
func (s *screen) want(popup ipc.Popup, now time.Time) {
	late := !now.Before(s.due)
	needed := len(popup.Cards) > 0 || popup.Banner != (ipc.Banner{}) || s.settings || s.history || s.next.quit != nil
	switch {
	case s.child != nil && s.look != s.agent.look() && !s.settings:
		s.end() // the next one speaks otherwise; the loop asks again
		s.want(popup, now)
	case s.child == nil:
		if needed && late {
			s.start(now)
		}
	case !s.ready || s.child.busy:
		if late {
			s.kill(now)
		}
	case s.tell(popup):
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
	s.look = s.agent.look()
	c, err := begin(s.agent, "window", s.look.environment(), s.heard, s.ended)
	if err != nil {
		s.failed(err.Error(), now)
		return
	}
	s.child, s.ready, s.popup, s.testing, s.asked, s.turned = c, false, ipc.Popup{}, false, false, false
	s.status.PID, s.due = c.pid(), now.Add(answerWithin)
}

func (s *screen) kill(now time.Time) {
	s.status.Detail = "the window process did not answer"
	s.child.kill()
	s.due = now.Add(answerWithin)
}

// tell sends the window what changed, and reports whether anything did.
func (s *screen) tell(popup ipc.Popup) bool {
	l := ipc.ToUI{Settings: s.next.settings, Report: s.next.report, Page: s.next.found, Exported: s.next.exported, AskPIN: s.next.quit}
	s.next = answers{}
	if !same(popup, s.popup) {
		popup.Seq = s.popup.Seq + 1
		s.popup, s.shown = popup, s.agent.waiting
		s.testing = s.testing && slices.ContainsFunc(popup.Cards, isTest)
		l.Popup = &popup
	}
	if s.settings && !s.asked && l.Settings == nil {
		l.Settings, s.asked = s.agent.settingsView(), true
	}
	if s.history && !s.turned {
		l.OpenHistory, s.turned = true, true
	}
	if l == (ipc.ToUI{}) {
		return false
	}
	s.child.say(l)
	return true
}

// confirmAll confirms what a popup showed, unless it shows something else by now: nobody has
// seen that.
func (a *Agent) confirmAll(seq int) {
	if seq == a.screen.popup.Seq {
		a.confirm(keys(a.screen.shown)...)
	}
}

func isTest(c ipc.Card) bool { return c.Kind == ipc.CardTest }

// same says whether two popups look the same.
func same(x, y ipc.Popup) bool {
	return slices.Equal(x.Cards, y.Cards) && x.More == y.More && x.Banner == y.Banner
}

func (s *screen) heard(c *child, l ipc.FromUI) {
	switch {
	case c != s.child: // it was let go
	case l.Ready:
		s.ready = true
		s.status.State, s.status.Detail = ipc.ChildRunning, ""
		s.agent.bell.SetWindowError("")
	case len(l.Shown) > 0:
		s.retry = 0 // it works; being ready alone proves nothing
		s.status.Count += int64(len(l.Shown))
		if slices.ContainsFunc(l.Shown, func(k ipc.Key) bool { return k.Kind == ipc.CardTest }) {
			s.testing = true
			s.agent.trial.good(ipc.StepWindow)
		}
	case l.SettingsClosed:
		s.settings, s.agent.lock.open = false, false
	case l.HistoryClosed:
		s.history, s.agent.find = false, nil
	default:
		s.agent.wish(l)
	}
}

// wish does what a person asked for in a window.
func (a *Agent) wish(l ipc.FromUI) {
	switch {
	case l.ConfirmAll > 0:
		a.confirmAll(l.ConfirmAll)
	case len(l.Confirm) > 0:
		a.confirm(l.Confirm...)
	case l.Save != nil:
		a.save(*l.Save)
	case l.UnlockPIN != nil:
		a.unlock(*l.UnlockPIN)
	case l.QuitPIN != nil:
		a.quitBy(*l.QuitPIN)
	case l.Test:
		a.test()
	case l.Preview != nil:
		a.bell.Preview(*l.Preview, time.Now())
	case l.Query != nil:
		a.search(*l.Query)
	case l.Export != nil:
		a.export(*l.Export)
	}
}

func (s *screen) ended(c *child, err error) {
	c.finish()
	if c != s.child { // it was let go, and perhaps replaced
		return
	}
	s.child, s.ready, s.resting, s.next = nil, false, false, answers{quit: s.next.quit}
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
	s.status.State, s.status.Detail = ipc.ChildFailed, why
	s.agent.bell.SetWindowError(why)
	s.agent.trial.unseen()
}

// end lets the window process go.
func (s *screen) end() {
	if s.child == nil {
		return
	}
	s.child.finish()
	s.child, s.ready, s.resting, s.retry, s.due = nil, false, false, 0, time.Time{}
	s.status.State, s.status.PID = ipc.ChildIdle, 0
}
