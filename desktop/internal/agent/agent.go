// Package agent is the one loop that connects the client, the orders, the alarm, the player
// process, the ui process and the tray.
//
// Everything that happens is posted as a call to the loop, which owns all state. So nothing here
// needs a lock, and effects come in the order of events. The loop waits for no network, no child
// process and no file that a person chose. Where to look:
//
//	loop.go        the loop, and update: it makes tray, popup and sound what the alarm says
//	connection.go  the client's events come in: orders, acks, the connection's state
//	orders.go      an order is stored, and the alarm is told which orders wait
//	confirm.go     a person confirms an order; ackqueue.go sends the ack to the server
//	officetest.go  the head office tests the alarm, and is told what came of it
//	undo.go        a person takes a confirmation back
//	child.go       a child process is started and stopped
//	player.go      the player process; ui.go, the ui process
//	beside.go      what may hang is done beside the loop; watchdog.go ends a loop that hangs all the same
package agent

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"os/exec"
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

// Config is what the agent needs to know. All fields but Updates and OnTrial are required.
type Config struct {
	SettingsPath    string // of the settings file
	OrdersPath      string // of the journal of orders
	Place           instance.Place
	Session         string                            // see platform.Session; may be empty
	LogDir          string                            // has the log and the crash reports
	Program         func(subcommand string) *exec.Cmd // starts this program as a child process: "ring" or "window"
	Version         string
	Translator      *i18n.Translator
	Icons           func(icon string, waiting int) []byte       // of the tray
	CheckSound      func(t *i18n.Translator, path string) error // why the user's sound file cannot be played
	Tokens          TokenStore
	Updates         *Updates            // nil: nothing would start another version, or no key is known
	OnTrial         bool                // another program watches whether this one works, windows too
	SetAutostart    func(on bool) error // sets whether jumun starts when this user logs in
	UpdateAutostart func() error        // makes this executable the one that starts then, or returns why it does not
	Log             *slog.Logger
}

// An Agent is the state of the loop. Only the loop's goroutine uses it, except for the fields
// that are marked.
type Agent struct {
	Config
	settings       settings.Settings
	policy         settings.Policy // what the administrator decides now; settings have it once it is applied
	settingsNotice string          // for the settings window, such as that the file was corrupt
	openAtAbout    bool            // the settings window opens with the page about jumun
	link           string          // a pairing link that a person opened, until the settings window has it
	pin            pinLock
	device         string // the name of this PC, for people

	decider     alarm.Decider
	orders      *orders.Store // safe for concurrent use
	waiting     []ipc.Card    // orders that nobody has confirmed, oldest first
	cancelled   []ipc.Card    // orders that were withdrawn and of which nobody has read that, oldest first
	old         int           // orders that wait for too long to have a card each
	oldAt       time.Time     // when the next one does; zero: none waits
	undo        undo
	asked       move
	shop        shopQuestion
	ordersStale bool       // decider does not know the waiting orders of now yet
	diskRetryAt time.Time  // when storing is tried again; zero: everything is stored
	query       *ipc.Query // what the history window shows; nil: it is closed

	connection       *connection
	refusedReason    string             // why the server refuses: ipc.RefusedUnpaired, …; "" if it does not, or no reason is known
	connectionDetail string             // why there is no connection and what to do, for people; "" if there is one, or that is not known
	enrolRequest     string             // of this process; never changes
	hasToken         bool               // the connection has a token
	clockAhead       time.Duration      // how far this PC's clock is ahead of the server's; 0: they agree, or that is not known
	pairingEnds      time.Time          // when the token ends for good; zero: the server renews it
	cancelPairing    context.CancelFunc // nil: no pairing is under way
	saving           bool               // the files that new settings name are being looked at

	patience    time.Duration // aliveTimeout, but in tests
	programGone bool          // no child process can be started: the file of this program is not there any more
	player      playerProcess
	ui          uiProcess
	tray        *tray.Tray
	notifier    *platform.Notifier
	awakeKeeper *platform.AwakeKeeper
	notified    notified
	selfTest    selfTest
	office      officeTest
	awake       awakeState
	autostart   autostart
	newer       string // the version that this PC could have and does not take by itself; "": none
	handsOver   bool   // another program is to go on after the end of the loop

	calls           chan func()        // posted to the loop; when it is full, post waits: no call is dropped
	done            chan struct{}      // closed when the loop has ended
	quit            context.CancelFunc // ends the loop
	quittingText    string             // answers a command while the agent ends; never changes
	updateNotBefore time.Time          // see minUpdatePause
	wait            sync.WaitGroup     // everything that the loop started
}

