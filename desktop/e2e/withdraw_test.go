//go:build linux

package e2e

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"jumun/assets/icons"
	"jumun/desktop/e2e/harness/sound"
	"jumun/desktop/internal/ipc"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// windowless returns a connected PC that shows no windows: all PCs have the same screen, and a click
// must meet the popup of the other one.
func (s *shop) windowless(mart order.MartID) *pc {
	s.t.Helper()
	p := s.newPC()
	p.RemoveOpenGL()
	s.must(p.Pair(s.ctx, s.server, mart))
	p.open()
	p.until("connected", func(s ipc.Status) bool { return s.State == ipc.Connected })
	return p
}

// withdraw publishes that an order is withdrawn.
func (s *shop) withdraw(mart, number string) {
	s.t.Helper()
	_, err := s.redis.CLI(s.ctx, "PUBLISH", "order", fmt.Sprintf(`{"martId":%s,"orderId":%s,"cancelled":true}`, mart, number))
	s.must(err)
}

// cancelled reports whether just this order is shown as withdrawn, and nothing waits.
func cancelled(number order.OrderID) func(ipc.Status) bool {
	return func(s ipc.Status) bool {
		return len(s.Cancelled) == 1 && s.Cancelled[0].Order == number && len(s.Waiting) == 0
	}
}

func TestTwoOrdersOfOneNumberRingAndAreConfirmedEach(t *testing.T) {
	s := openShop(t)
	here, there := s.connected("42"), s.windowless("42")
	s.sell("42", "5001", "라떼 1", "4,500원")
	here.rings("5001")
	s.sell("42", "5001", "라떼 1", "5,000원")
	both := func(s ipc.Status) bool { return len(s.Waiting) == 2 }
	here.until("both to wait", both)
	there.until("both to wait", both)
	popup := here.popup()
	upper := s.read(popup, bold, "4,500원", compactAmountSize)
	s.read(popup, bold, "5,000원", amountSize)
	s.screenshot("two-of-one-number")
	row := popup
	row.Bounds.Min.Y, row.Bounds.Max.Y = upper.Bounds.Min.Y-30, upper.Bounds.Max.Y+15
	s.click(s.read(row, bold, s.translator.Text("window.card.confirm"), compactButtonSize).Centre())
	second := func(s ipc.Status) bool { return len(s.Waiting) == 1 && s.Waiting[0].Amount == "5,000원" }
	here.until("the second to wait alone", second)
	there.until("the second to wait alone", second)
	here.confirm("5001")
	there.quiet()
}

func TestAWithdrawnOrderFallsSilentAndIsShownUntilItIsRead(t *testing.T) {
	s := openShop(t)
	here, there := s.connected("42"), s.windowless("42")
	s.publish("42", "5101")
	here.rings("5101")
	there.until("it to wait", waits("5101"))
	s.withdraw("42", "5101")
	heard := func(s ipc.Status) bool { return cancelled("5101")(s) && s.Player.State == ipc.ChildIdle }
	here.until("the withdrawal to be shown and heard", heard)
	there.until("the withdrawal to be shown and heard", heard)
	popup := here.popup()
	s.read(popup, bold, s.translator.Text("window.card.cancelled"), titleSize)
	s.screenshot("withdrawn")
	plays := here.plays()
	if n := len(plays); n < 2 || plays[n-1].Sound != "cancelled" || sound.Count(plays, "cancelled") != 1 || sound.Count(plays, "order") != n-1 {
		t.Errorf("heard %+v, want the order, and then once that it was withdrawn", plays)
	}
	s.click(s.read(popup, bold, s.translator.Text("window.card.confirm"), buttonSize).Centre())
	read := func(s ipc.Status) bool { return len(s.Cancelled) == 0 && len(s.Waiting) == 0 }
	here.until("it to be read", read)
	there.until("it to be read elsewhere", read)
	s.closes(popup)
	here.tray(ipc.Connected, s.translator.Text("agent.connected", "Mart", "42"))
}

func TestAnOrderThatIsWithdrawnAfterItWasConfirmedIsShown(t *testing.T) {
	s := openShop(t)
	p := s.connected("42")
	s.publish("42", "5151")
	p.rings("5151")
	p.confirm("5151")
	s.withdraw("42", "5151")
	p.until("the withdrawal to be shown", func(s ipc.Status) bool { return cancelled("5151")(s) && s.Player.State == ipc.ChildIdle })
	s.read(p.popup(), bold, s.translator.Text("window.card.cancelled"), titleSize)
	if plays := p.plays(); sound.Count(plays, "cancelled") != 1 {
		t.Errorf("heard %+v", plays)
	}
}

