//go:build linux

package e2e

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
)

// soundOn returns a tab with the receiver of mart 42, paired, whose sound is on.
func soundOn(t *testing.T, s *server, env ...string) *tab {
	t.Helper()
	p := paired(t, s, openBrowser(t, "ko", env...))
	p.click("button.sound")
	p.until("the sound is on", inside(".state")+`.textContent.includes("소리 켜짐")`)
	return p
}

// atTheOffice returns a tab with the console's page of mart 42, and what presses a button there.
func atTheOffice(t *testing.T, s *server) (p *tab, press func(name string)) {
	t.Helper()
	p = openBrowser(t, "ko").open(s.consoleLink("42"))
	p.until("signed in", reads("본사"))
	p.do(chromedp.Evaluate[chromedp.Void](`location.hash = "#/mart/42"`))
	return p, func(name string) {
		t.Helper()
		path := fmt.Sprintf(`[...document.querySelectorAll("main button")].find(b => b.textContent === %q && !b.disabled)`, name)
		p.until(name+" is there", path)
		p.do(chromedp.Click(chromedp.JSPath(path)))
	}
}

func TestTheHeadOfficeTestsAStoreAndSeesWhatEachDeviceAnswers(t *testing.T) {
	s := startServer(t)
	s.device("42", "강남점", "주방 태블릿", true) // it has polled once, and hears nothing
	counter := soundOn(t, s)
	office, press := atTheOffice(t, s)
	press("테스트 알림")
	office.until("it says what it will do", reads("주문은 생기지 않습니다"))
	press("테스트 알림 보내기")
	office.until("that it sounded and was shown", reads("소리 났음 · 화면에 보임")+" && !"+reads("들었다고"))
	office.until("who has not answered", reads("주방 태블릿\t답이 없음"))
	counter.shot("ko-office")
	counter.click(".office button")
	office.until("that somebody heard it", reads("소리 났음 · 화면에 보임 · 직원이 들었다고 누름"))
	counter.until("the card has gone", inside(".office")+`.hidden`)
	office.shot("ko-console-test")
	office.looks("console-test")
	press("테스트 알림 보내기")
	office.until("one a minute", reads("방금 보낸 테스트 알림이 있습니다"))
	if n := counter.text(count); n != "0" {
		t.Errorf("%s orders", n)
	}
}

func TestATestOfTheHeadOfficeSoundsAsANewOrderOnce(t *testing.T) {
	s, out := startServer(t), plugIn(t)
	soundOn(t, s, out.env)
	office, press := atTheOffice(t, s)
	press("테스트 알림")
	press("테스트 알림 보내기")
	out.until(0, "order", 1)
	office.until("that it sounded", reads("소리 났음"))
	eventually(t, "silence", func() bool { return out.isSilent(3) }, office.shows)
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
