package platform

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/godbus/dbus/v5"
)

const (
	notifications = "org.freedesktop.Notifications"
	// A notification daemon that hangs must not hold up the next order's notification.
	callTimeout = 3 * time.Second
)

// system talks to the notification daemon, as in the Desktop Notifications
// Specification 1.2 (https://specifications.freedesktop.org/notification-spec/1.2/).
type system struct {
	conn *dbus.Conn
	id   atomic.Uint32 // of the notification on the screen; 0 is none
	told chan struct{}
}

func (s *system) show(ctx context.Context, n Notice, pressed func()) error {
	if n == (Notice{}) && s.id.Load() == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	if err := s.connect(pressed); err != nil {
		return err
	}
	if n == (Notice{}) {
		return s.call(ctx, "CloseNotification", s.id.Swap(0)).Err
	}
	var id uint32
	var buttons []string
	if n.Action != "" {
		buttons = []string{"confirm", n.Action}
	}
	err := s.call(ctx, "Notify", "jumun", s.id.Load(), "", n.Title, n.Body,
		buttons,
		map[string]dbus.Variant{"urgency": dbus.MakeVariant(byte(2))}, // critical: stays until answered
		int32(0)).Store(&id)
	if err != nil {
		return fmt.Errorf("show a notification: %w", err)
	}
	s.id.Store(id)
	return nil
}

func (s *system) call(ctx context.Context, method string, args ...any) *dbus.Call {
	return s.conn.Object(notifications, "/org/freedesktop/Notifications").
		CallWithContext(ctx, notifications+"."+method, 0, args...)
}

// connect opens a connection of our own to the session bus, if there is none, and
// listens there for the button.
func (s *system) connect(pressed func()) error {
	if s.conn != nil && s.conn.Connected() {
		return nil
	}
	conn, err := dbus.ConnectSessionBus()
	if err != nil {
		return fmt.Errorf("connect to the session bus: %w", err)
	}
	if err := conn.AddMatchSignal(dbus.WithMatchInterface(notifications), dbus.WithMatchMember("ActionInvoked")); err != nil {
		_ = conn.Close()
		return fmt.Errorf("listen on the session bus: %w", err)
	}
	s.close()
	s.conn, s.told = conn, make(chan struct{})
	s.id.Store(0)
	signals := make(chan *dbus.Signal, 8) // full, the bus library drops: a person can press again
	conn.Signal(signals)
	go func() {
		defer close(s.told)
		for signal := range signals { // closed with conn
			// Only one notification of ours is ever there; a foreign ID is not ours.
			if len(signal.Body) == 2 && signal.Body[0] == s.id.Load() {
				pressed()
			}
		}
	}()
	return nil
}

func (s *system) close() {
	if s.conn != nil {
		_ = s.conn.Close()
		<-s.told
	}
}
