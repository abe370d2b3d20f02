//go:build linux

package e2e

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
)

func TestTheHeadOfficeTestsAStoreAndSeesWhatEachDeviceAnswers(t *testing.T) {
	s, out := startServer(t), plugIn(t)
	s.device("42", "강남점", "주방 태블릿", true) // it is away
	counter := paired(t, s, openBrowser(t, "ko", out.env))
	counter.click("button.sound")
	counter.until("the sound is on", inside(".state")+`.textContent.includes("소리 켜짐")`)
	office := openBrowser(t, "ko").open(s.consoleLink("42"))
	office.until("the store", reads("강남점"))
	office.do(chromedp.Evaluate[chromedp.Void](`location.hash = "#/mart/42"`))
	press := func(name string) {
		t.Helper()
		path := fmt.Sprintf(`[...document.querySelectorAll("main button")].find(b => b.textContent === %q && !b.disabled)`, name)
		office.until(name+" is there", path)
		office.do(chromedp.Click(chromedp.JSPath(path)))
	}
	press("시험 알람")
	office.until("it says what it will do", reads("주문은 생기지 않습니다"))
	press("시험 알람 보내기")
	out.until(0, "order", 1)
	office.until("that it sounded and was shown", reads("소리 났음 · 화면에 보임")+" && !"+reads("들었다고"))
	office.until("who has not answered", reads("연결되지 않음 · 답이 없음"))
	counter.shot("ko-office")
	counter.click(".office button")
	office.until("that somebody heard it", reads("소리 났음 · 화면에 보임 · 직원이 들었다고 누름"))
	counter.until("the card has gone", inside(".office")+`.hidden`)
	office.looks("console-test")
	press("시험 알람 보내기")
	office.until("one a minute", reads("방금 보낸 시험 알람이 있습니다"))
	if n := counter.text(count); n != "0" {
		t.Errorf("%s orders", n)
	}
	if plays := out.heard(0, "order"); len(plays) != 1 {
		t.Errorf("it was heard %d times", len(plays))
	}
}

func TestAPageThatNobodyHasTouchedAnswersThatItsBrowserIsSilentAndOneWithAnOrderThatItIsBusy(t *testing.T) {
	s := startServer(t)
	p := paired(t, s, openBrowser(t, "ko"))
	p.do(chromedp.Evaluate[chromedp.Void](`document.querySelector("jumun-receiver").desk.speaker.context?.suspend()`))
	p.until("silent", inside(".state")+`.textContent.includes("소리 꺼짐")`)
	office := openBrowser(t, "ko").open(s.consoleLink("42"))
	office.until("signed in", reads("본사"))
	send := `fetch("/v1/admin/marts/42/tests", {method: "POST"}).then(a => a.json()).then(a => { window.sent = a.id; })`
	told := `fetch("/v1/admin/marts/42/tests/" + window.sent).then(a => a.json()).then(a => { window.told = JSON.stringify(a.devices); })`
	office.do(chromedp.Evaluate[chromedp.Void](send))
	office.until("sent", `window.sent`)
	p.until("the card", `!`+inside(".office")+`.hidden`)
	office.until("that nothing sounded, and why", `(`+told+`, window.told?.includes('"sounded":false,"shown":true,"heard":false,"problems":["no-sound"]'))`)
	s.order("1001")
	p.until("the order takes the place of the card", count+` === 1 && `+inside(".office")+`.hidden`)
}
