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

func TestAnOrderTellsItsWholeStory(t *testing.T) {
	s := startServer(t)
	counter, kitchen, upstairs := s.device("42", "강남점", "카운터", true), s.device("42", "강남점", "주방", true), s.device("42", "강남점", "2층", true)
	events, _ := s.stream(counter, "42", "")
	s.stream(kitchen, "42", "")
	_, cut := s.stream(upstairs, "42", "")
	cut()
	p := openBrowser(t, "ko").open(s.consoleLink())
	p.until("signed in", reads("본사"))
	p.do(chromedp.Evaluate[chromedp.Void](`location.hash = "#/mart/42"`))
	p.until("one is gone", reads("끊김 — 인터넷이나 전원이 끊겼거나 서버가 멈췄습니다"))
	s.publish(map[string]any{"martId": 42, "orderId": 1001, "summary": "아메리카노 2", "amount": 13500})
	id := idOf(t, events, wire.OrderEvent)
	s.as(counter, "POST", wire.PresencePath("42"), `{"audible":true,"visible":true,"last":"`+id+`"}`)
	s.as(counter, "POST", wire.AcksPath("42"), `{"acks":[{"id":"`+id+`","orderId":"1001"}]}`)
	s.as(counter, "POST", wire.ReopenPath("42"), `{"id":"`+id+`","orderId":"1001"}`)
	s.as(kitchen, "POST", wire.AcksPath("42"), `{"acks":[{"id":"`+id+`","orderId":"1001"}]}`)
	p.until("the order", reads("아메리카노 2"))
	p.do(chromedp.Click(chromedp.JSPath(`document.querySelector("button.link")`)))
	row := func(what, device string) string {
		return `[...document.querySelectorAll("section.panel tbody tr")].some(r => r.cells[1].textContent === "` + what + `" && r.cells[2].textContent === "` + device + `")`
	}
	for _, is := range [][2]string{{"접수 · command", ""}, {"보냄 · 기기가 받음", "카운터"}, {"보냄 · 받았는지 아직 모름", "주방"},
		{"못 보냄 · 기기가 꺼져 있거나 연결이 끊김", "2층"}, {"확인", "카운터"}, {"확인 취소", "카운터"}, {"확인", "주방"}} {
		p.until(is[0]+" "+is[1], row(is[0], is[1]))
	}
	p.looks("console-story")
	s.stream(upstairs, "42", "1-0")
	p.until("who was away has been sent it", row("보냄 · 받았는지 아직 모름", "2층"))
	if out := s.run("order", "--mart", "42", "--order", "1001", "--show", "--redis", s.redis); !strings.Contains(out, "카운터: sent, and the device has told that it has it") {
		t.Error(out)
	}
}

// A page tells which order it has with its next report, and one that was loaded anew knows nothing of those of before.
func TestAPageTellsWhichOrderItHas(t *testing.T) {
	s := startServer(t)
	b := openBrowser(t, "ko")
	p := paired(t, s, b)
	show := func() string { return s.run("order", "--mart", "42", "--order", "1001", "--show", "--redis", s.redis) }
	s.order("1001")
	p.until("the order", count+` === 1`)
	p.click("button.sound") // what is heard has changed: a report
	eventually(t, "the page has told", func() bool { return strings.Contains(show(), "카운터: sent, and the device has told") }, show)
	p.click("button.confirm")
	p.until("none", count+` === 0`)
	p.do(chromedp.Reload())
	eventually(t, "it has told so before", func() bool { return strings.Contains(show(), "카운터: sent, and the device has told") }, show)
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
