//go:build linux

package e2e

import (
	"bufio"
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"jumun/shared/order"
	"jumun/shared/wire"
)

// stream opens the stream of a device, after an event if it has one, and waits until it is connected. cut ends it.
func (s *server) stream(token, mart, after string) (events *bufio.Scanner, cut func()) {
	s.t.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(s.t.Context()))
	s.t.Cleanup(cancel)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url+wire.EventsPath(order.MartID(mart)), nil)
	if err != nil {
		s.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	if after != "" {
		req.Header.Set("Last-Event-ID", after)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { res.Body.Close() })
	events = bufio.NewScanner(res.Body)
	idOf(s.t, events, wire.ConnectEvent)
	return events, cancel
}

// idOf reads a stream up to an event called name, and returns its ID.
func idOf(t *testing.T, events *bufio.Scanner, name string) (id string) {
	t.Helper()
	for is := false; events.Scan(); {
		line := events.Text()
		if given, ok := strings.CutPrefix(line, "id: "); ok {
			id = given
		}
		is = is || line == "event: "+name
		if line == "" {
			if is {
				return id
			}
			id = ""
		}
	}
	t.Fatal("no ", name, ": ", events.Err())
	return ""
}

func TestTheHeadOfficeSeesWhenADeviceCameAndWentAndWhy(t *testing.T) {
	s := startServer(t)
	counter, kitchen := s.device("42", "강남점", "카운터", true), s.device("42", "강남점", "주방", true)
	_, cut := s.stream(counter, "42", "")
	s.stream(kitchen, "42", "")
	s.as(kitchen, "POST", wire.PresencePath("42"), `{"problems":["muted"]}`)
	p := openBrowser(t, "ko").open(s.consoleLink())
	p.until("signed in", reads("본사"))
	p.do(chromedp.Evaluate[chromedp.Void](`location.hash = "#/mart/42"`))
	p.until("who is silent, since when", reads("소리 안 남 — 소리 끔")+" && "+reads("지금까지"))
	cut()
	p.until("who is gone", reads("끊김 — 인터넷이나 전원이 끊겼거나 서버가 멈췄습니다"))
	p.until("gaps stand out", `document.querySelectorAll("tr.gap").length === 2`)
	p.looks("console-connections")
	of := func(name string) string {
		return `[...document.querySelectorAll("tbody tr")].find(r => r.cells[0].textContent === "` + name + `").querySelector("button")`
	}
	p.do(chromedp.Click(chromedp.JSPath(of("카운터"))))
	p.until("of one device alone", `document.querySelectorAll("tr.gap").length === 1 && !`+reads("소리 안 남 — 소리 끔"))
	p.shot("console-connections-one")
	s.stream(counter, "42", "")
	p.until("it is back, and its gap is a short one", reads("잠깐 끊겼다 다시 연결 1번")+` && document.querySelectorAll("tr.gap").length === 0`)
}
