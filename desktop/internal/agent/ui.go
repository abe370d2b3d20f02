package agent

import (
	"cmp"
	"errors"
	"slices"
	"time"

	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/platform"
	"jumun/desktop/internal/settings"
)

const (
	// uiTimeout is how long a ui process may take to report Ready or to take a line: software
	// OpenGL on a slow PC takes a few seconds. After that the process is stuck.
	uiTimeout = 20 * time.Second
	// seenTimeout is how long the first card may take to the screen. After that people are told by
	// other means; after twice that the process is stuck.
	seenTimeout = 5 * time.Second
	// uiIdleTime is how long a ui process is kept after the last thing that it showed, so that
	// the next order appears at once. After that its 150 MB are freed.
	uiIdleTime = 5 * time.Minute
	// popupPause is how long the popup's button pauses the sounds: as the shortest pause of the tray's
	// menu. Who has to take a call comes back within it.
	popupPause = 10 * time.Minute
	// The wait before a ui process that failed is started again is doubled each time from
	// firstRetry to lastRetry, since each attempt costs a second of CPU.
	firstRetry, lastRetry = time.Second, 30 * time.Second
)

// A uiProcess shows what should be on the screen: popup, settings and history.
type uiProcess struct {
	agent   *Agent
	process *child    // nil: none runs
	ready   bool      // process takes lines
	due     time.Time // when update has something to do even if nothing happens

	popup          ipc.Popup     // what process was told last
	shownOrders    []ipc.Card    // the waiting orders at that time, also those beyond popup.Cards
	seen           bool          // a card of popup is on the screen, or it has none
	seenBy         time.Time     // when it must be; zero: it is
	testShown      bool          // the card of a test is on the screen
	settingsWanted bool          // the settings window should be open
	settingsSent   bool          // process was told to open it
	historyWanted  bool          // the history window should be open
	historySent    bool          // process was told to open it
	pending        uiAnswers     // not sent yet
	onTrial        bool          // no process has been ready yet, and it is watched whether one can be
	idle           bool          // nothing is shown; process ends at due
	environment    uiEnvironment // of process
	noOpenGL       bool          // a process could not draw: the next one tries it with Mesa

	retryDelay time.Duration // the wait after the last failure
	status     ipc.ChildStatus
}

// uiAnswers are the answers to what a person did in a window: of each kind the newest.
type uiAnswers struct {
	settings *ipc.SettingsView
	report   *ipc.TestReport
	page     *ipc.HistoryPage
	exported *ipc.ExportResult
	askPIN   *ipc.AskPIN
}

// update makes popup what pops up, and sends the pending answers. It starts the process when
// something should be shown, and ends it when nothing was shown for a while.
func (u *uiProcess) update(popup ipc.Popup, now time.Time) {
	late := !now.Before(u.due)
	needed := len(popup.Cards) > 0 || popup.Banner != (ipc.Banner{}) || u.process != nil && popup.Undo != (ipc.Undo{}) || u.settingsWanted || u.historyWanted || u.pending.askPIN != nil || u.onTrial
	switch {
	case u.process != nil && u.environment != u.agent.uiEnvironment() && !u.settingsWanted:
		u.stop() // the next process gets the new language and scale
		u.update(popup, now)
	case u.process == nil:
		if needed && late {
			u.start(now)
		}
	case u.process.killIfSilent(now):
		u.status.Detail = notAnswering
	case !u.ready || u.process.writing:
		if late {
			u.killStuck(now)
		}
	case !u.seenBy.IsZero() && !now.Before(u.seenBy):
		u.unseen(now)
	case u.sendChanges(popup, now):
		u.idle, u.due = false, now.Add(uiTimeout)
	case needed:
		u.idle, u.due = false, time.Time{}
	case !u.idle:
		u.idle, u.due = true, now.Add(uiIdleTime)
	case late:
		u.stop()
	}
}

func (u *uiProcess) start(now time.Time) {
	u.environment = u.agent.uiEnvironment()
	c, err := startChild(u.agent, "window", u.environment.variables(), u.handle, u.onExit)
	if err != nil {
		u.fail(err.Error(), now)
		return
	}
	u.process, u.ready, u.popup, u.testShown, u.settingsSent, u.historySent = c, false, ipc.Popup{}, false, false, false
	u.seen, u.seenBy = true, time.Time{}
	u.status.PID, u.due = c.pid(), now.Add(uiTimeout)
}

// notAnswering is why a ui process was killed.
const notAnswering = "the ui process did not answer in time"

func (u *uiProcess) killStuck(now time.Time) {
	u.status.Detail = notAnswering
	u.process.kill()
	u.due = now.Add(uiTimeout)
}

// unseen takes that no card has come to the screen in time. The first time it is told; a window that
// comes late is better than none. The second time the process is ended.
func (u *uiProcess) unseen(now time.Time) {
	const why = "no card has come to the screen in time"
	if u.status.Detail == why {
		u.seenBy = time.Time{}
		u.killStuck(now)
		return
	}
	u.seenBy = now.Add(seenTimeout)
	u.tellFailure(why)
}

