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
	uiTimeout = 20 * time.Second
	// The window process is kept this long after the last thing it showed, so that the
	// next order appears at once; after that its 150 MB are given back.
	uiIdleTime = 5 * time.Minute
	// How long to wait before a window process that failed is started again: doubled
	// each time, since each attempt costs a second of CPU.
	firstRetry, lastRetry = time.Second, 30 * time.Second
)

// answers are to what a person did in a window. Each is the newest of its kind.
type uiAnswers struct {
	settings *ipc.SettingsView // to a Save or an Unlock
	report   *ipc.TestReport
	found    *ipc.HistoryPage
	exported *ipc.ExportResult
	quit     *ipc.AskPIN
}

// A look is what a window process is given when it starts, and keeps.
type uiEnvironment struct {
	language string
	scale    float64
}

// A screen makes what should be shown, shown, by the window process.
type uiProcess struct {
	agent   *Agent
	process *child
	ready   bool
	due     time.Time // when want has something to do though nothing happened

	popup          ipc.Popup     // what the window was told
	shownOrders    []ipc.Card    // the orders that waited then
	testShown      bool          // the card of a test is on the screen
	settingsWanted bool          // the settings window should be open
	settingsSent   bool          // and this child was told to open it
	historyWanted  bool          // the history should be open
	historySent    bool          // and this child was told to open it
	pending        uiAnswers     // not sent yet
	idle           bool          // nothing is shown; at due the child is let go
	environment    uiEnvironment // of the child

	retryDelay time.Duration // the wait after the last failure
	status     ipc.ChildStatus
}

// want makes popup what pops up.
func (s *uiProcess) update(popup ipc.Popup, now time.Time) {
	late := !now.Before(s.due)
	needed := len(popup.Cards) > 0 || popup.Banner != (ipc.Banner{}) || s.settingsWanted || s.historyWanted || s.pending.quit != nil
	switch {
	case s.process != nil && s.environment != s.agent.uiEnvironment() && !s.settingsWanted:
		s.close() // the next one speaks otherwise; the loop asks again
		s.update(popup, now)
	case s.process == nil:
		if needed && late {
			s.start(now)
		}
	case !s.ready || s.process.writing:
		if late {
			s.killSilent(now)
		}
	case s.sendChanges(popup):
		s.idle, s.due = false, now.Add(uiTimeout)
	case needed:
		s.idle, s.due = false, time.Time{}
	case !s.idle:
		s.idle, s.due = true, now.Add(uiIdleTime)
	case late:
		s.close()
	}
}

func (s *uiProcess) start(now time.Time) {
	s.environment = s.agent.uiEnvironment()
	c, err := startChild(s.agent, "window", s.environment.variables(), s.handle, s.exited)
	if err != nil {
		s.fail(err.Error(), now)
		return
	}
	s.process, s.ready, s.popup, s.testShown, s.settingsSent, s.historySent = c, false, ipc.Popup{}, false, false, false
	s.status.PID, s.due = c.pid(), now.Add(uiTimeout)
}

func (s *uiProcess) killSilent(now time.Time) {
	s.status.Detail = "the window process did not answer"
	s.process.kill()
	s.due = now.Add(uiTimeout)
}

// tell sends the window what changed, and reports whether anything did.
func (s *uiProcess) sendChanges(popup ipc.Popup) bool {
	l := ipc.ToUI{Settings: s.pending.settings, Report: s.pending.report, Page: s.pending.found, Exported: s.pending.exported, AskPIN: s.pending.quit}
	s.pending = uiAnswers{}
	if !samePopup(popup, s.popup) {
		popup.Seq = s.popup.Seq + 1
		s.popup, s.shownOrders = popup, s.agent.waiting
		s.testShown = s.testShown && slices.ContainsFunc(popup.Cards, isTest)
		l.Popup = &popup
	}
	if s.settingsWanted && !s.settingsSent && l.Settings == nil {
		l.Settings, s.settingsSent = s.agent.settingsView(), true
	}
	if s.historyWanted && !s.historySent {
		l.OpenHistory, s.historySent = true, true
	}
	if l == (ipc.ToUI{}) {
		return false
	}
	s.process.send(l)
	return true
}

// confirmAll confirms what a popup showed, unless it shows something else by now: nobody has
// seen that.
func (a *Agent) confirmAll(seq int) {
	if seq == a.ui.popup.Seq {
		a.confirm(keys(a.ui.shownOrders)...)
	}
}

func isTest(c ipc.Card) bool { return c.Kind == ipc.CardTest }

// same says whether two popups look the same.
func samePopup(x, y ipc.Popup) bool {
	return slices.Equal(x.Cards, y.Cards) && x.More == y.More && x.Banner == y.Banner
}

func (s *uiProcess) handle(c *child, l ipc.FromUI) {
	switch {
	case c != s.process: // it was let go
	case l.Ready:
		s.ready = true
		s.status.State, s.status.Detail = ipc.ChildRunning, ""
		s.agent.decider.SetWindowError("")
	case len(l.Shown) > 0:
		s.retryDelay = 0 // it works; being ready alone proves nothing
		s.status.Count += int64(len(l.Shown))
		if slices.ContainsFunc(l.Shown, func(k ipc.Key) bool { return k.Kind == ipc.CardTest }) {
			s.testShown = true
			s.agent.selfTest.pass(ipc.StepWindow)
		}
	case l.SettingsClosed:
		s.settingsWanted, s.agent.pin.unlocked = false, false
	case l.HistoryClosed:
		s.historyWanted, s.agent.query = false, nil
	default:
		s.agent.handleRequest(l)
	}
}

// wish does what a person asked for in a window.
func (a *Agent) handleRequest(l ipc.FromUI) {
	switch {
	case l.ConfirmAll > 0:
		a.confirmAll(l.ConfirmAll)
	case len(l.Confirm) > 0:
		a.confirm(l.Confirm...)
	case l.Save != nil:
		a.handleSave(*l.Save)
	case l.UnlockPIN != nil:
		a.unlockSettings(*l.UnlockPIN)
	case l.QuitPIN != nil:
		a.quitWithPIN(*l.QuitPIN)
	case l.Test:
		a.startTest()
	case l.Preview != nil:
		a.decider.Preview(*l.Preview, time.Now())
	case l.Query != nil:
		a.find(*l.Query)
	case l.Export != nil:
		a.export(*l.Export)
	}
}

func (s *uiProcess) exited(c *child, err error) {
	c.stop()
	if c != s.process { // it was let go, and perhaps replaced
		return
	}
	s.process, s.ready, s.idle, s.pending = nil, false, false, uiAnswers{quit: s.pending.quit}
	s.status.PID = 0
	if err == nil {
		err = errors.New("the window process ended by itself")
	}
	s.fail(cmp.Or(s.status.Detail, err.Error()), time.Now())
}

func (s *uiProcess) fail(why string, now time.Time) {
	s.agent.Log.Error("the window process failed; it is tried again", "err", why)
	s.retryDelay = min(max(2*s.retryDelay, firstRetry), lastRetry)
	s.due = now.Add(s.retryDelay)
	s.status.State, s.status.Detail = ipc.ChildFailed, why
	s.agent.decider.SetWindowError(why)
	s.agent.selfTest.uiFailed()
}

// end lets the window process go.
func (s *uiProcess) close() {
	if s.process == nil {
		return
	}
	s.process.stop()
	s.process, s.ready, s.idle, s.retryDelay, s.due = nil, false, false, 0, time.Time{}
	s.status.State, s.status.PID = ipc.ChildIdle, 0
}
