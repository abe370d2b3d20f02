// Package tray shows jumun's icon and its menu in the desktop's tray.
//
// Show and SetTranslator only store what is to be shown; one goroutine tells the desktop. So a
// desktop that hangs holds up nobody, and only the newest state counts.
package tray

import (
	"log/slog"
	"slices"
	"sync"
	"time"

	"jumun/desktop/internal/i18n"
	"jumun/desktop/internal/ipc"
)

// A View is what the tray shows.
type View struct {
	Icon    string     // the state whose picture is shown: ipc.Connected, …, ipc.IconWaiting or ipc.IconAttention
	Status  string     // the state for people, in one line
	Waiting int        // how many orders wait for a person
	Orders  []ipc.Card // these orders, oldest first; the menu has room for the first maxMenuOrders
	Paused  time.Time  // sounds are paused until then; zero: they are not
}

// equal reports whether two views look the same.
func (v View) equal(o View) bool {
	return v.Icon == o.Icon && v.Status == o.Status && v.Waiting == o.Waiting &&
		slices.Equal(v.Orders, o.Orders) && v.Paused.Equal(o.Paused)
}

// Actions are what the menu does. The tray calls them one after another, and they must return
// soon. All are required.
type Actions struct {
	Confirm                              func(ipc.Key)       // confirms an order
	Pause                                func(time.Duration) // pauses all sounds; 0 ends the pause
	History, Test, Settings, About, Quit func()

	// Sleep is called before this PC falls asleep, which waits for it for two seconds, and Wake when it is awake
	// again, both beside the others: only on Windows, which tells that to windows.
	Sleep, Wake func()
}

// A Tray is the icon with its menu. A process can have one.
type Tray struct {
	log      *slog.Logger
	icons    func(icon string, waiting int) []byte
	actions  Actions
	busRetry time.Duration // how often a session bus is looked for while there is none

	mu         sync.Mutex
	translator *i18n.Translator
	view       View
	changed    chan struct{} // holds one token while view or translator wait to be painted
	quit       chan struct{} // closed by Quit
	once       sync.Once     // of Quit

	running sync.Mutex // held while an action runs
	native  native
	menu    menu
	painted appearance // what the desktop was told last
}

// New returns a tray in the language of t. icons returns the picture for an icon and a number of
// waiting orders: an .ico on Windows, a PNG elsewhere; nil keeps the picture before. All pictures
// must have one size: a panel may read one while the library puts the next in its place.
func New(t *i18n.Translator, icons func(icon string, waiting int) []byte, actions Actions, log *slog.Logger) *Tray {
	return &Tray{
		log: log, translator: t, icons: icons, actions: actions,
		view: View{Icon: ipc.Connecting}, // until Show
		// A session without a bus rarely gets one, and a try costs a failed connect.
		busRetry: 10 * time.Second,
		changed:  make(chan struct{}, 1), quit: make(chan struct{}),
	}
}

// quitTimeout is how long Run waits for a desktop that does not answer. Then the agent ends
// without it.
const quitTimeout = time.Second

// Run shows the icon until Quit. It must be called on the main goroutine, once in a process.
// Without a desktop it waits for one, and it shows the icon again when the desktop was restarted.
func (t *Tray) Run() {
	var wait sync.WaitGroup
	t.loop(&wait)
	ended := make(chan struct{})
	go func() { wait.Wait(); close(ended) }()
	select {
	case <-ended:
	case <-time.After(quitTimeout):
		t.log.Warn("the desktop does not answer; the tray ends without it")
	}
}

// Show changes what is shown. It never waits for the desktop: orders must ring while a panel
// hangs. It is safe for concurrent use, also before Run. It copies v.Orders.
func (t *Tray) Show(v View) {
	v.Waiting = max(v.Waiting, len(v.Orders))
	v.Orders = slices.Clone(v.Orders[:min(len(v.Orders), maxMenuOrders)])
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.view.equal(v) {
		return
	}
	t.view = v
	t.requestPaint()
}

// Notify shows a notification beside the icon in place of the one before; no title removes it. A click
// on it opens the menu. It reports whether the tray of this system does that. It may be called like
// Show.
func (t *Tray) Notify(title, text string) bool { return t.native.notify(title, text) }

// SetTranslator changes the language. It may be called like Show.
func (t *Tray) SetTranslator(tr *i18n.Translator) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.translator = tr
	t.requestPaint()
}

func (t *Tray) requestPaint() {
	select {
	case t.changed <- struct{}{}:
	default: // there is a token already
	}
}

// Quit makes Run return. It is safe for concurrent use, also before Run; more calls do nothing.
func (t *Tray) Quit() { t.once.Do(func() { close(t.quit) }) }

// paint tells the desktop what has changed. Only one goroutine calls it.
func (t *Tray) paint() {
	// The library panics when its connection to the desktop ends at the wrong moment. It has
	// stored the picture by then, and shows it after the next connect.
	defer func() {
		if r := recover(); r != nil {
			t.log.Warn("the tray was not updated", "err", r)
		}
	}()
	t.mu.Lock()
	v, tr := t.view, t.translator
	t.mu.Unlock()
	a := appearanceOf(tr, v)
	t.menu.update(tr, v, a.status)
	if a.icon != t.painted.icon || a.badge != t.painted.badge || a.tooltip != t.painted.tooltip {
		t.native.show(t.icons(a.icon, a.badge), a.tooltip)
	}
	t.painted = a
}
