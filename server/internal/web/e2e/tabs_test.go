//go:build linux

package e2e

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"jumun/shared/wire"
)

const connected = `.textContent.includes("연결됨")`

// count counts the cards of open orders.
const count = `document.querySelector("jumun-receiver").shadowRoot.querySelectorAll(".cards article").length`

func TestEightTabsHaveOneStreamAndOneSoundAndTheNextTakesOver(t *testing.T) {
	s, out := startServer(t), plugIn(t)
	b := openBrowser(t, "ko", out.env)
	tabs := []*tab{paired(t, s, b)}
	tabs[0].click("button.sound")
	tabs[0].until("the sound is on", inside(".state")+`.textContent.includes("소리 켜짐")`)
	for range 7 {
		p := b.open(s.url + "/receiver")
		p.until("it shows what the first one knows", inside(".state")+`?.textContent.includes("연결됨 · 강남점 · 소리 켜짐")`)
		tabs = append(tabs, p)
	}
	if n := s.metric("jumun_streams_open"); n != 1 {
		t.Errorf("%v streams", n)
	}
	s.order("1001")
	for _, p := range tabs {
		p.until("each shows the order", count+` === 1`)
	}
	if plays := out.until(0, "order", 2); plays[0].Gain > 0.85 || plays[1].Gain > 0.85 {
		t.Errorf("several tabs ring: %+v", plays)
	}
	tabs[1].click("nav button:last-child") // whoever presses anything wants to hear
	tabs[0].do(chromedp.Evaluate[chromedp.Void](`document.querySelector("jumun-receiver").desk.leader.missing(false)`))
	tabs[1].until("orders may be missing", inside(".gap")+`.hidden === false`)
	tabs[0].close()
	from := out.now()
	tabs[1].until("another tab has the stream and the sound", inside(".state")+`.textContent.includes("연결됨 · 강남점 · 소리 켜짐")`)
	out.until(from, "order", 1)
	tabs[1].click(".gap button") // nobody has looked in the tab that was closed
	tabs[7].until("somebody has looked", inside(".gap")+`.hidden === true`)
	s.order("1002")
	tabs[7].until("the new stream brings orders", count+` === 2`)
	tabs[7].click("button.all")
	tabs[7].click("button.all")
	for _, p := range tabs[1:] {
		p.until("what is confirmed in one is gone in all", count+` === 0`)
	}
	eventually(t, "silence", func() bool { return out.isSilent(3) }, tabs[1].shows)
	if n := s.metric("jumun_streams_open"); n != 1 {
		t.Errorf("%v streams", n)
	}
}

// Chromium takes the permission back when a page is reloaded, however often it was clicked before.
func TestAfterAReloadStaffAreToldThatNothingRings(t *testing.T) {
	s, out := startServer(t), plugIn(t)
	p := paired(t, s, openBrowser(t, "ko", out.env))
	p.click("button.sound")
	p.until("the sound is on", inside(".state")+`.textContent.includes("소리 켜짐")`)
	device := s.token(wire.RoleAdmin)
	heard := func(state string) {
		t.Helper()
		mart := ""
		eventually(t, "the head office sees "+state, func() bool {
			mart = s.as(device, "GET", wire.MartAdminPath("42"), "")
			return strings.Contains(mart, `"state":"`+state+`"`)
		}, func() string { return mart })
	}
	heard("heard")
	p.do(chromedp.Reload())
	p.until("it says so", inside(".state")+`?.textContent.includes("연결됨 · 강남점 · 소리 꺼짐")`)
	p.until("so does its title", `document.title.startsWith("⚠")`)
	heard("unheard")
	s.order("1001")
	p.until("the order is shown", count+` === 1`)
	p.shot("ko-reloaded")
	p.click("button.sound")
	out.until(0, "order", 1)
	heard("heard")
}

