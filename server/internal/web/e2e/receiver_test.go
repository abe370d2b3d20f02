//go:build linux

package e2e

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// paired returns a tab with the receiver, paired by a link, whose sound is on.
func paired(t *testing.T, s *server, b *browser) *tab {
	t.Helper()
	p := b.open(s.link())
	p.until("the link fills the form in", `document.querySelector("#pair").code.value.length === 9`)
	p.do(chromedp.SendKeys(`input[name=device]`, "카운터"), chromedp.Click(`#pair button`))
	p.until("connected", inside(".state")+`?.textContent.includes("강남점")`)
	return p
}

func TestAWrongCodeIsToldAndTheNextOneTaken(t *testing.T) {
	s := startServer(t)
	p := openBrowser(t, "ko").open(s.url + "/receiver#mart=42&code=ABCD-EFGH")
	p.until("the link fills the form in", `document.querySelector("#pair").code.value.length === 9`)
	p.do(chromedp.Click(`#pair button`))
	p.until("it asks for a name, by which people know the device", `document.querySelector("#pair").device.matches(":focus:invalid")`)
	p.do(chromedp.SendKeys(`input[name=device]`, "카운터"), chromedp.Click(`#pair button`))
	p.until("it says so", `document.querySelector("#pair-error").textContent.includes("등록 코드") && !document.querySelector("#pair button").disabled`)
	_, code, _ := strings.Cut(s.link(), "code=")
	p.do(chromedp.SetValue(`input[name=code]`, code), chromedp.Click(`#pair button`))
	p.until("connected", inside(".state")+`?.textContent.includes("강남점")`)
}

// The next card moves to where the button of the first one was.
func TestADoubleClickConfirmsOneOrderAndAllAreConfirmedByTwoPressesOnTheSameOrders(t *testing.T) {
	s := startServer(t)
	p := paired(t, s, openBrowser(t, "ko"))
	for _, number := range []string{"1001", "1002", "1003"} {
		s.order(number)
	}
	p.until("three orders", count+` === 3`)
	p.click("button.confirm")
	p.until("one is gone", count+` === 2`)
	p.do(chromedp.Click(chromedp.JSPath(inside("button.confirm")))) // a slow double click
	p.click("button.all")
	p.until("it asks", inside("button.all")+`.textContent.includes("2")`)
	s.order("1004")
	p.until("it asks anew, since another one has come", inside("button.all")+`.textContent === "모두 확인"`)
	if n := p.text(count); n != "3" {
		t.Errorf("%s orders", n)
	}
	p.click("button.all")
	p.click("button.all")
	p.until("all are gone", count+` === 0`)
}

func TestAnOrderIsHeardUntilItIsConfirmed(t *testing.T) {
	s, out := startServer(t), plugIn(t)
	p := paired(t, s, openBrowser(t, "ko", out.env))
	p.until("it says that nothing rings", inside(".state")+`.textContent.includes("소리 꺼짐")`)
	p.shot("ko-silent")
	p.click("button.sound")
	p.until("the sound is on", inside(".state")+`.textContent.includes("연결됨 · 강남점 · 소리 켜짐")`)
	s.publish(map[string]any{"martId": 42, "orderId": 1001, "summary": "아메리카노 2, 라떼 1", "amount": 13500})
	plays := out.until(0, "order", 2)
	if pause := plays[1].Begin.Sub(plays[0].End).Seconds(); pause < 1.9 || plays[0].Gain < 0.75 || plays[0].Gain > 0.85 {
		t.Errorf("heard %+v, %v s apart", plays, pause)
	}
	p.shot("ko-order")
	p.click("button.confirm")
	eventually(t, "silence", func() bool { return out.isSilent(3) }, p.shows)
	p.until("the server has heard of it", `document.querySelector("jumun-receiver").desk.leader.acks.list.length === 0`)
	p.click(".undos button")
	before := out.now()
	out.until(before, "order", 1)
	p.click("button.confirm")
}
