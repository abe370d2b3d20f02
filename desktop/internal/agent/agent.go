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
	InboxPath    string // of the file with the orders
	InstanceDir  string // where the lock and the socket of the one agent are
	LogDir       string // with the log and the reports of crashes
	Executable   string // started again as "ring" and "window"
	Version      string
	Translator   *i18n.Translator
	Icons        func(sign string, waiting int) []byte       // of the tray
	CheckSound   func(w *i18n.Translator, path string) error // why a sound file of the user's cannot be played
	Tokens       TokenStore
	SetLogin     func(on bool) error // starts us when this user logs in, or not
	Log          *slog.Logger
}

// An Agent owns everything in its loop.
type Agent struct {
	Config
	settings settings.Settings
	notice   string // for the settings window, such as a corrupt file's
	inbox    *orders.Inbox
	bell     alarm.Decider
	tray     *tray.Tray
	ringer   ringer
	screen   screen
	link     *link
	notifier *platform.Notifier
	trial    trial
	lock     lock
	about    bool       // the settings open with the page about jumun
	find     *ipc.Query // what the history shows; nil: it is closed
	waiting  []ipc.Card // orders that nobody has confirmed, oldest first
	stale    bool       // the bell does not know yet which orders wait now
	notified ipc.Popup  // what the system's notification says
	reason   string     // why the link is refused: ipc.RefusedUnpaired, …; "" if nobody said, or it is not
	detail   string     // what the link said last
	admitted bool       // the link has a token
	device   string     // by which people know this PC
	quitting string     // says that it ends, in words

	pairing context.CancelFunc // ends the pairing that is under way; nil: there is none

	work chan func()   // calls into the loop; full, callers wait: nothing is dropped
	done chan struct{} // closed when the loop has ended
	quit context.CancelFunc

	storeDue time.Time      // when the disk is tried again; zero: it has everything
	rested   time.Time      // act is not called before
	wait     sync.WaitGroup // children and helpers of the loop
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
	a := &Agent{Config: cfg, work: make(chan func(), 64), done: make(chan struct{}), quit: quit, quitting: cfg.Translator.Text("agent.quitting")}
	a.tray = tray.New(cfg.Translator, cfg.Icons, tray.Actions{
		Confirm:  func(k ipc.Key) { a.post(func() { a.confirm(k) }) },
		History:  func() { a.post(a.openHistory) },
		Pause:    func(d time.Duration) { a.post(func() { a.pause(d) }) },
		Test:     func() { a.post(a.test) },
		Settings: func() { a.post(a.openSettings) },
		About:    func() { a.post(a.openAbout) },
		Quit:     func() { a.post(a.askQuit) },
	})
	a.notifier = platform.NewNotifier(func() { a.post(a.confirmNotified) })
	a.wait.Go(func() {
		a.notifier.Run(ctx, func(err error) { a.Log.Error("no notification either", "err", err) })
	})
	a.wait.Go(func() { a.serve(ctx, one) })
	a.wait.Go(func() { platform.WatchResume(ctx, func() { a.post(a.woke) }) })
	go a.run(ctx)
	a.tray.Run(func() {})
	<-a.done // without a tray, orders must still ring
	a.wait.Wait()
	return one.Close() // last: the next agent may use the sound device then
}

// serve answers commands until ctx ends.
func (a *Agent) serve(ctx context.Context, one *instance.Instance) {
	if err := one.Serve(ctx, a.answer); err != nil {
		a.Log.Error("commands cannot reach the agent", "err", err)
	}
}

// post has f called in the loop, after all that was posted before.
func (a *Agent) post(f func()) {
	select {
	case a.work <- f:
	case <-a.done:
	}
}

func (a *Agent) run(ctx context.Context) {
	defer a.tray.Quit()
	defer close(a.done)
	a.begin()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case f := <-a.work:
			f()
			a.catchUp()
			if wait := time.Until(a.rested); wait > 0 {
				timer.Reset(wait)
				continue
			}
		case <-timer.C:
		case <-ctx.Done():
			a.end()
			return
		}
		began := time.Now()
		timer.Reset(a.act(began))
		a.rested = time.Now().Add(min(max(breath, 4*time.Since(began)), longBreath))
	}
}

