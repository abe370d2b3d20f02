// Package tray shows the agent's icon with its menu.
package tray

import (
	"log/slog"
	"slices"
	"sync"
	"time"

	"fyne.io/systray"

	"jumun/desktop/internal/i18n"
	"jumun/desktop/internal/ipc"
)

// A View is what the tray shows.
type View struct {
	State   string     // chooses the icon: ipc.Connected, …, ipc.IconWaiting or ipc.IconAttention
	Status  string     // what the state is, in words: one line
	Waiting int        // how many orders wait for a person
	Orders  []ipc.Card // these orders, oldest first; the menu has room for the first ten
	Paused  time.Time  // sounds are paused until then; zero: they are not
}

// equal says whether two views look the same.
func (v View) equal(o View) bool {
	return v.State == o.State && v.Status == o.Status && v.Waiting == o.Waiting &&
		slices.Equal(v.Orders, o.Orders) && v.Paused.Equal(o.Paused)
}

// Actions are what the menu does. They run one after another and return soon; nil ones do
// nothing.
type Actions struct {
	Confirm                              func(ipc.Key)       // an order
	Pause                                func(time.Duration) // all sounds; 0: they sound again
	History, Test, Settings, About, Quit func()
}

// A Tray is the icon. There can be one per process.
type Tray struct {
	Log *slog.Logger // optional; set it before Run

	icons    func(state string, waiting int) []byte
	actions  Actions
	busRetry time.Duration // how long to wait for a session bus before looking again

	mu         sync.Mutex
	translator *i18n.Translator
	view       View          // what was shown last
	changed    chan struct{} // holds one token while view or words wait to be painted: only the newest count
	quit       chan struct{} // closed by Quit
	once       sync.Once     // of Quit

	running sync.Mutex // held while an action runs
	menu    menu
	painted appearance // what the desktop was told last
}

// New returns a tray that speaks w. icons returns the picture for a state and a number of
// orders: an .ico on Windows, a PNG elsewhere; nil keeps the picture before. All must have
// one size: a panel may be reading one picture while the library puts the next in its place.
func New(w *i18n.Translator, icons func(state string, waiting int) []byte, do Actions) *Tray {
	return &Tray{
		Log: slog.New(slog.DiscardHandler), translator: w, icons: icons, actions: do,
		view: View{State: ipc.Connecting}, // until Show
		// A session without a bus rarely gets one, and a look costs a failed connect.
		busRetry: 10 * time.Second,
		changed:  make(chan struct{}, 1), quit: make(chan struct{}),
	}
}

// stuck is how long Run waits for a desktop that does not take its last words. The agent
// ends without it.
const quitTimeout = time.Second

// Run shows the icon until Quit, and calls ready (which may be nil) from another goroutine
// once the menu is there. It must be called on the main goroutine, once per process.
// Without a desktop to show it on, it waits for one, and shows it again when the desktop
// was restarted.
func (t *Tray) Run(ready func()) {
	if ready == nil {
		ready = func() {}
	}
	var wait sync.WaitGroup
	t.loop(&wait, ready)
	ended := make(chan struct{})
	go func() { wait.Wait(); close(ended) }()
	select {
	case <-ended:
	case <-time.After(quitTimeout):
		t.Log.Warn("the desktop does not answer: the tray is left to it")
	}
}

// Show changes what is shown. It may be called from any goroutine, before Run too, and
// never waits for the desktop: orders must ring while a panel hangs. v.Orders stays the
// caller's.
func (t *Tray) Show(v View) {
	v.Waiting = max(v.Waiting, len(v.Orders))
	v.Orders = slices.Clone(v.Orders[:min(len(v.Orders), maxMenuOrders)])
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.view.equal(v) {
		return
	}
	t.view = v
	t.repaint()
}

// Speak changes the language. It may be called like Show.
func (t *Tray) SetTranslator(w *i18n.Translator) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.translator = w
	t.repaint()
}

func (t *Tray) repaint() {
	select {
	case t.changed <- struct{}{}:
	default: // a token is there already
	}
}

// Quit makes Run return. It may be called from any goroutine, before Run, and again.
func (t *Tray) Quit() { t.once.Do(func() { close(t.quit) }) }

// paint tells the desktop what has changed. Only one goroutine calls it.
func (t *Tray) paint() {
	// The library panics when its connection to the desktop ends at the wrong moment. It
	// has stored the picture by then, and shows it after the next connect.
	defer func() {
		if r := recover(); r != nil {
			t.Log.Warn("the tray was not updated", "err", r)
		}
	}()
	t.mu.Lock()
	v, w := t.view, t.translator
	t.mu.Unlock()
	f := appearanceOf(w, v)
	t.menu.update(w, v, f.status)
	if f.icon != t.painted.icon || f.badge != t.painted.badge || f.tooltip != t.painted.tooltip {
		systray.SetTooltip(f.tooltip)
		if icon := t.icons(f.icon, f.badge); len(icon) > 0 {
			systray.SetIcon(icon)
		}
	}
	t.painted = f
}
