package platform

import (
	"bufio"
	"context"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"github.com/godbus/dbus/v5"
)

// startBus starts a session bus for one test.
func startBus(t *testing.T) *dbus.Conn {
	t.Helper()
	cmd := exec.Command("dbus-daemon", "--session", "--nofork", "--print-address")
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatalf("dbus-daemon is needed; make test installs it: %v", err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	address, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", strings.TrimSpace(address))
	conn, err := dbus.Connect(strings.TrimSpace(address))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

// A fakeDaemon stands in for the notification daemon of the desktop and records all calls.
type fakeDaemon struct{ calls chan call }

type call struct {
	replaces     uint32
	title, body  string
	actions      []string
	closed       uint32
	expireMillis int32
}

func (d fakeDaemon) Notify(_ string, replaces uint32, _, title, body string, actions []string, _ map[string]dbus.Variant, expire int32) (uint32, *dbus.Error) {
	d.calls <- call{replaces: replaces, title: title, body: body, actions: actions, expireMillis: expire}
	return 7, nil
}

func (d fakeDaemon) GetCapabilities() ([]string, *dbus.Error) {
	return []string{"actions", "body", "body-markup"}, nil
}

func (d fakeDaemon) CloseNotification(id uint32) *dbus.Error {
	d.calls <- call{closed: id}
	return nil
}

func startDaemon(t *testing.T, conn *dbus.Conn) fakeDaemon {
	t.Helper()
	d := fakeDaemon{calls: make(chan call, 8)}
	if err := conn.Export(d, "/org/freedesktop/Notifications", notifications); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.RequestName(notifications, dbus.NameFlagDoNotQueue); err != nil {
		t.Fatal(err)
	}
	return d
}

func TestANotificationIsReplacedPressedAndRemoved(t *testing.T) {
	conn := startBus(t)
	d := startDaemon(t, conn)
	pressed := make(chan int, 8)
	n := NewNotifier(func(n int) { pressed <- n })
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan bool)
	go func() {
		defer close(ended)
		n.Run(ctx, func(err error) { t.Error(err) })
	}()

	n.Show(Notification{Title: "주문 1건", Body: "<1001> & 1", Action: "확인", N: 1})
	first := <-d.calls
	if first.replaces != 0 || first.title != "주문 1건" || first.body != "&lt;1001&gt; &amp; 1" || first.expireMillis != 0 {
		t.Errorf("first: %+v", first)
	}
	if len(first.actions) != 2 || first.actions[1] != "확인" {
		t.Errorf("actions: %q", first.actions)
	}
	n.Show(Notification{Title: "주문 2건", Body: "1001, 1002", Action: "확인", N: 2})
	second := <-d.calls
	if second.replaces != 7 || second.title != "주문 2건" {
		t.Errorf("second: %+v", second)
	}
	press := func(id uint32, button string) {
		if err := conn.Emit("/org/freedesktop/Notifications", notifications+".ActionInvoked", id, button); err != nil {
			t.Fatal(err)
		}
	}
	press(8, second.actions[0]) // another program's
	press(7, "default")         // a click beside the button
	press(7, first.actions[0])  // the person saw the first
	press(7, second.actions[0])
	if one, two := <-pressed, <-pressed; one != 1 || two != 2 {
		t.Errorf("the buttons of %d and %d were pressed", one, two)
	}
	n.Show(Notification{})
	if last := <-d.calls; last.closed != 7 {
		t.Errorf("closed: %+v", last)
	}
	stop()
	<-ended
	if len(pressed) != 0 {
		t.Error("another program's button was taken for ours")
	}
}

func TestWithoutADaemonTheErrorIsReportedAndTheNextIsTried(t *testing.T) {
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus")
	n := NewNotifier(func(int) {})
	ctx, stop := context.WithCancel(t.Context())
	failures, ended := make(chan error), make(chan bool)
	go func() {
		defer close(ended)
		n.Run(ctx, func(err error) { failures <- err })
	}()
	for range 2 {
		n.Show(Notification{Title: "주문 1건"})
		if err := <-failures; err == nil {
			t.Error("no error")
		}
	}
	stop()
	<-ended
}