// Between two acts there is a breath: thousands of orders that come together are looked
// through a few times, and not each. With as many it takes a fifth of a core. A person who
// presses a button waits no longer than the long one.
const (
	breath     = 20 * time.Millisecond
	longBreath = 500 * time.Millisecond
)

// catchUp does what else has been posted, so that a burst of orders is one change.
func (a *Agent) catchUp() {
	for range len(a.work) {
		(<-a.work)()
	}
}

// idle is how long the loop sleeps when nothing is due. Its timer does not see that the
// clock is set, on which business hours depend.
const idle = 5 * time.Minute

// act makes everything so as the bell wants it, and says when to look again.
func (a *Agent) act(now time.Time) time.Duration {
	alarm := a.alarm(now)
	popup := a.popup(alarm)
	a.trial.due(now)
	a.screen.want(popup, now)
	a.notify(popup)
	a.store(now)
	a.ringer.want(alarm.Play, now)
	if alarm.CheckSpeaker {
		a.ringer.check(now)
	}
	a.tray.Show(a.view(alarm))
	next := idle
	wake := a.bell.Decide(now).NextChange // what was just done may have told the bell something
	for _, at := range []time.Time{wake, a.screen.due, a.ringer.due, a.storeDue, a.trial.ends} {
		if at.After(now) { // what was due by now has just been done
			next = min(next, at.Sub(now))
		}
	}
	return next
}

func (a *Agent) begin() {
	a.ringer = ringer{agent: a}
	a.screen = screen{agent: a}
	s, err := a.load()
	if err != nil {
		a.Log.Error("settings cannot be used; defaults are", "err", err)
	}
	a.openInbox()
	a.speak(s.Language)
	a.tellBell() // before there is a connection: these were not missed
	a.use(s)
	if a.notice != "" || s.Mart == "" || s.Server == "" {
		a.openSettings()
	}
}

// use makes s the settings that hold, and connects anew if they say so.
func (a *Agent) use(s settings.Settings) {
	moved := a.link == nil || ofLink(s) != ofLink(a.settings)
	a.hold(s)
	if moved {
		a.relink()
	}
}

// hold makes s the settings that hold, but for the connection.
func (a *Agent) hold(s settings.Settings) {
	if s.Language != a.settings.Language {
		a.speak(s.Language)
	}
	a.settings, a.device = s, deviceName(s)
	a.bell.SetSettings(s)
}

// login has the system start us, or not, beside the loop: a home folder may be far away.
func (a *Agent) login(on bool) {
	a.wait.Go(func() {
		if err := a.SetLogin(on); err != nil {
			a.Log.Error("starting at login is not as it was chosen", "on", on, "err", err)
		}
	})
}

// ofLink is s without what a connection has nothing to do with.
func ofLink(s settings.Settings) settings.Settings {
	return settings.Settings{Server: s.Server, Mart: s.Mart, Device: s.Device, Insecure: s.Insecure, CA: s.CA}
}

// pause silences all sounds for so long; 0 ends that.
func (a *Agent) pause(d time.Duration) {
	var until time.Time
	if d > 0 {
		until = time.Now().Add(d)
	}
	a.Log.Info("sounds are paused", "for", d)
	a.bell.PauseUntil(until)
}

// woke has the link made anew: after a sleep the old one is most likely dead, and would
// look well for a while.
func (a *Agent) woke() {
	a.Log.Info("the PC woke up")
	if a.link.again != nil {
		a.link.again()
	}
}

func (a *Agent) end() {
	if a.pairing != nil {
		a.pairing()
	}
	a.link.stop()
	a.trial.end()
	a.ringer.end()
	a.screen.end()
	if err := a.inbox.Close(); err != nil {
		a.Log.Error("the orders' file was not closed", "err", err)
	}
}
