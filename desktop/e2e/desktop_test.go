//go:build linux

package e2e

import (
	"fmt"
	"image"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"jumun/assets/icons"
	"jumun/desktop/e2e/harness"
	"jumun/desktop/e2e/harness/screen"
	"jumun/desktop/e2e/harness/sound"
	"jumun/desktop/internal/i18n"
	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/settings"
)

// sell publishes an order with all details that a publisher may give.
func (s *shop) sell(mart, number, summary, amount string) {
	s.t.Helper()
	out, err := s.redis.CLI(s.ctx, "XADD", "jumun:orders", "*", "martId", mart, "orderId", number, "summary", summary, "amount", amount)
	s.must(err)
	if strings.Contains(out, "ERR") {
		s.t.Fatal(out)
	}
}

// with returns a connected PC of mart 42 with changed settings.
func (s *shop) with(change func(*settings.Settings)) *pc {
	s.t.Helper()
	p := s.newPC()
	s.must(p.Pair(s.ctx, s.server, "42"))
	p.change(change)
	p.open()
	p.until("connected", func(s ipc.Status) bool { return s.State == ipc.Connected })
	return p
}

func TestFiveOrdersAreConfirmedAtOnce(t *testing.T) {
	s := openShop(t)
	p := s.connected("42")
	for n := range 5 {
		s.sell("42", fmt.Sprint(4101+n), "아메리카노 2, 카페라떼 1", fmt.Sprintf("%d,500원", 12+n))
	}
	p.rings("4105")
	popup := p.popup()
	s.read(popup, bold, "16,500원", amountSize)
	s.screenshot("five")
	button := s.read(popup, bold, s.translator.Text("window.all"), allSize).Centre()
	s.until("all to be confirmed", func() error {
		s.click(button) // the first click asks, and after a moment the second one confirms
		got, err := p.Status(s.ctx)
		if err == nil && got.Orders > 0 {
			err = fmt.Errorf("%d wait", got.Orders)
		}
		return err
	})
	p.quiet()
	s.closes(popup)
}

func TestALossIsOnTheScreenUntilTheConnectionIsBack(t *testing.T) {
	s := openShop(t)
	p := s.with(func(s *settings.Settings) { s.Patience = 5 })
	s.server.Kill()
	p.until("the loss to be told", func(s ipc.Status) bool { return s.State == ipc.Lost && s.Player.Count > 0 })
	banner := p.popup()
	s.read(banner, bold, s.translator.Text("banner.lost"), bannerSize)
	s.screenshot("lost")
	s.must(s.server.Open(s.ctx))
	p.until("connected again", func(s ipc.Status) bool { return s.State == ipc.Connected })
	s.closes(banner)
	p.until("the return to be heard", func(s ipc.Status) bool { return s.Player.Count > 1 && s.Player.State == ipc.ChildIdle })
	plays := p.plays()
	if sound.Count(plays, "lost") != 1 || sound.Count(plays, "back") != 1 || len(plays) != 2 {
		t.Errorf("heard %+v, want the loss and the return", plays)
	}
}

func TestOutsideBusinessHoursAnOrderWaitsInTheTray(t *testing.T) {
	s := openShop(t)
	p := s.with(func(s *settings.Settings) {
		now := time.Now().UTC() // the PCs have no time zone
		s.Hours = settings.Hours{Open: now.Add(2 * time.Hour).Format("15:04"), Close: now.Add(3 * time.Hour).Format("15:04"), Outside: settings.OutsideSilent}
	})
	s.publish("42", "4201")
	got := p.until("it to wait", waits("4201"))
	if !got.Closed || got.UI.PID != 0 {
		t.Errorf("%+v", got)
	}
	p.tray(icons.Waiting, s.translator.Text("agent.waiting", "N", 1))
	p.confirm("4201")
	if plays := p.plays(); len(plays) != 0 {
		t.Errorf("heard %+v", plays)
	}
}

func TestAPausedAlarmShowsTheOrderAndHowLongItIsSilent(t *testing.T) {
	s := openShop(t)
	p := s.connected("42")
	s.choose(p, "tray.minutes", "N", 10)
	paused := p.until("paused", func(s ipc.Status) bool { return time.Until(s.Paused) > 9*time.Minute })
	s.publish("42", "4301")
	p.until("it to be shown", func(s ipc.Status) bool { return waits("4301")(s) && s.UI.Count > 0 })
	s.read(p.popup(), bold, s.translator.Text("banner.paused"), bannerSize)
	s.screenshot("paused")
	if plays := p.plays(); len(plays) != 0 {
		t.Errorf("heard %+v", plays)
	}
	s.choose(p, "tray.resume", "Until", paused.Paused.UTC().Format("15:04")) // the PCs have no time zone
	p.rings("4301")
	p.confirm("4301")
}

