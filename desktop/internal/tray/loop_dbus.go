//go:build linux || freebsd || openbsd || netbsd

package tray

import (
	"sync"
	"time"

	"fyne.io/systray"
	"github.com/godbus/dbus/v5"
)

// mnemonic is the character that underlines the next letter in com.canonical.dbusmenu.
const mnemonic = "_"

// loop shows the icon until Quit. Icons are D-Bus objects here, so no thread is special.
func (t *Tray) loop(wait *sync.WaitGroup) {
	t.buildMenu()
	t.listen(wait)
	wait.Go(t.runOnBus)
	<-t.quit
}

// runOnBus keeps the icon on the session bus. The library does not connect again when the bus
// comes late or is restarted.
func (t *Tray) runOnBus() {
	bus := &busSession{}
	t.paint() // before there is a bus: a panel must never see an icon without a picture
	retry := time.NewTimer(0)
	defer retry.Stop()
	for {
		select {
		case <-retry.C:
			if bus = t.connect(bus); bus.conn == nil {
				retry.Reset(t.busRetry)
			}
		case signal, ok := <-bus.signals:
			if !ok {
				bus.signals = nil
				retry.Reset(t.busRetry)
				continue
			}
			bus.registerWithNewPanel(signal)
		case <-t.changed:
			t.paint()
		case <-t.quit:
			bus.close()
			return
		}
	}
}

// A busSession is a connection to the session bus. The zero busSession is none.
type busSession struct {
	conn    *dbus.Conn
	signals chan *dbus.Signal // closed with the connection
	missed  bool              // there was no bus at the last try
}

// connect puts the icon on the session bus, if there is one.
func (t *Tray) connect(before *busSession) *busSession {
	conn, err := sessionBus()
	if err != nil {
		if !before.missed { // once: most likely the next try finds none either
			t.log.Warn("no tray: there is no session bus", "err", err)
		}
		return &busSession{missed: true}
	}
	s := &busSession{conn: conn, signals: make(chan *dbus.Signal, 10)} // when it is full, signals wait in the library
	conn.Signal(s.signals)
	if err := conn.AddMatchSignal(watcherSignals()...); err != nil {
		t.log.Warn("the tray will not notice a panel that starts now", "err", err)
	}
	// Without callbacks, this may be started for every new connection.
	start, _ := systray.RunWithExternalLoop(nil, nil)
	start()
	t.painted = appearance{} // what was painted without a bus may be lost
	t.paint()
	return s
}

// sessionBus returns the connection that the library uses too.
func sessionBus() (*dbus.Conn, error) {
	// First without starting a bus: a bus of our own would have no panel on it.
	probe, err := dbus.SessionBusPrivateNoAutoStartup()
	if err != nil {
		return nil, err
	}
	_ = probe.Close()
	return dbus.SessionBus()
}

func (s *busSession) close() {
	if s.conn != nil {
		_ = s.conn.Close() // removes the icon
	}
}
