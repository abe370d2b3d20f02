//go:build linux

package e2e

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"jumun/assets/fonts"
	"jumun/assets/icons"
	"jumun/desktop/e2e/harness"
	"jumun/desktop/e2e/harness/screen"
	"jumun/desktop/e2e/harness/sound"
	"jumun/desktop/internal/i18n"
	"jumun/desktop/internal/ipc"
	"jumun/shared/order"
)

// A shop is a server with its Redis, and the PCs of some marts.
type shop struct {
	t             *testing.T
	ctx           context.Context
	desktop       *desktop
	redis, server *harness.Server
	translator    *i18n.Translator
}

// A pc is one PC of a shop.
type pc struct {
	*harness.PC
	shop *shop
}

func openShop(t *testing.T) *shop {
	t.Helper()
	if testing.Short() {
		t.Skip("opens a screen, servers and the app")
	}
	s := &shop{t: t, ctx: t.Context(), desktop: sharedDesktop.open(t)}
	t.Cleanup(func() {
		if t.Failed() {
			t.Log(s.desktop.Logs())
		}
	})
	var err error
	s.translator, err = i18n.New("ko")
	s.must(err)
	s.redis, err = s.desktop.OpenRedis(s.ctx)
	s.must(err)
	t.Cleanup(s.redis.Kill)
	redis := "redis://" + s.redis.Addr()
	s.server, err = s.desktop.OpenServer(s.ctx, s.desktop.server, 0, redis, "--redis", redis)
	s.must(err)
	t.Cleanup(func() {
		if err := s.server.Stop(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func (s *shop) must(err error) {
	s.t.Helper()
	if err != nil {
		s.screenshot("failed") // before the cleanups change the screen
		s.t.Fatal(err)
	}
}

func (s *shop) until(what string, ok func() error) {
	s.t.Helper()
	s.must(harness.Until(s.ctx, what, ok))
}

// newPC returns a PC with a speaker, on which jumun does not run.
func (s *shop) newPC() *pc {
	s.t.Helper()
	s.desktop.pcs++
	p, err := s.desktop.NewPC(fmt.Sprintf("pc-%d", s.desktop.pcs), s.desktop.jumun)
	s.must(err)
	s.must(p.PlugIn())
	return &pc{PC: p, shop: s}
}

// open starts jumun, and ends it with the test.
func (p *pc) open() {
	p.shop.t.Helper()
	p.shop.must(p.Open())
	agent := p.Agent
	p.shop.t.Cleanup(func() {
		if err := agent.Stop(); err != nil {
			p.shop.t.Error(err)
		}
	})
}

// connected returns a PC whose jumun is connected to its mart.
func (s *shop) connected(mart order.MartID) *pc {
	s.t.Helper()
	p := s.newPC()
	s.must(p.Pair(s.ctx, s.server, mart))
	p.open()
	p.until("connected", func(s ipc.Status) bool { return s.State == ipc.Connected && s.Mart == mart })
	return p
}

func (p *pc) until(what string, ok func(ipc.Status) bool) ipc.Status {
	p.shop.t.Helper()
	got, err := p.UntilStatus(p.shop.ctx, what, ok)
	p.shop.must(err)
	return got
}

// publish does what an order service does, with an operator's tool.
func (s *shop) publish(mart, number string) {
	s.t.Helper()
	out, err := s.redis.CLI(s.ctx, "PUBLISH", "order", fmt.Sprintf(`{"martId":%s,"orderId":%s}`, mart, number))
	s.must(err)
	if strings.TrimSpace(out) != "1" {
		s.t.Fatalf("published order %s to %s servers, not to 1", number, strings.TrimSpace(out))
	}
}

// rings waits until the order is on the screen, and was heard completely.
func (p *pc) rings(number order.OrderID) ipc.Status {
	p.shop.t.Helper()
	before := p.until("the order to be known", waits(number))
	return p.until("the order to be seen and heard", func(s ipc.Status) bool {
		return waits(number)(s) && s.UI.State == ipc.ChildRunning && s.UI.Count > 0 && s.Player.State == ipc.ChildRunning && s.Player.Count > before.Player.Count
	})
}

func waits(number order.OrderID) func(ipc.Status) bool {
	return func(s ipc.Status) bool {
		return slices.ContainsFunc(s.Waiting, func(c ipc.Card) bool { return c.Order == number })
	}
}

// quiet waits until no order waits, and the last sound has ended.
func (p *pc) quiet() {
	p.shop.t.Helper()
	p.until("quiet", func(s ipc.Status) bool { return len(s.Waiting) == 0 && s.Player.State == ipc.ChildIdle })
}

// window waits for the window with that title.
func (p *pc) window(title string) harness.Window {
	p.shop.t.Helper()
	var found harness.Window
	p.shop.until("the window "+title, func() error {
		all, err := p.Windows(p.shop.ctx)
		i := slices.IndexFunc(all, func(w harness.Window) bool { return w.Title == title })
		if err != nil || i < 0 {
			return fmt.Errorf("windows %+v, %w", all, err)
		}
		found = all[i]
		return nil
	})
	return found
}

func (p *pc) popup() harness.Window { return p.window(p.shop.translator.Text("window.popup.title")) }

// read waits until the text can be read in the window, in letters of about that size.
func (s *shop) read(w harness.Window, font []byte, text string, size float64) screen.Match {
	s.t.Helper()
	var found screen.Match
	s.until(fmt.Sprintf("%q to be read", text), func() (err error) {
		if found, err = s.find(w, font, text, size); err == nil && found.Likeness < screen.Threshold {
			err = fmt.Errorf("the nearest is alike by %.2f, in size %v at %v", found.Likeness, found.Size, found.Bounds)
		}
		return err
	})
	return found
}

func (s *shop) find(w harness.Window, font []byte, text string, size float64) (screen.Match, error) {
	reader, err := screen.NewReader(font)
	if err != nil {
		return screen.Match{}, err
	}
	shot, err := s.desktop.Screen.Screenshot()
	if err != nil {
		return screen.Match{}, err
	}
	return reader.Read(shot, w.Bounds, text, size-1, size+1)
}

// The sizes of letters on the session's screen, in pixels.
const (
	numberSize = 54 // of an order's number on the large card
	buttonSize = 22 // 확인

	compactSize       = 24 // of an order's number on a compact card
	compactButtonSize = 18
	compactAmountSize = 15
	historyButtonSize = 17

	sentenceSize = 30 // of what to do about a gap
	titleSize    = 19 // 새 주문
	martSize     = 18
	allSize      = 20 // 모두 확인
	bannerSize   = 19
	bannerDoSize = 16
	amountSize   = 26
	formSize     = 16 // everything in the settings window
	pairedSize   = 14 // 등록됨: 42
)

// tray waits until the tray's icon shows the state and the number of waiting orders, and its
// menu begins with the line.
func (p *pc) tray(state, line string) {
	p.shop.t.Helper()
	p.shop.until("the tray to show "+state, func() error {
		status, err := p.Status(p.shop.ctx)
		if err != nil {
			return err
		}
		want, err := png.Decode(bytes.NewReader(icons.Tray(state, len(status.Waiting))))
		p.shop.must(err)
		icon, err := p.Icon()
		switch {
		case err != nil:
			return err
		case !icon.Shows(want):
			return fmt.Errorf("it has another picture; menu %q", icon.Menu)
		case !strings.HasPrefix(strings.Join(icon.Menu, "\n"), line):
			return fmt.Errorf("the menu does not begin with %q: %q", line, icon.Menu)
		}
		return nil
	})
}

// plays returns what was heard at the PC so far, when all sounds have ended.
func (p *pc) plays() []sound.Play {
	p.shop.t.Helper()
	recording, err := p.Speaker.Wait(p.shop.ctx)
	p.shop.must(err)
	plays, err := sound.Plays(recording)
	p.shop.must(err)
	return plays
}

func (s *shop) click(at image.Point) {
	s.t.Helper()
	s.must(s.desktop.Screen.Click(s.ctx, at))
}

// kill ends a process as a crash would.
func (s *shop) kill(pid int) {
	s.t.Helper()
	s.must(syscall.Kill(pid, syscall.SIGKILL))
}

// screenshot saves what is on the screen, if go test keeps artifacts.
func (s *shop) screenshot(name string) {
	s.t.Helper()
	shot, err := s.desktop.Screen.Screenshot()
	if err != nil {
		s.t.Log(err)
		return
	}
	f, err := os.Create(filepath.Join(s.t.ArtifactDir(), name+".png"))
	if err != nil {
		s.t.Log(err)
		return
	}
	defer f.Close()
	if err := png.Encode(f, shot); err != nil {
		s.t.Log(err)
	}
}

var bold, regular = fonts.Bold(), fonts.Regular()
