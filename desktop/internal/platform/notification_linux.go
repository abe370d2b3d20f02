package platform

import (
	"context"
	"fmt"
	"html"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/godbus/dbus/v5"
)

const (
	notifications = "org.freedesktop.Notifications"
	// A daemon that hangs must not hold up the next order's notification.
	callTimeout = 3 * time.Second
)

// A daemon is the notification daemon of the desktop, as in the Desktop Notifications
// Specification 1.2 (https://specifications.freedesktop.org/notification-spec/1.2/). The
// zero daemon is ready to use.
type daemon struct {
	conn *dbus.Conn
	id   atomic.Uint32 // of the notification on the screen, or 0
	done chan struct{} // closed after the last signal of conn

	markup bool // it takes a body for markup
}

// confirmKey begins the name of the button, which ends in the number of the notification: each new
// one has the ID of the one that it replaces.
const confirmKey = "confirm-"

func (d *daemon) show(ctx context.Context, n Notification, pressed func(int)) error {
	if n == (Notification{}) && d.id.Load() == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	if err := d.connect(ctx, pressed); err != nil {
		return err
	}
	if n == (Notification{}) {
		return d.call(ctx, "CloseNotification", d.id.Swap(0)).Err
	}
	var id uint32
	var buttons []string
	if n.Action != "" {
		buttons = []string{confirmKey + strconv.Itoa(n.N), n.Action}
	}
	if d.markup {
		n.Body = html.EscapeString(n.Body)
	}
	err := d.call(ctx, "Notify", "jumun", d.id.Load(), "", n.Title, n.Body,
		buttons,
		map[string]dbus.Variant{"urgency": dbus.MakeVariant(byte(2))}, // critical: it stays until a person answers it
		int32(0)).Store(&id)
	if err != nil {
		return fmt.Errorf("show a notification: %w", err)
	}
	d.id.Store(id)
	return nil
}

func (d *daemon) call(ctx context.Context, method string, args ...any) *dbus.Call {
	return d.conn.Object(notifications, "/org/freedesktop/Notifications").
		CallWithContext(ctx, notifications+"."+method, 0, args...)
}

// connect connects to the session bus, if there is no connection, and listens for the
// button.
func (d *daemon) connect(ctx context.Context, pressed func(int)) error {
	if d.conn != nil && d.conn.Connected() {
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
	d.close()
	d.conn, d.done = conn, make(chan struct{})
	d.id.Store(0)
	d.markup = d.takesMarkup(ctx)
	signals := make(chan *dbus.Signal, 8) // the library drops signals when it is full: a person can press again
	conn.Signal(signals)
	go func() {
		defer close(d.done)
		for signal := range signals { // until conn is closed
			// We have only one notification. Other IDs belong to other programs.
			if len(signal.Body) == 2 && signal.Body[0] == d.id.Load() {
				press(signal.Body[1], pressed)
			}
		}
	}()
	return nil
}

// press calls pressed if a button is ours. A click beside the button is another action.
func press(button any, pressed func(int)) {
	key, _ := button.(string)
	number, ours := strings.CutPrefix(key, confirmKey)
	if n, err := strconv.Atoi(number); ours && err == nil {
		pressed(n)
	}
}

// takesMarkup reports whether the daemon takes a body for markup: then an order number with "<" would
// empty it.
func (d *daemon) takesMarkup(ctx context.Context) bool {
	var can []string
	err := d.call(ctx, "GetCapabilities").Store(&can)
	return err == nil && slices.Contains(can, "body-markup")
}

func (d *daemon) close() {
	if d.conn != nil {
		_ = d.conn.Close()
		<-d.done
	}
}
