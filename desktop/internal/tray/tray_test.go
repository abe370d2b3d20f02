//go:build linux

package tray

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/godbus/dbus/v5"

	"jumun/desktop/internal/ipc"
)

func TestThePanelShowsTheIconOfTheState(t *testing.T) {
	b := startBus(t, busAddress(t))
	p := startPanel(t, b)
	app := startApp(t, b.address)
	p.await()
	p.shows(ipc.Connecting) // until somebody knows more
	app.show(View{Icon: ipc.Connected, Status: "연결됨"})
	p.shows(ipc.Connected)
	app.show(View{Icon: ipc.Lost, Status: "연결 끊김", Waiting: 3})
	p.shows(ipc.Lost)
	p.eventually("the tooltip", func() bool { return p.tip() == "jumun: 연결 끊김 · 주문 3건 대기" })
	p.eventually("the menu", func() bool { return p.menu()[0].label == "연결 끊김 · 주문 3건 대기" })
	app.show(View{Icon: "from a newer version", Status: "?"})
	p.eventually("the tooltip", func() bool { return p.tip() == "jumun: ?" })
	p.shows(ipc.Lost)
	var title, id string
	p.property("Title", &title)
	p.property("Id", &id)
	if title != "jumun" || id != "jumun" {
		t.Errorf("title %q, id %q", title, id)
	}
	app.quits()
}

func TestEachMenuItemCallsItsAction(t *testing.T) {
	b := startBus(t, busAddress(t))
	p := startPanel(t, b)
	app := startApp(t, b.address)
	p.await()
	app.show(View{Icon: ipc.Connected, Status: "연결됨 · 매장 a_b"})
	p.eventually("the line", func() bool { return p.menu()[0].label == "연결됨 · 매장 a__b" })
	p.reads("-", "주문 내역", "소리 잠시 끄기", "테스트 알림", "설정…", "정보", "-", "종료")
	for i, r := range p.menu() {
		if r.enabled != (i > 0) {
			t.Errorf("%q enabled: %v", r.label, r.enabled)
		}
	}
	for label, does := range map[string]string{
		"주문 내역": "history", "10분": "pause 10m0s", "30분": "pause 30m0s", "60분": "pause 1h0m0s",
		"테스트 알림": "test", "설정…": "settings", "정보": "about", "종료": "quit",
	} {
		p.click(label)
		app.want(does)
	}
	app.quits()
}

func TestAPanelThatComesLateOrAgainShowsTheIcon(t *testing.T) {
	b := startBus(t, busAddress(t))
	app := startApp(t, b.address)
	app.want("painting connecting 0")
	app.show(View{Icon: ipc.Connected, Status: "연결됨"})
	for range 3 {
		p := startPanel(t, b)
		p.await()
		p.shows(ipc.Connected)
		p.click("설정…")
		app.want("settings")
		p.close()
	}
	app.quits()
}

func TestTheIconRegistersWithAPanelThatComesAndNotWithOneThatGoes(t *testing.T) {
	b := startBus(t, busAddress(t))
	p := startPanel(t, b)
	conn, err := dbus.Connect(b.address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	us := &busSession{conn: conn}
	for _, s := range []struct {
		name string
		body []any
	}{
		{"org.freedesktop.DBus.NameOwnerChanged", []any{watcher, ":1.1", ""}},     // went
		{"org.freedesktop.DBus.NameOwnerChanged", []any{"org.other", "", ":1.1"}}, // another
		{"org.freedesktop.DBus.NameOwnerChanged", []any{watcher}},                 // malformed
		{"org.freedesktop.DBus.NameOwnerChanged", []any{1, 2, 3}},                 // malformed
		{"org.freedesktop.DBus.NameAcquired", []any{watcher, "", ":1.1"}},         // another signal
		{"org.freedesktop.DBus.NameOwnerChanged", []any{watcher, ":1.1", ":1.2"}}, // came
	} {
		us.registerWithNewPanel(&dbus.Signal{Name: s.name, Body: s.body})
	}
	p.await()
	// The bus keeps the order of messages: an earlier registration would have arrived by now.
	if err := conn.BusObject().Call("org.freedesktop.DBus.GetId", 0).Err; err != nil || len(p.added) != 0 {
		t.Errorf("%d more registrations, %v", len(p.added), err)
	}
}

func TestWithoutABusTheAppLivesAndShowsItselfLater(t *testing.T) {
	address := busAddress(t)
	app := startApp(t, address)
	app.want("painting connecting 0")
	for _, state := range []string{ipc.IconWaiting, ipc.Lost, ipc.IconAttention} { // whatever happened while it was away
		app.show(View{Icon: state, Status: state})
		b := startBus(t, address)
		p := startPanel(t, b)
		p.await()
		p.shows(state)
		app.show(View{Icon: ipc.Connected, Status: "연결됨"})
		p.shows(ipc.Connected)
		b.kill()
		for range 20 { // while the connection dies
			app.show(View{Icon: ipc.Lost, Status: "연결 끊김"})
			app.show(View{Icon: ipc.Connected, Status: "연결됨"})
		}
	}
	app.quits()
}

func TestWithoutABusTheAppQuits(t *testing.T) {
	for name, address := range map[string]string{"none is there": busAddress(t), "none is known": "", "nonsense": "unix:nonsense"} {
		t.Run(name, func(t *testing.T) {
			app := startApp(t, address)
			app.show(View{Icon: ipc.Connected, Status: "연결됨"})
			app.quits()
		})
	}
}

func TestABusThatHangsHoldsUpNobody(t *testing.T) {
	b := startBus(t, busAddress(t))
	p := startPanel(t, b)
	app := startApp(t, b.address)
	p.await()
	if err := b.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	if err := app.in.Send(View{Icon: huge, Status: "연결 끊김"}); err != nil {
		t.Fatal(err)
	}
	app.want("painting huge 0")
	for range 100 {
		app.show(View{Icon: ipc.Lost, Status: "연결 끊김"})
		app.show(View{Icon: ipc.Connected, Status: "연결됨"})
	}
	app.quits()
}

func TestWithoutABusNoneIsStarted(t *testing.T) {
	dir := t.TempDir()
	started := filepath.Join(dir, "started")
	if err := os.WriteFile(filepath.Join(dir, "dbus-launch"), []byte("#!/bin/sh\n: > "+started+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir)
	app := startApp(t, "")
	app.want(`msg="no tray: there is no session bus"`)
	app.quits()
	if _, err := os.Stat(started); err == nil {
		t.Error("a bus was started")
	}
}

func TestQuitBeforeRunEndsRun(t *testing.T) {
	app := startApp(t, busAddress(t))
	app.quits()
}
