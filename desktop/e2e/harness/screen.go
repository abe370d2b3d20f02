//go:build linux

package harness

import (
	"bufio"
	"context"
	"crypto/rand"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/godbus/dbus/v5"
	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
)

// panel sets up a bar with a tray along the bottom of the screen, as Windows has it, so
// that the work area is not the whole screen.
//
//go:embed panel.xml
var panel []byte

// dummyMonitors sets up Xorg without hardware.
//
//go:embed xorg.conf
var dummyMonitors []byte

// A Screen is an X11 screen with its mouse and keyboard.
type Screen struct {
	Display string // ":1"

	conn   *xgb.Conn
	root   xproto.Window
	env    []string // for programs that use the screen
	closed chan struct{}
}

// OpenScreen starts a screen with a window manager, a session bus, a tray
// and a notification daemon, and returns when all of them work. It sets XAUTHORITY
// for this process, which needs the key of the screen too.
func (s *Session) OpenScreen(ctx context.Context) error {
	h, err := s.newHome("desk")
	if err != nil {
		return err
	}
	if err := s.startScreen(h); err != nil {
		return err
	}
	if err := s.startBus(append(h.env(), s.Screen.env...)); err != nil {
		return err
	}
	path := filepath.Join(h.config(), "xfce4/xfconf/xfce-perchannel-xml/xfce4-panel.xml")
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, panel, 0o600)); err != nil {
		return err
	}
	env := append(h.env(), s.Screen.env...)
	// A panel that opens while openbox starts never gets its part of the screen. On a new machine that start is long:
	// openbox lists all fonts.
	if err := s.startDesktop(env, "openbox"); err != nil {
		return err
	}
	if err := Until(ctx, "the window manager", s.managed); err != nil {
		return err
	}
	if err := errors.Join(s.startDesktop(env, "dunst"), s.startDesktop(env, "xfce4-panel", "--disable-wm-check")); err != nil {
		return err
	}
	return Until(ctx, "the desktop", s.ready)
}

// startDesktop starts a program that is part of the desktop.
func (s *Session) startDesktop(env []string, program string, args ...string) error {
	p, err := s.Start(program, env, program, args...)
	if err != nil {
		return err
	}
	p.desktop = true
	return nil
}

// managed returns an error while no window manager has told what part of the screen is free.
func (s *Session) managed() error {
	area, err := s.Screen.WorkArea()
	if err == nil && area.Empty() {
		err = errors.New("it has not told what part of the screen is free")
	}
	return err
}

// OpenBareScreen starts a screen and nothing else: no window manager, no bus, no tray.
func (s *Session) OpenBareScreen() error {
	h, err := s.newHome("desk")
	if err != nil {
		return err
	}
	return s.startScreen(h)
}

// Env returns the variables with which a program uses the screen.
func (s *Screen) Env() []string { return slices.Clone(s.env) }

// ready returns an error while a part of the desktop is missing.
func (s *Session) ready() error {
	area, err := s.Screen.WorkArea()
	if err != nil {
		return err
	}
	size := s.Screen.Size()
	if area.Empty() || area.Dy() == size.Y {
		return errors.New("the panel has not taken its part of the screen")
	}
	for _, name := range []string{watcher, "org.freedesktop.Notifications"} {
		var owned bool
		if err := s.bus.BusObject().Call("org.freedesktop.DBus.NameHasOwner", 0, name).Store(&owned); err != nil || !owned {
			return fmt.Errorf("nobody is %s: %w", name, err)
		}
	}
	return nil
}

func (s *Session) startScreen(h home) error {
	key := filepath.Join(s.Dir, "Xauthority")
	if err := writeKey(key); err != nil {
		return err
	}
	tell, told, err := os.Pipe()
	if err != nil {
		return err
	}
	defer tell.Close()
	cmd, err := s.screenCommand()
	if err != nil {
		return err
	}
	// The server picks a free display itself and prints its number: any other way races with other tests.
	cmd.Args = append(cmd.Args, "-displayfd", "3", "-auth", key, "-noreset", "-nolisten", "tcp")
	cmd.ExtraFiles = []*os.File{told}
	server, err := s.StartCommand("screen", h.env(), cmd)
	_ = told.Close()
	if err != nil {
		return err
	}
	number, err := bufio.NewReader(tell).ReadString('\n')
	if err != nil {
		return fmt.Errorf("screen did not start:\n%s", server.Tail())
	}
	if err := os.Setenv("XAUTHORITY", key); err != nil {
		return err
	}
	display := ":" + strings.TrimSpace(number)
	if err := s.UseScreen(display); err != nil {
		return err
	}
	if s.Monitors != nil {
		err := s.Screen.setMonitors(s.Monitors...)
		s.Screen.close() // a connection knows the size that the screen had when it was made
		if err := errors.Join(err, s.UseScreen(display)); err != nil {
			return err
		}
	}
	s.Screen.env = append(s.Screen.env, "XAUTHORITY="+key)
	return nil
}