func TestOrdersThatWereMissedWhileAwayRingAsOne(t *testing.T) {
	s := openShop(t)
	p := s.connected("42")
	p.until("an answer", func(ipc.Status) bool { return true })
	s.must(p.Agent.Stop())
	for n := range 3 {
		s.sell("42", fmt.Sprint(4401+n), "", "")
	}
	p.open()
	p.rings("4403")
	p.confirm("4401", "4402", "4403")
	if plays := p.plays(); sound.Count(plays, "order") == 0 || sound.Count(plays, "order") != len(plays) {
		t.Errorf("heard %+v, want one alarm", plays)
	}
}

func TestAPCThatSleptIsConnectedSoonAfterItWakes(t *testing.T) {
	s := openShop(t)
	p := s.connected("42")
	pid := p.until("an answer", func(ipc.Status) bool { return true }).PID
	s.must(syscall.Kill(pid, syscall.SIGSTOP))
	s.sell("42", "4501", "", "") // read by the next server, if not by this one
	s.server.Kill()
	s.must(s.server.Open(s.ctx))
	s.must(syscall.Kill(pid, syscall.SIGCONT))
	woke := time.Now()
	p.until("connected", func(s ipc.Status) bool { return s.State == ipc.Connected })
	t.Logf("connected %v after it woke", time.Since(woke).Round(time.Millisecond))
	p.rings("4501")
	p.confirm("4501")
}

func TestAnAgentThatIsKilledIsBackAndTheOrderRingsOn(t *testing.T) {
	s := openShop(t)
	p := s.connected("42")
	s.publish("42", "4601")
	before := p.rings("4601")
	s.kill(before.PID)
	for _, child := range []int{before.Player.PID, before.UI.PID} {
		s.until("the children of the dead to end", func() error { return ended(child) })
	}
	p.until("another agent", func(s ipc.Status) bool { return s.PID != before.PID && s.State == ipc.Connected })
	p.rings("4601")
	s.read(p.popup(), bold, "4601", numberSize)
	p.confirm("4601")
	reports, err := os.ReadDir(p.LogDir())
	s.must(err)
	found := false
	for _, r := range reports {
		found = found || strings.HasPrefix(r.Name(), "crash-")
	}
	if !found {
		t.Errorf("no report of the crash: %v", reports)
	}
}

func TestInEnglishEverythingIsEnglish(t *testing.T) {
	s := openShop(t)
	p := s.with(func(s *settings.Settings) { s.Language = "en" })
	var err error
	s.translator, err = i18n.New("en")
	s.must(err)
	s.publish("42", "4701")
	p.rings("4701")
	s.read(p.popup(), bold, s.translator.Text("window.card.order"), titleSize)
	p.tray(icons.Waiting, s.translator.Text("agent.waiting", "N", 1))
	s.screenshot("english")
	p.confirm("4701")
}

func TestATestAlarmReportsEveryStep(t *testing.T) {
	s := openShop(t)
	p := s.connected("42")
	out, err := p.Do(s.ctx, "test")
	s.must(err)
	if n := strings.Count(string(out), "✓"); n != 6 {
		t.Errorf("it printed %s", out)
	}
	p.until("the test to end", func(s ipc.Status) bool { return s.Player.State == ipc.ChildIdle })
	s.must(p.Unplug())
	if out, err = p.Do(s.ctx, "test"); err == nil || strings.Count(string(out), "✗") != 1 {
		t.Errorf("without a speaker: %v, %s", err, out)
	}
}

func TestTheSettingsAreBehindThePIN(t *testing.T) {
	s := openShop(t)
	p := s.with(func(s *settings.Settings) { s.PIN, _ = settings.HashPIN("2580") })
	s.choose(p, "tray.settings")
	w := p.window(s.translator.Text("window.settings.title"))
	ok := s.read(w, bold, s.translator.Text("window.pin.ok"), formSize)
	s.must(s.desktop.Screen.Type(s.ctx, "2580"))
	s.screenshot("pin")
	s.click(ok.Centre())
	p.form()
	if _, err := p.Do(s.ctx, "quit"); err == nil {
		t.Error("it ended without the PIN")
	}
}

