// Package agent is the process that must never die: it wires feed, inbox, bell and
// tray, and supervises the ring and window processes.
//
// Everything that happens becomes a call in one loop, which owns all state; so nothing
// here needs a lock, and the order of events is the order of their effects.
package agent

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"jumun/desktop/internal/alarm"
	"jumun/desktop/internal/i18n"
	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/ipc/instance"
	"jumun/desktop/internal/orders"
	"jumun/desktop/internal/platform"
	"jumun/desktop/internal/settings"
	"jumun/desktop/internal/tray"
)

// Config is what the agent is told by main. All fields are needed.
type Config struct {
	SettingsPath string // of the settings file
	OrdersPath   string // of the file with the orders
	InstanceDir  string // where the lock and the socket of the one agent are
	LogDir       string // with the log and the reports of crashes
	Executable   string // started again as "ring" and "window"
	Version      string
	Translator   *i18n.Translator
	Icons        func(sign string, waiting int) []byte       // of the tray
	CheckSound   func(w *i18n.Translator, path string) error // why a sound file of the user's cannot be played
	Tokens       TokenStore
	SetAutostart func(on bool) error // starts us when this user logs in, or not
	Log          *slog.Logger
}

// An Agent owns everything in its loop.
type Agent struct {
	Config
	settings          settings.Settings
	settingsNotice    string // for the settings window, such as a corrupt file's
	orders            *orders.Inbox
	decider           alarm.Decider
	tray              *tray.Tray
	player            playerProcess
	ui                uiProcess
	connection        *connection
	notifier          *platform.Notifier
	selfTest          selfTest
	pin               pinLock
	openAtAbout       bool       // the settings open with the page about jumun
	query             *ipc.Query // what the history shows; nil: it is closed
	waiting           []ipc.Card // orders that nobody has confirmed, oldest first
	ordersStale       bool       // the bell does not know yet which orders wait now
	shownNotification ipc.Popup  // what the system's notification says
	refusedReason     string     // why the link is refused: ipc.RefusedUnpaired, …; "" if nobody said, or it is not
	connectionDetail  string     // what the link said last
	hasToken          bool       // the link has a token
	device            string     // by which people know this PC
	quittingText      string     // says that it ends, in words

	cancelPairing context.CancelFunc // ends the pairing that is under way; nil: there is none

	calls chan func()   // calls into the loop; full, callers wait: nothing is dropped
	done  chan struct{} // closed when the loop has ended
	quit  context.CancelFunc

	diskRetryAt     time.Time      // when the disk is tried again; zero: it has everything
	updateNotBefore time.Time      // act is not called before
	wait            sync.WaitGroup // children and helpers of the loop
}

// Run is the agent's life: until ctx ends or a person quits. It must be called on the
// main goroutine, which some systems' trays need. instance.ErrRunning: another agent
// of this user is there already.
func Run(ctx context.Context, cfg Config) error {
	one, err := instance.Start(cfg.InstanceDir)
	if err != nil {
		return err
	}
	ctx, quit := context.WithCancel(ctx)
	defer quit()
	a := &Agent{Config: cfg, calls: make(chan func(), 64), done: make(chan struct{}), quit: quit, quittingText: cfg.Translator.Text("agent.quitting")}
	a.tray = tray.New(cfg.Translator, cfg.Icons, tray.Actions{
		Confirm:  func(k ipc.Key) { a.post(func() { a.confirm(k) }) },
		History:  func() { a.post(a.openHistory) },
		Pause:    func(d time.Duration) { a.post(func() { a.pause(d) }) },
		Test:     func() { a.post(a.startTest) },
		Settings: func() { a.post(a.openSettings) },
		About:    func() { a.post(a.openAbout) },
		Quit:     func() { a.post(a.quitOrAskPIN) },
	})
	a.notifier = platform.NewNotifier(func() { a.post(a.confirmNotified) })
	a.wait.Go(func() {
		a.notifier.Run(ctx, func(err error) { a.Log.Error("no notification either", "err", err) })
	})
	a.wait.Go(func() { a.serveCommands(ctx, one) })
	a.wait.Go(func() { platform.WatchResume(ctx, func() { a.post(a.resumed) }) })
	go a.run(ctx)
	a.tray.Run(func() {})
	<-a.done // without a tray, orders must still ring
	a.wait.Wait()
	return one.Close() // last: the next agent may use the sound device then
}

// serve answers commands until ctx ends.
func (a *Agent) serveCommands(ctx context.Context, one *instance.Instance) {
	if err := one.Serve(ctx, a.answerCommand); err != nil {
		a.Log.Error("commands cannot reach the agent", "err", err)
	}
}