func TestAnOrderThatWasWithdrawnWhileThePCWasAwayNeverRings(t *testing.T) {
	s := openShop(t)
	p := s.connected("42")
	s.publish("42", "5161")
	p.rings("5161")
	p.confirm("5161") // so that it asks for what follows
	before := sound.Count(p.plays(), "order")
	s.must(p.Agent.Stop())
	s.publish("42", "5162")
	s.withdraw("42", "5162")
	p.open()
	p.until("the withdrawal to be shown and heard", func(s ipc.Status) bool {
		return cancelled("5162")(s) && s.Player.Count > 0 && s.Player.State == ipc.ChildIdle
	})
	s.read(p.popup(), bold, s.translator.Text("window.card.cancelled"), titleSize)
	p.tray(icons.Waiting, s.translator.Text("agent.cancelled", "N", 1))
	if plays := p.plays(); sound.Count(plays, "order") != before || sound.Count(plays, "cancelled") != 1 {
		t.Errorf("heard %+v", plays)
	}
}

func TestAConfirmationOfTheWrongCardIsTakenBack(t *testing.T) {
	s := openShop(t)
	here, there := s.connected("42"), s.windowless("42")
	s.publish("42", "5201")
	s.publish("42", "5202")
	two := func(s ipc.Status) bool { return len(s.Waiting) == 2 }
	here.rings("5202")
	there.until("both to ring", two)
	s.click(here.button("5201"))
	one := func(s ipc.Status) bool { return len(s.Waiting) == 1 && s.Waiting[0].Order == "5202" }
	here.until("it to be confirmed", one)
	button := s.read(here.popup(), bold, s.translator.Text("undo.button"), compactButtonSize).Centre()
	s.screenshot("undo")
	s.until("it to be taken back", func() error {
		s.click(button) // the row has to settle first
		got, err := here.Status(s.ctx)
		if err == nil && !two(got) {
			err = fmt.Errorf("%d wait", len(got.Waiting))
		}
		return err
	})
	there.until("both to ring again", two)
	here.confirm("5201", "5202")
	there.quiet()
	s.choose(here, "tray.history")
	history := here.window(s.translator.Text("window.history.title"))
	s.read(history, bold, s.translator.Text("window.history.undo"), 15)
	s.screenshot("undo-in-the-history")
}

// ingress forwards to the server of a shop. While it is rolled out, it answers confirmations with a
// page of its own.
type ingress struct {
	*httptest.Server
	rollout atomic.Bool
	pages   atomic.Int32 // answered
}

func (s *shop) ingress() *ingress {
	s.t.Helper()
	to, err := url.Parse("http://" + s.server.Addr())
	s.must(err)
	proxy := httputil.NewSingleHostReverseProxy(to)
	proxy.FlushInterval = -1
	i := &ingress{}
	i.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if i.rollout.Load() && strings.HasSuffix(r.URL.Path, wire.AcksPath("42")) {
			i.pages.Add(1)
			w.Header().Set("Content-Type", "text/html")
			w.WriteHeader(http.StatusNotFound)
			_, _ = io.WriteString(w, "<!DOCTYPE html><title>404 Not Found</title>")
			return
		}
		proxy.ServeHTTP(w, r)
	}))
	s.t.Cleanup(i.Close)
	return i
}

func TestAPageThatComesFromTheWayLosesNoConfirmation(t *testing.T) {
	s := openShop(t)
	there, here, way := s.windowless("42"), s.newPC(), s.ingress()
	code, err := s.server.Code(s.ctx, "42")
	s.must(err)
	_, err = here.Do(s.ctx, "pair", "--server", way.URL, "--mart", "42", "--code", code, "--name", here.Name)
	s.must(err)
	here.open()
	here.until("connected", func(s ipc.Status) bool { return s.State == ipc.Connected })
	s.publish("42", "5301")
	here.rings("5301")
	way.rollout.Store(true)
	here.confirm("5301")
	s.until("two answers from the way", func() error {
		if n := way.pages.Load(); n < 2 {
			return fmt.Errorf("%d", n)
		}
		return nil
	})
	there.until("the order to wait still", waits("5301"))
	way.rollout.Store(false)
	there.quiet()
}
