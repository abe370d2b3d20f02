//go:build linux

package e2e

import (
	"fmt"
	"slices"
	"strings"
	"syscall"
	"testing"

	"jumun/desktop/e2e/harness"
	"jumun/desktop/internal/ipc"
)

func TestAWindowProcessThatHangsIsToldAndReplaced(t *testing.T) {
	s := openShop(t)
	notices, err := s.desktop.ReplaceNotificationDaemon(s.ctx)
	s.must(err)
	p := s.connected("42")
	s.publish("42", "8101")
	hung := p.rings("8101").UI.PID
	s.must(syscall.Kill(hung, syscall.SIGSTOP))
	s.publish("42", "8102")
	p.until("it to be told", func(s ipc.Status) bool { return waits("8102")(s) && s.UI.State == ipc.ChildFailed })
	s.until("the notification", func() error { return notified(notices, "8102") })
	p.until("another window process", func(s ipc.Status) bool { return s.UI.State == ipc.ChildRunning && s.UI.PID != hung })
	s.read(p.popup(), bold, "8102", numberSize)
	s.until("the one that hung to be gone", func() error { return ended(hung) })
	p.confirm("8101", "8102")
}

func TestASoundProcessThatHangsIsReplaced(t *testing.T) {
	s := openShop(t)
	p := s.connected("42")
	s.publish("42", "8201")
	before := p.rings("8201")
	s.must(syscall.Kill(before.Player.PID, syscall.SIGSTOP))
	p.until("it to ring again", func(s ipc.Status) bool {
		return s.Player.State == ipc.ChildRunning && s.Player.PID != before.Player.PID && s.Player.Count > before.Player.Count
	})
	s.until("the one that hung to be gone", func() error { return ended(before.Player.PID) })
	p.confirm("8201")
}

// notified returns an error unless a notification that is about the order was sent.
func notified(notices *harness.NotificationDaemon, number string) error {
	all := notices.Received()
	if slices.ContainsFunc(all, func(n harness.Notification) bool { return strings.Contains(n.Body, number) }) {
		return nil
	}
	return fmt.Errorf("received: %+v", all)
}
