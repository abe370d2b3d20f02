//go:build linux

package tray

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"jumun/desktop/internal/i18n"
	"jumun/desktop/internal/ipc"
	"jumun/shared/order"
)

// orders returns n orders, numbered from first on.
func orders(first, n int) (cards []ipc.Card) {
	for i := range n {
		number := order.OrderID(fmt.Sprint(first + i))
		cards = append(cards, ipc.Card{Key: ipc.Key{Mart: "42", Order: number}})
	}
	return cards
}

// below are the labels of the menu's lower part, which is always shown.
var below = []string{"-", "주문 내역", "소리 잠시 끄기", "테스트 알림", "설정…", "정보", "-", "종료"}

// does clicks until the child prints said: an order's item ignores clicks at first, and a panel's
// menu may miss one on a busy machine.
func (c *child) does(click func(), said string) {
	c.t.Helper()
	for !c.says(said, click) {
		if c.t.Context().Err() != nil {
			c.t.Fatalf("never %q", said)
		}
	}
}

// says clicks once and reports whether the child prints line within a while.
func (c *child) says(line string, click func()) bool {
	click()
	patience := time.After(2 * clickDelay)
	for {
		select {
		case got := <-c.lines:
			if got == line {
				return true
			}
		case <-patience:
			return false
		}
	}
}

func TestOneClickConfirmsAnOrder(t *testing.T) {
	b := startBus(t, busAddress(t))
	p := startPanel(t, b)
	app := startApp(t, b.address)
	p.await()
	cards := orders(1001, 2)
	cards[1].Amount = "12,000원"
	app.show(View{Icon: ipc.IconWaiting, Status: "기다리는 주문 2건", Waiting: 2, Orders: cards})
	p.reads(append([]string{"✓ 1001 확인", "✓ 1002 · 12,000원 확인"}, below...)...)
	app.does(func() { p.click("✓ 1002 · 12,000원 확인") }, "confirm 42 1002")
	app.show(View{Icon: ipc.IconWaiting, Status: "기다리는 주문 1건", Waiting: 1, Orders: cards[:1]})
	p.reads(append([]string{"✓ 1001 확인"}, below...)...)
	app.show(View{Icon: ipc.Connected, Status: "연결됨"})
	p.reads(below...)
	app.quits()
}

func TestMoreOrdersThanTheMenuHasRoomForLeadToTheHistory(t *testing.T) {
	b := startBus(t, busAddress(t))
	p := startPanel(t, b)
	app := startApp(t, b.address)
	p.await()
	for _, tt := range []struct {
		waiting int
		last    string
	}{{10, "✓ 1010 확인"}, {11, "외 1건"}, {500, "외 490건"}, {9, "✓ 1009 확인"}} {
		app.show(View{Icon: ipc.IconWaiting, Status: "기다리는 주문", Orders: orders(1001, tt.waiting)})
		p.eventually(tt.last, func() bool {
			labels := p.labels()
			return labels[len(labels)-len(below)-1] == tt.last
		})
	}
	app.show(View{Icon: ipc.IconWaiting, Status: "기다리는 주문", Orders: orders(1001, 12)})
	p.eventually("more", func() bool { return strings.Contains(fmt.Sprint(p.labels()), "외 2건") })
	p.click("외 2건")
	app.want("history")
	app.quits()
}

func TestTheMenuShowsWhenAPauseEndsAndEndsItWithOneClick(t *testing.T) {
	b := startBus(t, busAddress(t))
	p := startPanel(t, b)
	app := startApp(t, b.address)
	p.await()
	until := time.Date(2026, 7, 27, 12, 34, 0, 0, time.Local)
	app.show(View{Icon: ipc.Connected, Status: "연결됨", Paused: until})
	const resume = "소리 다시 켜기 (12:34까지 꺼짐)"
	p.reads("-", "주문 내역", resume, "테스트 알림", "설정…", "정보", "-", "종료")
	p.click(resume)
	app.want("pause 0s")
	app.show(View{Icon: ipc.Connected, Status: "연결됨"})
	p.reads(below...)
	app.quits()
}

func TestTheLanguageChangesWhileTheTrayIsShown(t *testing.T) {
	b := startBus(t, busAddress(t))
	p := startPanel(t, b)
	app := startApp(t, b.address)
	p.await()
	app.show(View{Icon: ipc.Lost, Status: "…", Orders: orders(1001, 1)})
	p.reads(append([]string{"✓ 1001 확인"}, below...)...)
	if _, err := fmt.Fprintln(app.stdin, english); err != nil {
		t.Fatal(err)
	}
	p.reads("✓ Confirm 1001", "-", "Order history", "Pause sounds", "Test alarm", "Settings…", "About", "-", "Quit")
	p.eventually("the tooltip", func() bool { return p.tip() == "jumun: … · 1 waiting" })
	p.click("60 minutes")
	app.want("pause 1h0m0s")
	app.quits()
}

func TestAPublishersTextIsOneLineOfTheMenu(t *testing.T) {
	w, err := i18n.New("ko")
	if err != nil {
		t.Fatal(err)
	}
	c := ipc.Card{Key: ipc.Key{Order: "A_1\n"}, Amount: strings.Repeat("9", 500)}
	label := orderLabel(w, c)
	if !strings.HasPrefix(label, "✓ A__1 · 999") || !strings.HasSuffix(label, "9… 확인") || len([]rune(label)) > maxOrderLabel+10 {
		t.Errorf("%q", label)
	}
}
