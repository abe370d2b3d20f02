//go:build linux

package ui

import (
	"fmt"
	"io"
	"os"
	"slices"
	"sync"
	"testing"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
)

// A till stands in for the store's own program: a window that notes every key.
type till struct {
	x    *xgb.Conn
	id   xproto.Window
	keys map[xproto.Keycode]xproto.Keysym

	mu    sync.Mutex
	typed []xproto.Keysym
}

// openTill shows a till, which takes the focus as any program does when it starts.
func openTill(t *testing.T, display string) *till {
	t.Helper()
	xgb.Logger.SetOutput(io.Discard) // it reports the end of a connection as an error
	x, err := xgb.NewConnDisplay(display)
	if err != nil {
		t.Fatal(err)
	}
	screen := xproto.Setup(x).DefaultScreen(x)
	id, err := xproto.NewWindowId(x)
	if err != nil {
		t.Fatal(err)
	}
	till := &till{x: x, id: id, keys: keysyms(t, x)}
	err = xproto.CreateWindowChecked(x, screen.RootDepth, id, screen.Root, 0, 0, 800, 500, 0, xproto.WindowClassInputOutput,
		screen.RootVisual, xproto.CwEventMask, []uint32{xproto.EventMaskKeyPress}).Check()
	if err != nil {
		t.Fatal(err)
	}
	till.number(t, id, "_NET_WM_PID", xproto.AtomCardinal, uint32(os.Getpid()))
	xproto.MapWindow(x, id)
	ended := make(chan struct{})
	go func() { till.listen(); close(ended) }()
	t.Cleanup(func() { x.Close(); <-ended })
	return till
}

func keysyms(t *testing.T, x *xgb.Conn) map[xproto.Keycode]xproto.Keysym {
	t.Helper()
	setup := xproto.Setup(x)
	count := byte(setup.MaxKeycode - setup.MinKeycode + 1)
	m, err := xproto.GetKeyboardMapping(x, setup.MinKeycode, count).Reply()
	if err != nil {
		t.Fatal(err)
	}
	keys := map[xproto.Keycode]xproto.Keysym{}
	for i := range int(count) {
		keys[setup.MinKeycode+xproto.Keycode(i)] = m.Keysyms[i*int(m.KeysymsPerKeycode)]
	}
	return keys
}

func (l *till) listen() {
	for {
		event, err := l.x.WaitForEvent()
		if event == nil && err == nil {
			return // closed
		}
		if key, ok := event.(xproto.KeyPressEvent); ok {
			l.mu.Lock()
			l.typed = append(l.typed, l.keys[key.Detail])
			l.mu.Unlock()
		}
	}
}

const (
	returnKey xproto.Keysym = 0xff0d
	tabKey    xproto.Keysym = 0xff09
)

// text is what was typed so far; Return reads as a line break.
func (l *till) text() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var text []rune
	for _, k := range l.typed {
		if k == returnKey {
			k = '\n'
		}
		text = append(text, rune(k))
	}
	return string(text)
}

// has reports that exactly want was typed, for stage.Until.
func (l *till) has(want string) error {
	if got := l.text(); got != want {
		return fmt.Errorf("%q was typed, of %q", got, want)
	}
	return nil
}

// fillScreen asks the window manager to make the till a full-screen program.
func (l *till) fillScreen(t *testing.T) {
	t.Helper()
	root := xproto.Setup(l.x).DefaultScreen(l.x).Root
	state, full := l.atom(t, "_NET_WM_STATE"), l.atom(t, "_NET_WM_STATE_FULLSCREEN")
	data := xproto.ClientMessageDataUnionData32New([]uint32{1, uint32(full), 0, 1, 0})
	event := xproto.ClientMessageEvent{Format: 32, Window: l.id, Type: state, Data: data}
	err := xproto.SendEventChecked(l.x, false, root, xproto.EventMaskSubstructureRedirect|xproto.EventMaskSubstructureNotify, string(event.Bytes())).Check()
	if err != nil {
		t.Fatal(err)
	}
}

// cover shows a window of the till on the whole screen, above all others.
func (l *till) cover(t *testing.T) {
	t.Helper()
	screen := xproto.Setup(l.x).DefaultScreen(l.x)
	id, err := xproto.NewWindowId(l.x)
	if err != nil {
		t.Fatal(err)
	}
	err = xproto.CreateWindowChecked(l.x, screen.RootDepth, id, screen.Root, 0, 0, screen.WidthInPixels, screen.HeightInPixels, 0,
		xproto.WindowClassInputOutput, screen.RootVisual, xproto.CwOverrideRedirect, []uint32{1}).Check()
	if err != nil {
		t.Fatal(err)
	}
	l.number(t, id, "_NET_WM_PID", xproto.AtomCardinal, uint32(os.Getpid()))
	if err := xproto.MapWindowChecked(l.x, id).Check(); err != nil {
		t.Fatal(err)
	}
}

func (l *till) atom(t *testing.T, name string) xproto.Atom {
	t.Helper()
	reply, err := xproto.InternAtom(l.x, false, uint16(len(name)), name).Reply()
	if err != nil {
		t.Fatal(err)
	}
	return reply.Atom
}

// states are the names in a window's _NET_WM_STATE.
func (l *till) states(t *testing.T, id uint32) (names []string) {
	t.Helper()
	p, err := xproto.GetProperty(l.x, false, xproto.Window(id), l.atom(t, "_NET_WM_STATE"), xproto.AtomAtom, 0, 64).Reply()
	if err != nil {
		t.Fatal(err)
	}
	for chunk := range slices.Chunk(p.Value, 4) {
		name, err := xproto.GetAtomName(l.x, xproto.Atom(xgb.Get32(chunk))).Reply()
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, name.Name)
	}
	return names
}

// number sets a property of a window. The screen finds windows by the process ID that they name.
func (l *till) number(t *testing.T, id xproto.Window, name string, kind xproto.Atom, values ...uint32) {
	t.Helper()
	data := make([]byte, 4*len(values))
	for i, v := range values {
		xgb.Put32(data[4*i:], v)
	}
	xproto.ChangeProperty(l.x, xproto.PropModeReplace, id, l.atom(t, name), kind, 32, uint32(len(values)), data)
}

// openPanel shows a panel of that height along the bottom of the screen.
func openPanel(t *testing.T, display string, height uint32) {
	t.Helper()
	l := openTill(t, display)
	xproto.UnmapWindow(l.x, l.id)
	screen := xproto.Setup(l.x).DefaultScreen(l.x)
	l.number(t, l.id, "_NET_WM_WINDOW_TYPE", xproto.AtomAtom, uint32(l.atom(t, "_NET_WM_WINDOW_TYPE_DOCK")))
	l.number(t, l.id, "_NET_WM_STRUT_PARTIAL", xproto.AtomCardinal, 0, 0, 0, height, 0, 0, 0, 0, 0, 0, 0, uint32(screen.WidthInPixels)-1)
	if err := xproto.MapWindowChecked(l.x, l.id).Check(); err != nil {
		t.Fatal(err)
	}
}