func TestTheHistoryFindsAnOrder(t *testing.T) {
	s := openShop(t)
	p := s.connected("42")
	s.sell("42", "4801", "떡볶이 1", "9,000원")
	p.rings("4801")
	p.confirm("4801")
	s.sell("42", "4802", "순대 2", "8,000원")
	p.rings("4802")
	s.choose(p, "tray.history")
	w := p.window(s.translator.Text("window.history.title"))
	rows := w
	rows.Bounds.Max.Y -= w.Bounds.Dy() / 2 // the number stands on the popup too
	row := s.read(rows, regular, "4801", formSize).Centre()
	s.screenshot("history")
	s.clickUntilRead(row, w, s.translator.Text("window.history.back"))
	s.read(w, regular, "떡볶이 1", formSize)
	s.screenshot("history-details")
	undo := s.read(w, bold, s.translator.Text("window.history.undo"), historyButtonSize).Centre()
	s.clickUntilRead(undo, w, s.translator.Text("window.history.confirm"))
	p.until("both to ring", func(s ipc.Status) bool { return len(s.Waiting) == 2 })
	p.confirm("4801", "4802")
}

// clickUntilRead clicks, slowly enough that it is no burst, until a button of the history says text:
// what has just come has to settle first.
func (s *shop) clickUntilRead(at image.Point, w harness.Window, text string) {
	s.t.Helper()
	var clicked time.Time
	s.until(fmt.Sprintf("%q to be read", text), func() error {
		if time.Since(clicked) > time.Second {
			s.click(at)
			clicked = time.Now()
		}
		found, err := s.find(w, bold, text, historyButtonSize)
		if err == nil && found.Likeness < screen.Threshold {
			err = fmt.Errorf("the nearest is alike by %.2f", found.Likeness)
		}
		return err
	})
}

func TestWithoutOpenGLTheNotificationConfirms(t *testing.T) {
	s := openShop(t)
	notices, err := s.desktop.ReplaceNotificationDaemon(s.ctx)
	s.must(err)
	p := s.newPC()
	p.RemoveOpenGL()
	s.must(p.Pair(s.ctx, s.server, "42"))
	p.open()
	p.until("connected", func(s ipc.Status) bool { return s.State == ipc.Connected })
	s.publish("42", "4901")
	p.until("it to ring without a window", func(s ipc.Status) bool {
		return waits("4901")(s) && s.UI.State == ipc.ChildFailed && s.Player.Count > 0
	})
	p.tray(icons.Attention, s.translator.Text("agent.no-window"))
	s.until("the notification", func() error {
		for _, n := range notices.Shown() {
			if strings.Contains(n.Body, "4901") {
				return nil
			}
		}
		return fmt.Errorf("shown: %+v", notices.Shown())
	})
	s.must(notices.Press(s.translator.Text("agent.notice-confirm")))
	p.quiet()
	s.until("the notification to go", func() error {
		if left := notices.Shown(); len(left) > 0 {
			return fmt.Errorf("shown: %+v", left)
		}
		return nil
	})
}

// The system, or a person in the task manager, may end the process that started jumun.
func TestAnAgentWhoseParentIsKilledRingsOnAndGetsAnotherOne(t *testing.T) {
	s := openShop(t)
	p := s.connected("42")
	before := p.until("an answer", func(ipc.Status) bool { return true })
	p.Agent.Kill()
	s.publish("42", "4951")
	ringing := func(s ipc.Status) bool { return waits("4951")(s) && s.Player.Count > 0 }
	p.untilAlone("the order to ring", ringing)
	guarded := p.untilAlone("an agent with a parent to ring", func(s ipc.Status) bool { return s.PID != before.PID && ringing(s) })
	s.must(syscall.Kill(guarded.PID, syscall.SIGKILL))
	p.untilAlone("the next one to ring", func(s ipc.Status) bool { return s.PID != guarded.PID && ringing(s) })
	s.must(p.CutPower(s.ctx))
}

// untilAlone is until without the process that started jumun.
func (p *pc) untilAlone(what string, ok func(ipc.Status) bool) (got ipc.Status) {
	p.shop.t.Helper()
	p.shop.until(what, func() (err error) {
		if got, err = p.Status(p.shop.ctx); err == nil && !ok(got) {
			err = fmt.Errorf("%+v", got)
		}
		return err
	})
	return got
}
