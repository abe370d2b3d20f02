//go:build linux

package e2e

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"jumun/assets/icons"
	"jumun/desktop/e2e/harness/sound"
	"jumun/desktop/internal/ipc"
)

func TestALostServerIsToldAndFoundAgain(t *testing.T) {
	s := openShop(t)
	p := s.connected("42")
	s.server.Kill()
	p.until("the loss to be told", func(s ipc.Status) bool { return s.State == ipc.Lost && s.Detail != "" && s.Player.Count > 0 })
	p.tray(ipc.Lost, s.translator.Text("state.lost"))
	s.must(s.server.Open(s.ctx))
	p.until("connected again", func(s ipc.Status) bool { return s.State == ipc.Connected })
	p.tray(ipc.Connected, s.translator.Text("agent.connected", "Mart", "42"))
	p.quiet()
	s.publish("42", "2001")
	p.rings("2001")
	s.read(p.popup(), bold, "2001", numberSize)
	p.confirm("2001")
	plays := p.plays()
	if sound.Count(plays, "lost") == 0 || sound.Count(plays, "order") == 0 {
		t.Errorf("heard %+v, want the loss and the order", plays)
	}
}

// confirm confirms without the mouse, and waits until no order waits.
func (p *pc) confirm(numbers ...string) {
	p.shop.t.Helper()
	for _, number := range numbers {
		_, err := p.Do(p.shop.ctx, "ack", number)
		p.shop.must(err)
	}
	p.quiet()
}

func TestWithoutASpeakerItSaysSoAndRingsWhenThereIsOne(t *testing.T) {
	s := openShop(t)
	p := s.newPC()
	s.must(p.Unplug())
	s.must(p.Pair(s.ctx, s.server, "42"))
	p.open()
	p.until("connected", func(s ipc.Status) bool { return s.State == ipc.Connected })
	s.publish("42", "3001")
	p.until("the silence to be told", func(s ipc.Status) bool { return s.Player.State == ipc.ChildFailed && s.Player.Detail != "" })
	p.tray(icons.Attention, s.translator.Text("agent.no-sound"))
	s.read(p.popup(), bold, "3001", numberSize)
	s.must(p.PlugIn())
	p.rings("3001")
	p.tray(icons.Waiting, s.translator.Text("agent.waiting", "N", 1))
	p.confirm("3001")
	if plays := p.plays(); sound.Count(plays, "order") == 0 {
		t.Errorf("heard %+v, want the order", plays)
	}
}

func TestOfManyOrdersTheNewestIsLargeAndEachCanBeConfirmed(t *testing.T) {
	s := openShop(t)
	p := s.connected("42")
	for n := range 5 {
		s.publish("42", fmt.Sprint(4001+n))
	}
	p.rings("4005")
	popup := p.popup()
	s.isOnTopAtTheBottomRight(popup)
	s.read(popup, bold, "4005", numberSize)
	for _, number := range []string{"4001", "4002", "4003", "4004"} {
		s.read(popup, bold, number, compactSize)
	}
	s.screenshot("five")
	s.click(p.button("4002"))
	p.until("that order to be confirmed", func(s ipc.Status) bool { return len(s.Waiting) == 4 && !waits("4002")(s) })
	s.read(p.popup(), bold, s.translator.Text("undo.button"), compactButtonSize)
	s.screenshot("five-undo")
	if now := p.popup(); now.Bounds != popup.Bounds {
		t.Errorf("the popup is at %v, was at %v", now.Bounds, popup.Bounds)
	}
	s.click(p.button("4005"))
	p.until("the newest one to be confirmed", func(s ipc.Status) bool { return len(s.Waiting) == 3 && !waits("4005")(s) })
	s.read(p.popup(), bold, s.translator.Text("undo.button"), buttonSize)
	s.screenshot("newest-undo")
	s.read(p.popup(), bold, "4004", numberSize) // after a while
}

func TestASoundOrWindowProcessThatDiesIsReplaced(t *testing.T) {
	s := openShop(t)
	p := s.connected("42")
	s.publish("42", "5001")
	before := p.rings("5001")
	s.kill(before.Player.PID)
	p.until("it to ring again", func(s ipc.Status) bool {
		return s.Player.State == ipc.ChildRunning && s.Player.PID != before.Player.PID && s.Player.Count > before.Player.Count
	})
	popup := p.popup()
	s.kill(before.UI.PID)
	p.until("another window", func(s ipc.Status) bool {
		return s.UI.State == ipc.ChildRunning && s.UI.PID != before.UI.PID && s.UI.Count > before.UI.Count
	})
	if again := p.popup(); again.Bounds != popup.Bounds {
		t.Errorf("the popup came back at %v, was at %v", again.Bounds, popup.Bounds)
	}
	s.read(p.popup(), bold, "5001", numberSize)
	last := p.popup()
	p.confirm("5001")
	s.closes(last)
}

func TestThereIsOneAgentAndItSurvivesItsDeath(t *testing.T) {
	s := openShop(t)
	p := s.connected("42")
	s.publish("42", "6001")
	before := p.rings("6001")
	s.must(p.CutPower(s.ctx))
	for _, child := range []int{before.Player.PID, before.UI.PID} {
		s.until("the children of the dead to end", func() error { return ended(child) })
	}
	p.open()
	after := p.until("connected again", func(s ipc.Status) bool { return s.State == ipc.Connected && s.PID != before.PID })
	p.rings("6001") // nobody had confirmed it
	s.publish("42", "6002")
	p.rings("6002")
	s.click(p.button("6001"))
	p.until("the one from before to be confirmed", func(s ipc.Status) bool { return len(s.Waiting) == 1 && waits("6002")(s) })
	p.confirm("6002")

	if out, err := p.Do(s.ctx); err != nil || len(out) != 0 {
		t.Errorf("the second start printed %q, %v", out, err)
	}
	p.form()
	p.until("the same agent", func(s ipc.Status) bool { return s.PID == after.PID && s.State == ipc.Connected })
	if _, err := p.Do(s.ctx, "quit"); err != nil {
		t.Error(err)
	}
	select {
	case <-p.Agent.Done():
		if err := p.Agent.Err(); err != nil {
			t.Errorf("quit ended with %v", err)
		}
	case <-time.After(time.Minute):
		t.Error("quit did not end it")
	}
	if _, err := p.Do(s.ctx, "status"); err == nil {
		t.Error("status knows something though nothing runs")
	}
}

// ended returns an error while a process runs.
func ended(pid int) error {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
	if errors.Is(err, os.ErrNotExist) || len(raw) == 0 { // ended, or a zombie
		return nil
	}
	return fmt.Errorf("%d still runs: %q", pid, raw)
}

func TestCorruptSettingsAreKeptAsideAndTold(t *testing.T) {
	s := openShop(t)
	p := s.newPC()
	const corrupt = `<!DOCTYPE html><title>Free Wi-Fi</title>`
	s.must(p.SetRaw([]byte(corrupt)))
	p.open()
	w := p.form()
	s.read(w, regular, "깨져", formSize)
	s.screenshot("corrupt")
	kept, err := filepath.Glob(p.SettingsPath() + "*.bad*")
	if err != nil || len(kept) != 1 {
		t.Fatalf("kept %q, %v", kept, err)
	}
	if raw, err := os.ReadFile(kept[0]); string(raw) != corrupt {
		t.Errorf("kept %q, %v", raw, err)
	}
	p.tray(ipc.NotSet, s.translator.Text("state.not-set"))
}
