//go:build linux

package harness

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/godbus/dbus/v5"
)

const (
	notifications     = "org.freedesktop.Notifications"
	notificationsPath = "/org/freedesktop/Notifications"
)

// A Notification is a notification that a program has sent to the desktop.
type Notification struct {
	Title, Body string
	Actions     []string // the labels of its buttons
	Replaces    uint32   // the notification that it replaces; 0: none
	PID         int      // of the program
}

// A NotificationDaemon replaces the desktop's notification daemon: it records notifications,
// and presses their buttons. It is safe for concurrent use.
type NotificationDaemon struct {
	session *Session
	mu      sync.Mutex
	last    uint32
	shown   map[uint32]notice
	told    []Notification
}

type notice struct {
	Notification
	keys []string // of the actions
}

// ReplaceNotificationDaemon ends the desktop's own notification daemon, and takes its place until
// the session is closed.
func (s *Session) ReplaceNotificationDaemon(ctx context.Context) (*NotificationDaemon, error) {
	for _, p := range s.processes {
		if p.Name == "dunst" {
			if err := p.Stop(); err != nil {
				return nil, err
			}
		}
	}
	n := &NotificationDaemon{session: s, shown: map[uint32]notice{}}
	if err := s.bus.Export(daemon{n}, notificationsPath, notifications); err != nil {
		return nil, err
	}
	return n, Until(ctx, "the notifications to be ours", func() error {
		answer, err := s.bus.RequestName(notifications, dbus.NameFlagDoNotQueue)
		if answer != dbus.RequestNameReplyPrimaryOwner && answer != dbus.RequestNameReplyAlreadyOwner {
			return fmt.Errorf("another has them: %w", err)
		}
		return err
	})
}

// Received returns all notifications so far, the oldest first.
func (n *NotificationDaemon) Received() []Notification {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.Clone(n.told)
}

// Shown returns the notifications that are visible now, the oldest first.
func (n *NotificationDaemon) Shown() (shown []Notification) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for id := range n.last + 1 {
		if one, ok := n.shown[id]; ok {
			shown = append(shown, one.Notification)
		}
	}
	return shown
}

// Press presses the button with that label, on any notification that has it.
func (n *NotificationDaemon) Press(button string) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	for id, one := range n.shown {
		if i := slices.Index(one.Actions, button); i >= 0 {
			return n.session.bus.Emit(notificationsPath, notifications+".ActionInvoked", id, one.keys[i])
		}
	}
	return fmt.Errorf("no notice has a button %q", button)
}

// daemon has the methods that programs call over D-Bus (Desktop Notifications Specification 1.2,
// https://specifications.freedesktop.org/notification-spec/1.2/).
type daemon struct{ n *NotificationDaemon }

func (d daemon) Notify(from dbus.Sender, _ string, replaces uint32, _, title, body string, actions []string, _ map[string]dbus.Variant, _ int32) (uint32, *dbus.Error) {
	one := notice{Notification: Notification{Title: title, Body: body, Replaces: replaces}}
	for pair := range slices.Chunk(actions, 2) {
		if len(pair) == 2 {
			one.keys, one.Actions = append(one.keys, pair[0]), append(one.Actions, pair[1])
		}
	}
	var pid uint32
	_ = d.n.session.bus.BusObject().Call("org.freedesktop.DBus.GetConnectionUnixProcessID", 0, string(from)).Store(&pid) // it may be gone already
	one.PID = int(pid)
	return d.n.show(one), nil
}

func (n *NotificationDaemon) show(one notice) uint32 {
	n.mu.Lock()
	defer n.mu.Unlock()
	id := one.Replaces
	if id == 0 {
		n.last++
		id = n.last
	}
	n.shown[id], n.told = one, append(n.told, one.Notification)
	return id
}

func (d daemon) CloseNotification(id uint32) *dbus.Error {
	d.n.mu.Lock()
	defer d.n.mu.Unlock()
	delete(d.n.shown, id)
	return nil
}

func (d daemon) GetCapabilities() ([]string, *dbus.Error) { return []string{"actions", "body"}, nil }

func (d daemon) GetServerInformation() (name, vendor, version, spec string, _ *dbus.Error) {
	return "harness", "jumun", "1", "1.2", nil
}