func TestAStreamThatWasCutComesBackWithWhatWasMissed(t *testing.T) {
	s, out := startServer(t), plugIn(t)
	p := paired(t, s, openBrowser(t, "en", out.env))
	p.click("button.sound")
	p.until("the sound is on", inside(".state")+`.textContent.includes("Sound on")`)
	s.order("1001")
	p.until("an order", count+` === 1`)
	p.click("button.confirm")
	s.stop()
	p.until("it is not connected", inside(".state")+`.textContent.includes("Not connected")`)
	from := 0
	out.until(from, "lost", 1)
	p.shot("en-lost")
	s.order("1002")
	s.serve(strings.Replace(s.url, "http://localhost", "127.0.0.1", 1))
	p.until("what was missed", count+` === 1 && `+inside("h2")+`.textContent === "1002"`)
	from = out.now()
	out.until(from, "order", 1)
	// confirmed elsewhere
	device := s.token(wire.RoleDevice)
	id := p.text(`document.querySelector("jumun-receiver").desk.state.orders.at(-1).id`)
	s.as(device, "POST", wire.AcksPath("42"), fmt.Sprintf(`{"acks":[{"id":%q,"orderId":"1002"}]}`, id))
	p.until("it is gone here", count+` === 0`)
	eventually(t, "silence", func() bool { return out.isSilent(3) }, p.shows)
	// withdrawn
	s.order("1003")
	p.until("an order", count+` === 1`)
	s.publish(map[string]any{"martId": 42, "orderId": "1003", "cancelled": true})
	p.until("it says that it was withdrawn", inside("article.cancelled")+` !== null`)
	p.shot("en-cancelled")
	out.until(0, "cancelled", 1)
	p.click("button.confirm")
	p.until("it was read", count+` === 0`)
	p.click("nav button:last-child")
	p.until("the history of the day", inside("table")+`?.rows.length === 4`)
	p.until("it says who confirmed", inside("table")+`.innerText.includes("관리자 페이지") && `+inside("table")+`.rows[3].innerText.includes("카운터")`)
	p.shot("en-history")
}

func TestARevokedPageSaysSoAndHearsNothing(t *testing.T) {
	s := startServer(t)
	p := paired(t, s, openBrowser(t, "ko"))
	s.run("revoke", "--mart", "42", "--redis", s.redis, "--force")
	p.until("it says so", inside(".banner")+`.textContent.includes("등록이 해제되었습니다")`)
	s.order("1001")
	p.until("the form is there again", `!document.querySelector("#pair").hidden`)
	p.shot("ko-revoked")
	if n := p.text(count); n != "0" {
		t.Errorf("%s orders", n)
	}
	p.do(chromedp.Navigate("about:blank"), chromedp.Navigate(s.link()))
	p.until("the link fills the form in", `document.querySelector("#pair").code.value.length === 9 && !document.querySelector("#pair").hidden`)
	p.do(chromedp.Click(`#pair button`))
	p.until("paired again", inside(".state")+"?"+connected)
	p.until("the order", count+` === 1`)
}

func TestWhatAnOrderSaysIsTextAndNeverMarkup(t *testing.T) {
	s := startServer(t)
	p := paired(t, s, openBrowser(t, "ko"))
	const attack = `<img/src=x/onerror=window.hacked=1>`
	s.publish(map[string]any{"martId": 42, "orderId": attack, "summary": `<script>window.hacked=1</script>"'><svg onload=window.hacked=1>`, "amount": `<b onmouseover=window.hacked=1>`})
	p.until("it is shown as it is", inside("h2")+`?.textContent === `+fmt.Sprintf("%q", attack))
	p.click("button.confirm")
	p.until("so it is in the row that takes it back", inside(".undos span")+`?.textContent.includes("<img")`)
	p.click("nav button:last-child")
	p.until("and in the history", inside("table")+`?.innerText.includes("<img")`)
	if yes, err := p.is(`window.hacked || document.querySelector("jumun-receiver").shadowRoot.querySelector("img,svg,script,b")`); yes || err != nil {
		t.Error("it became markup", err)
	}
	p.do(chromedp.Navigate("about:blank"), chromedp.Navigate(s.url+"/receiver?lang=<script>#mart=%3Cimg%20src%3Dx%20onerror%3Dwindow.hacked%3D1%3E&code=%22%3E%3Cscript%3E"))
	p.until("connected", inside(".state")+"?"+connected)
	if yes, _ := p.is(`window.hacked || document.querySelectorAll("img").length > 0`); yes {
		t.Error("the address became markup")
	}
	if blocked, err := chromedp.Run(p.ctx, chromedp.Evaluate[string](`new Promise(done => {
		addEventListener("securitypolicyviolation", e => done(e.effectiveDirective));
		const s = document.createElement("script"); s.textContent = "window.hacked = 1"; document.body.append(s);
	})`, chromedp.EvalAwaitPromise)); err != nil || !strings.HasPrefix(blocked, "script-src") {
		t.Errorf("an inline script is not blocked: %q, %v", blocked, err)
	}
	if p.console() != "" && strings.Contains(p.console(), "exception") {
		t.Error(p.console())
	}
}
