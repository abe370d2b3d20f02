//go:build linux || freebsd || openbsd || netbsd

package tray

import (
	"sync"
	"time"

	"fyne.io/systray"
	"github.com/godbus/dbus/v5"
)

// mnemonic is the mark of com.canonical.dbusmenu for the next letter.
const mnemonic = "_"

// loop shows the icon until Quit. Where icons are D-Bus objects, no thread is special.
func (t *Tray) loop(wait *sync.WaitGroup, ready func()) {
	t.buildMenu()
	wait.Go(ready)
	t.listen(wait)
	wait.Go(t.runOnBus)
	<-t.quit
}

// stayOnBus keeps the icon on the session bus. The library does not come back when the
// bus was late or was restarted.
func (t *Tray) runOnBus() {
	on := &busSession{}
	t.paint() // before there is a bus: a panel must never see an icon without picture
	look := time.NewTimer(0)
	defer look.Stop()
	for {
		select {
		case <-look.C:
			if on = t.connect(on); on.conn == nil {
				look.Reset(t.busRetry)
			}
		case signal, ok := <-on.signals:
			if !ok {
				on.signals = nil
				look.Reset(t.busRetry)
				continue
			}
			on.registerWith(signal)
		case <-t.changed:
			t.paint()
		case <-t.quit:
			on.close()
			return
		}
	}
}

// A session is a connection to the session bus; the zero session is none.
type busSession struct {
	conn    *dbus.Conn
	signals chan *dbus.Signal // closed with the connection
	missed  bool              // there was none when we looked last
}

// connect puts the icon on the session bus, if there is one.
func (t *Tray) connect(before *busSession) *busSession {
	conn, err := sessionBus()
	if err != nil {
		if !before.missed { // once: the next look will most likely find none either
			t.Log.Warn("no tray: there is no session bus", "err", err)
		}
		return &busSession{missed: true}
	}
	s := &busSession{conn: conn, signals: make(chan *dbus.Signal, 10)} // what does not fit waits in the library
	conn.Signal(s.signals)
	if err := conn.AddMatchSignal(watcherSignals()...); err != nil {
		t.Log.Warn("the tray will miss a panel that starts now", "err", err)
	}
	// Without callbacks, this may be started for every new connection.
	start, _ := systray.RunWithExternalLoop(nil, nil)
	start()
	t.painted = appearance{} // what was painted meanwhile may have been lost
	t.paint()
	return s
}

// sessionBus is the connection that the library will use too.
func sessionBus() (*dbus.Conn, error) {
	// First without starting a bus: one of our own would have no panel on it.
	probe, err := dbus.SessionBusPrivateNoAutoStartup()
	if err != nil {
		return nil, err
	}
	_ = probe.Close()
	return dbus.SessionBus()
}

func (s *busSession) close() {
	if s.conn != nil {
		_ = s.conn.Close() // takes the icon away
	}
}