// expectSeen begins to wait for the first card of popup.
func (u *uiProcess) expectSeen(now time.Time) {
	u.seen = u.seen || len(u.popup.Cards) == 0
	switch {
	case u.seen:
		u.seenBy = time.Time{}
	case u.seenBy.IsZero():
		u.seenBy = now.Add(seenTimeout)
	}
}

// stop tells the process to end, and forgets it: a new one may be started at once.
func (u *uiProcess) stop() {
	if u.process == nil {
		return
	}
	u.process.stop()
	u.process, u.ready, u.idle, u.retryDelay, u.due = nil, false, false, 0, time.Time{}
	u.status.State, u.status.PID = ipc.ChildIdle, 0
}

// sendChanges sends the process what has changed, and reports whether anything has.
func (u *uiProcess) sendChanges(popup ipc.Popup, now time.Time) bool {
	l := ipc.ToUI{Settings: u.pending.settings, Report: u.pending.report, Page: u.pending.page, Exported: u.pending.exported, AskPIN: u.pending.askPIN}
	u.pending = uiAnswers{}
	if !samePopup(popup, u.popup) {
		popup.Seq = u.popup.Seq + 1
		u.seen = u.seen && len(u.popup.Cards) > 0 // the window is on the screen already
		u.popup, u.shownOrders = popup, u.agent.waiting
		u.expectSeen(now)
		u.testShown = u.testShown && slices.ContainsFunc(popup.Cards, func(c ipc.Card) bool { return c.Kind == ipc.CardTest })
		l.Popup = &popup
	}
	if u.settingsWanted && !u.settingsSent && l.Settings == nil {
		l.Settings, u.settingsSent = u.agent.settingsView(), true
	}
	if u.historyWanted && !u.historySent {
		l.OpenHistory, u.historySent = true, true
	}
	if l == (ipc.ToUI{}) {
		return false
	}
	if l.Settings != nil || l.OpenHistory || l.AskPIN != nil {
		platform.AllowForeground(u.process.pid())
	}
	u.process.send(l)
	return true
}

// handle takes a line from the process.
func (u *uiProcess) handle(c *child, l ipc.FromUI) {
	switch {
	case c != u.process: // stop has forgotten it
	case l.Alive:
	case l.NoOpenGL:
		u.noOpenGL = true
	case l.Ready:
		u.ready, u.onTrial = true, false
		u.works()
	case len(l.Shown) > 0:
		u.retryDelay = 0 // the process works; Ready alone does not prove that
		u.seen, u.seenBy = true, time.Time{}
		u.works()
		u.status.Count += int64(len(l.Shown))
		if slices.ContainsFunc(l.Shown, func(k ipc.Key) bool { return k.Kind == ipc.CardTest }) {
			u.testShown = true
			u.agent.selfTest.pass(ipc.StepWindow)
		}
		u.agent.office.wasShown(l.Shown)
	case l.SettingsClosed:
		u.settingsWanted, u.agent.pin.unlocked, u.agent.asked, u.agent.link = false, false, move{}, ""
		settings.MarkRead(u.agent.SettingsPath)
		u.agent.keepShop()
	case l.HistoryClosed:
		u.historyWanted, u.agent.query = false, nil
	default:
		u.agent.handleRequest(l)
	}
}

// works takes that the process can show windows.
func (u *uiProcess) works() {
	u.status.State, u.status.Detail = ipc.ChildRunning, ""
	u.agent.decider.SetWindowError("")
}

// handleRequest does what a person asked for in a window.
func (a *Agent) handleRequest(l ipc.FromUI) {
	switch {
	case l.ConfirmAll > 0:
		a.confirmAll(l.ConfirmAll)
	case len(l.Confirm) > 0:
		a.confirm(l.Confirm...)
	case l.Undo > 0:
		a.takeBack(l.Undo)
	case l.PauseSound:
		a.pause(popupPause)
	case l.ResumeSound:
		a.pause(0)
	case l.OpenHistory:
		a.openHistory()
	case l.Reopen != nil:
		a.reopen(orderKey(*l.Reopen))
	case l.Save != nil:
		a.handleSave(*l.Save)
	case l.WrongShop:
		a.undoPairing()
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

// onExit takes the end of the process.
func (u *uiProcess) onExit(c *child, err error) {
	c.stop()
	if c != u.process { // stop has forgotten it
		return
	}
	u.process, u.ready, u.idle, u.pending = nil, false, false, uiAnswers{askPIN: u.pending.askPIN}
	u.status.PID = 0
	if err == nil {
		err = errors.New("the ui process ended by itself")
	}
	u.fail(cmp.Or(u.status.Detail, err.Error()), time.Now())
}

func (u *uiProcess) fail(why string, now time.Time) {
	u.agent.Log.Error("the ui process failed; the agent starts it again", "err", why)
	u.retryDelay = min(max(2*u.retryDelay, firstRetry), lastRetry)
	u.due = now.Add(u.retryDelay)
	u.tellFailure(why)
}

// tellFailure makes the agent tell people by other means what the process does not show.
func (u *uiProcess) tellFailure(why string) {
	u.status.State, u.status.Detail = ipc.ChildFailed, why
	u.agent.decider.SetWindowError(why)
	u.agent.selfTest.fail(ipc.StepWindow, u.agent.failedText("agent.no-window"))
}