// screenCommand returns the X server: Xvfb, or Xorg where there are several monitors, of which Xvfb has
// one.
func (s *Session) screenCommand() (*exec.Cmd, error) {
	name := "Xvfb"
	if s.Monitors != nil {
		name = "Xorg"
	}
	path, err := exec.LookPath(name)
	if err != nil {
		return nil, fmt.Errorf("no %s is installed: `make test` and `make run` install it", name)
	}
	if s.Monitors == nil {
		return exec.Command(path, "-screen", "0", fmt.Sprintf("%dx%dx24", s.Resolution.X, s.Resolution.Y), "+extension", "GLX", "+render"), nil
	}
	config := filepath.Join(s.Dir, "xorg.conf")
	return exec.Command(path, "-config", config, "-logfile", filepath.Join(s.Dir, "xorg.log"), "-novtswitch", "-sharevts"),
		os.WriteFile(config, dummyMonitors, 0o600)
}

// UseScreen uses an existing screen, such as the user's own.
func (s *Session) UseScreen(display string) error {
	xgb.Logger.SetOutput(io.Discard) // it reports the end of a screen, which is wanted
	conn, err := xgb.NewConnDisplay(display)
	if err != nil {
		return fmt.Errorf("open display %s: %w", display, err)
	}
	root := xproto.Setup(conn).DefaultScreen(conn).Root
	s.Screen = &Screen{Display: display, conn: conn, root: root, env: []string{"DISPLAY=" + display}, closed: make(chan struct{})}
	go s.Screen.drain()
	return nil
}

// drain reads the events that every client receives, such as a changed keyboard. Unread, they
// would fill the connection's queue and block it.
func (s *Screen) drain() {
	defer close(s.closed)
	for {
		if event, err := s.conn.WaitForEvent(); event == nil && err == nil {
			return // it is closed
		}
	}
}

// CanShow reports whether the display exists, and this process may use it.
func CanShow(display string) bool {
	xgb.Logger.SetOutput(io.Discard) // it reports the end of a screen, which is wanted
	conn, err := xgb.NewConnDisplay(display)
	if err != nil {
		return false
	}
	conn.Close()
	return true
}

func (s *Screen) close() {
	s.conn.Close()
	<-s.closed // else the screen could go first, and that would be an error
}

func (s *Session) startBus(env []string) error {
	path, err := exec.LookPath("dbus-daemon")
	if err != nil {
		return errors.New("dbus-daemon is not installed: `make test` and `make run` install it")
	}
	at := "unix:path=" + filepath.Join(s.Dir, "bus")
	cmd := exec.Command(path, "--session", "--nofork", "--address="+at, "--print-address=3")
	tell, told, err := os.Pipe()
	if err != nil {
		return err
	}
	defer tell.Close()
	cmd.ExtraFiles = []*os.File{told}
	daemon, err := s.StartCommand("dbus-daemon", env, cmd)
	_ = told.Close()
	if err != nil {
		return err
	}
	if _, err := bufio.NewReader(tell).ReadString('\n'); err != nil {
		return fmt.Errorf("dbus-daemon did not start:\n%s", daemon.Tail())
	}
	s.Screen.env = append(s.Screen.env, "DBUS_SESSION_BUS_ADDRESS="+at)
	if s.bus, err = dbus.Connect(at); err != nil {
		return err
	}
	return s.openPower()
}

// writeKey writes an X authority file with a new key, valid for every display.
func writeKey(path string) error {
	key := make([]byte, 16)
	rand.Read(key) // never fails
	entry := []byte{0xff, 0xff, 0, 0, 0, 0}
	for _, field := range []string{"MIT-MAGIC-COOKIE-1", string(key)} {
		entry = append(append(entry, 0, byte(len(field))), field...)
	}
	return os.WriteFile(path, entry, 0o600)
}