// post has f called in the loop, after all that was posted before.
func (a *Agent) post(f func()) {
	select {
	case a.calls <- f:
	case <-a.done:
	}
}

func (a *Agent) run(ctx context.Context) {
	defer a.tray.Quit()
	defer close(a.done)
	a.start()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case f := <-a.calls:
			f()
			a.runPosted()
			if wait := time.Until(a.updateNotBefore); wait > 0 {
				timer.Reset(wait)
				continue
			}
		case <-timer.C:
		case <-ctx.Done():
			a.stopAll()
			return
		}
		began := time.Now()
		timer.Reset(a.update(began))
		a.updateNotBefore = time.Now().Add(min(max(pauseBetween, 4*time.Since(began)), maxPauseBetween))
	}
}

// Between two acts there is a breath: thousands of orders that come together are looked
// through a few times, and not each. With as many it takes a fifth of a core. A person who
// presses a button waits no longer than the long one.
const (
	pauseBetween    = 20 * time.Millisecond
	maxPauseBetween = 500 * time.Millisecond
)

// catchUp does what else has been posted, so that a burst of orders is one change.
func (a *Agent) runPosted() {
	for range len(a.calls) {
		(<-a.calls)()
	}
}

// idle is how long the loop sleeps when nothing is due. Its timer does not see that the
// clock is set, on which business hours depend.
const maxIdle = 5 * time.Minute

// act makes everything so as the bell wants it, and says when to look again.
func (a *Agent) update(now time.Time) time.Duration {
	alarm := a.currentAlarm(now)
	popup := a.popup(alarm)
	a.selfTest.expire(now)
	a.ui.update(popup, now)
	a.updateNotification(popup)
	a.flushOrders(now)
	a.player.update(alarm.Play, now)
	if alarm.CheckSpeaker {
		a.player.checkSpeaker(now)
	}
	a.tray.Show(a.trayView(alarm))
	next := maxIdle
	wake := a.decider.Decide(now).NextChange // what was just done may have told the bell something
	for _, at := range []time.Time{wake, a.ui.due, a.player.deadline, a.diskRetryAt, a.selfTest.deadline} {
		if at.After(now) { // what was due by now has just been done
			next = min(next, at.Sub(now))
		}
	}
	return next
}

func (a *Agent) start() {
	a.player = playerProcess{agent: a}
	a.ui = uiProcess{agent: a}
	s, err := a.loadSettings()
	if err != nil {
		a.Log.Error("settings cannot be used; defaults are", "err", err)
	}
	a.openOrders()
	a.setLanguage(s.Language)
	a.updateOrders() // before there is a connection: these were not missed
	a.applySettings(s)
	if a.settingsNotice != "" || s.Mart == "" || s.Server == "" {
		a.openSettings()
	}
}

// use makes s the settings that hold, and connects anew if they say so.
func (a *Agent) applySettings(s settings.Settings) {
	moved := a.connection == nil || connectionSettings(s) != connectionSettings(a.settings)
	a.setSettings(s)
	if moved {
		a.reconnect()
	}
}

// hold makes s the settings that hold, but for the connection.
func (a *Agent) setSettings(s settings.Settings) {
	if s.Language != a.settings.Language {
		a.setLanguage(s.Language)
	}
	a.settings, a.device = s, deviceName(s)
	a.decider.SetSettings(s)
}

// login has the system start us, or not, beside the loop: a home folder may be far away.
func (a *Agent) setLogin(on bool) {
	a.wait.Go(func() {
		if err := a.SetAutostart(on); err != nil {
			a.Log.Error("starting at login is not as it was chosen", "on", on, "err", err)
		}
	})
}

// ofLink is s without what a connection has nothing to do with.
func connectionSettings(s settings.Settings) settings.Settings {
	return settings.Settings{Server: s.Server, Mart: s.Mart, Device: s.Device, Insecure: s.Insecure, CA: s.CA}
}

// pause silences all sounds for so long; 0 ends that.
func (a *Agent) pause(d time.Duration) {
	var until time.Time
	if d > 0 {
		until = time.Now().Add(d)
	}
	a.Log.Info("sounds are paused", "for", d)
	a.decider.PauseUntil(until)
}

// woke has the link made anew: after a sleep the old one is most likely dead, and would
// look well for a while.
func (a *Agent) resumed() {
	a.Log.Info("the PC woke up")
	if a.connection.reconnect != nil {
		a.connection.reconnect()
	}
}

func (a *Agent) stopAll() {
	if a.cancelPairing != nil {
		a.cancelPairing()
	}
	a.connection.stop()
	a.selfTest.cancelTest()
	a.player.close()
	a.ui.close()
	if err := a.orders.Close(); err != nil {
		a.Log.Error("the orders' file was not closed", "err", err)
	}
}