// ErrRestart, as the cause of the end of the context of Run, says that another process is to go on.
var ErrRestart = errors.New("the time zone of this PC has changed; jumun starts again")

// Run runs the agent until ctx ends or a person quits. It returns instance.ErrRunning if another
// agent of this user runs. It must be called on the main goroutine, which some systems' trays
// need.
func Run(ctx context.Context, cfg Config) error {
	one, err := instance.Start(cfg.Place)
	if err != nil {
		return err
	}
	ctx, quit := context.WithCancel(ctx)
	defer quit()
	a := &Agent{Config: cfg, enrolRequest: rand.Text(), patience: aliveTimeout, calls: make(chan func(), 64), done: make(chan struct{}), quit: quit, quittingText: cfg.Translator.Text("agent.quitting")}
	a.tray = tray.New(cfg.Translator, cfg.Icons, a.trayActions(), cfg.Log)
	a.notifier = platform.NewNotifier(func(n int) { a.post(func() { a.confirmNotified(n) }) })
	a.wait.Go(func() {
		a.notifier.Run(ctx, func(err error) { a.Log.Error("system notifications cannot be shown", "err", err) })
	})
	a.awakeKeeper = platform.NewAwakeKeeper(func(is platform.Wakefulness, err error) { a.post(func() { a.awakeChanged(is, err) }) })
	a.wait.Go(func() { a.awakeKeeper.Run(ctx) })
	a.wait.Go(func() { a.serveCommands(ctx, one) })
	a.wait.Go(func() { a.watchPolicy(ctx) })
	a.wait.Go(func() { platform.WatchResume(ctx, func() { a.post(a.resumed) }) })
	a.wait.Go(func() { platform.WatchSleep(ctx, a.fallAsleep, a.woke) })
	a.wait.Go(func() { platform.WatchAway(ctx, func(away bool) { a.post(func() { a.player.setAway(away) }) }) })
	go a.run(ctx)
	ended := make(chan struct{})
	defer close(ended)
	go a.watch(ctx, loopTimeout, ended) // until the end of all: nobody can wait for it
	a.tray.Run()
	<-a.done // without a tray, orders must still ring
	a.wait.Wait()
	err = one.Close() // last: from now on the next agent may use the sound device
	if a.handsOver {
		return errors.Join(ErrHandOver, err)
	}
	return err
}

// post calls f in the loop, after everything that was posted before. After the end of the loop
// it does nothing.
func (a *Agent) post(f func()) {
	select {
	case a.calls <- f:
	case <-a.done:
	}
}

// pause silences all sounds for d; 0 ends the pause.
func (a *Agent) pause(d time.Duration) {
	a.Log.Info("sounds are paused", "for", d)
	a.decider.Pause(time.Now(), d)
}

// resumed makes the client connect again: after a sleep the old connection is most likely dead,
// and would look alive for a while. After the clock was set, the server's answer says how right it is now.
func (a *Agent) resumed() {
	a.Log.Info("the PC woke up, or its clock was set; the client connects again")
	if a.connection.reconnect != nil {
		a.connection.reconnect()
	}
	a.reportAnew()
}

// woke is called when the system says that the PC is awake, or that it does not fall asleep after all. That it has
// slept tells its clock.
func (a *Agent) woke() { a.post(a.reportAnew) }
