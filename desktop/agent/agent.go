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

	"jumun/desktop/bell"
	"jumun/desktop/inbox"
	"jumun/desktop/instance"
	"jumun/desktop/pipe"
	"jumun/desktop/platform"
	"jumun/desktop/tray"
	"jumun/desktop/words"
)

// Config is what the agent is told by main. All fields are needed.
type Config struct {
	SettingsPath string // of the settings file
	InboxPath    string // of the file with the orders
	InstanceDir  string // where the lock and the socket of the one agent are
	Executable   string // started again as "ring" and "window"
	Version      string
	Words        *words.Words
	Icons        func(sign string) []byte              // of the tray
	Check        func(pipe.Settings) map[string]string // what is wrong, by JSON name, in words
	CheckSound   func(path string) error               // why a sound file of the user's cannot be played
	Vault        Vault                                 // where the tokens are
	Log          *slog.Logger
}

// An Agent owns everything in its loop.
type Agent struct {
	Config
	settings pipe.Settings
	notice   string // for the settings window, such as a corrupt file's
	inbox    *inbox.Inbox
	bell     bell.Bell
	tray     *tray.Tray
	ringer   ringer
	screen   screen
	link     *link
	notifier *platform.Notifier
	stale    bool        // the bell does not know yet which orders wait now
	notified []pipe.Card // what the system's notification says
	reason   string      // why the link is refused: pipe.RefusedUnpaired, …; "" if nobody said, or it is not
	detail   string      // what the link said last
	admitted bool        // the link has a token
	device   string      // by which people know this PC

	pairing context.CancelFunc // ends the pairing that is under way; nil: there is none

	work chan func()   // calls into the loop; full, callers wait: nothing is dropped
	done chan struct{} // closed when the loop has ended
	quit context.CancelFunc

	storeDue time.Time      // when the disk is tried again; zero: it has everything
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
	a := &Agent{Config: cfg, work: make(chan func(), 64), done: make(chan struct{}), quit: quit}
	a.tray = tray.New(cfg.Words, cfg.Icons, tray.Actions{
		Test:     func() { a.post(a.test) },
		Settings: func() { a.post(a.openSettings) },
		Quit:     quit,
	})
	a.notifier = platform.NewNotifier(func() { a.post(a.confirmNotified) })
	a.wait.Go(func() {
		a.notifier.Run(ctx, func(err error) { a.Log.Error("no notification either", "err", err) })
	})
	a.wait.Go(func() { a.serve(ctx, one) })
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
		case <-timer.C:
		case <-ctx.Done():
			a.end()
			return
		}
		timer.Reset(a.act(time.Now()))
	}
}

// catchUp does what else has been posted, so that a burst of orders is one change.
func (a *Agent) catchUp() {
	for range len(a.work) {
		(<-a.work)()
	}
}

// idle is how long the loop sleeps when nothing is due.
const idle = time.Hour

// act makes everything so as the bell wants it, and says when to look again.
func (a *Agent) act(now time.Time) time.Duration {
	alarm := a.alarm(now)
	a.screen.want(alarm.Cards, now)
	a.notify(alarm.Cards)
	a.store(now)
	a.ringer.want(alarm.Play, now)
	a.tray.Show(a.view(alarm))
	next := idle
	for _, at := range []time.Time{alarm.Wake, a.screen.due, a.ringer.due, a.storeDue} {
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
	a.use(s)
	if a.notice != "" || s.Mart == "" || s.Server == "" {
		a.openSettings()
	}
}

// use makes s the settings that hold, and connects anew if they say so.
func (a *Agent) use(s pipe.Settings) {
	moved := a.link == nil || ofLink(s) != ofLink(a.settings)
	a.hold(s)
	if moved {
		a.relink()
	}
}

// hold makes s the settings that hold, but for the connection.
func (a *Agent) hold(s pipe.Settings) {
	a.settings, a.device = s, deviceName(s)
	a.bell.Set(s)
}

// ofLink is s without what a connection has nothing to do with.
func ofLink(s pipe.Settings) pipe.Settings {
	s.Volume, s.Sound = 0, ""
	return s
}

func (a *Agent) end() {
	if a.pairing != nil {
		a.pairing()
	}
	a.link.stop()
	a.ringer.end()
	a.screen.end()
	if err := a.inbox.Close(); err != nil {
		a.Log.Error("the orders' file was not closed", "err", err)
	}
}

func (a *Agent) test() { a.bell.Test(time.Now()) }
