package platform

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/godbus/dbus/v5"

	"jumun/desktop/e2e/harness"
)

// The real daemon is dunst, which many desktops use.
func TestARealDaemonShowsOneNotificationWithItsButton(t *testing.T) {
	if testing.Short() {
		t.Skip("opens a screen")
	}
	s, err := harness.New()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := s.OpenScreen(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path="+filepath.Join(s.Dir, "bus"))
	conn, err := dbus.ConnectSessionBus()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	dunst := conn.Object(notifications, "/org/freedesktop/Notifications")
	waitForShown := func(want uint32) {
		t.Helper()
		err := harness.Until(t.Context(), fmt.Sprint(want, " notifications"), func() error {
			n, err := dunst.GetProperty("org.dunstproject.cmd0.displayedLength")
			if err == nil && n.Value() != want {
				err = fmt.Errorf("there are %v", n)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}

	pressed := make(chan bool, 10)
	n := NewNotifier(func(int) { pressed <- true })
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan bool)
	go func() {
		defer close(ended)
		n.Run(ctx, func(err error) { t.Error(err) })
	}()
	n.Show(Notification{Title: "주문 1건", Body: "1001", Action: "확인"})
	waitForShown(1)
	n.Show(Notification{Title: "주문 2건", Body: "1001, 1002", Action: "확인"})
	n.Show(Notification{Title: "주문 3건", Body: "1001, 1002, 1003", Action: "확인"})
	press := func() error {
		if call := dunst.Call("org.dunstproject.cmd0.NotificationAction", 0, uint32(0)); call.Err != nil {
			return call.Err
		}
		if len(pressed) == 0 {
			return errors.New("the button had no effect")
		}
		return nil
	}
	if err := harness.Until(t.Context(), "the button", press); err != nil {
		t.Fatal(err)
	}
	n.Show(Notification{Title: "주문 1건", Body: "1004", Action: "확인"})
	waitForShown(1)
	n.Show(Notification{})
	waitForShown(0)
	n.Show(Notification{Title: "주문 1건", Body: "1005", Action: "확인"})
	waitForShown(1)
	stop()
	<-ended
	waitForShown(0)
}
