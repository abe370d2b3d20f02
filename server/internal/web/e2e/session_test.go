//go:build linux

package e2e

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"jumun/shared/wire"
)

// restart ends the server and starts it again at the same address.
func (s *server) restart(flags ...string) {
	s.t.Helper()
	s.stop()
	s.serve(strings.Replace(s.url, "http://localhost", "127.0.0.1", 1), flags...)
}

// A page that reloads itself would be silent until somebody clicks.
func TestANewVersionIsOfferedAndThePageRingsOn(t *testing.T) {
	s, out := startServer(t), plugIn(t)
	p := paired(t, s, openBrowser(t, "ko", out.env))
	p.click("button.sound")
	p.until("the sound is on", inside(".state")+`.textContent.includes("소리 켜짐")`)
	p.do(chromedp.Evaluate[chromedp.Void](`document.querySelector("meta[name=jumun-version]").content = "the one before"; window.notReloaded = true`))
	s.restart()
	p.until("it is offered", `!document.querySelector("#version").hidden`)
	p.shot("ko-version")
	from := out.now()
	s.order("1001")
	out.until(from, "order", 2)
	if yes, err := p.is("window.notReloaded"); !yes || err != nil {
		t.Error("it was reloaded", err)
	}
	p.do(chromedp.Click("#reload"))
	p.until("a person reloads", inside(".state")+`?.textContent.includes("소리 꺼짐") && !window.notReloaded && document.querySelector("#version").hidden`)
}

// What the page keeps says that half of the token's life is over; so it would be after six months.
func TestALongSessionRenewsItsCookie(t *testing.T) {
	s := startServer(t)
	b := openBrowser(t, "ko")
	p := paired(t, s, b)
	p.until("connected, so that it renews nothing before the server is another one", inside(".state")+connected)
	const kept = `JSON.parse(localStorage.getItem("jumun receiver"))`
	p.do(chromedp.Evaluate[chromedp.Void](`localStorage.setItem("jumun receiver", JSON.stringify({...` + kept + `, from: 0, until: Date.now() + 1000}))`))
	s.restart()
	p.until("it has another token", kept+`.renewed > 0 && `+kept+`.until > Date.now() + 86400000`)
	eventually(t, "the server's log has it", func() bool { return strings.Contains(s.logged.String(), "renewed") }, s.logged.String)
	p.do(chromedp.Reload())
	p.until("the new cookie is good", inside(".state")+"?"+connected)
	s.order("1001")
	p.until("it hears orders", count+` === 1`)
}

// A shop's backend makes tokens for some hours; a page is open for longer.
func TestAPageAsksTheShopForATokenWhenTheOldOneExpires(t *testing.T) {
	s := newServer(t)
	asked := make(chan string, 10)
	shop := startShop(t, func() string { return s.url }, func() string {
		asked <- ""
		if len(asked) == 1 {
			return strings.TrimSpace(s.run("token", "--keys", s.keys, "--role", "device", "--mart", "42", "--ttl", "4s"))
		}
		return s.token(wire.RoleDevice)
	})
	s.serve("127.0.0.1:0", "--allowed-origins", shop.URL)
	p := openBrowser(t, "ko").open(shop.URL)
	p.until("connected", inside(".state")+"?"+connected)
	eventually(t, "it asks again", func() bool { return len(asked) == 2 }, p.shows)
	p.until("connected again", inside(".state")+connected)
	s.order("1001")
	p.until("the order", count+` === 1`)
}

func TestThePageIsInstallable(t *testing.T) {
	s := startServer(t)
	for _, language := range []string{"ko", "en"} {
		p := openBrowser(t, language).open(s.url + "/receiver")
		manifest, err := chromedp.Call(p.ctx, page.GetAppManifest, page.GetAppManifestParams{})
		if err != nil || len(manifest.Errors) > 0 || !strings.HasSuffix(manifest.URL, language+".webmanifest") {
			t.Errorf("%v %+v", err, manifest)
		}
		found, err := chromedp.Call(p.ctx, page.GetInstallabilityErrors, struct{}{})
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range found.InstallabilityErrors {
			t.Errorf("%s: %s %v", language, e.ErrorID, e.ErrorArguments)
		}
		const icons = `(async () => { const { icons } = await (await fetch(document.querySelector("link[rel=manifest]").href)).json();
			return icons.length > 0 && (await Promise.all(icons.map(async i => { const b = await createImageBitmap(await (await fetch(i.src)).blob()); return i.sizes === b.width + "x" + b.height }))).every(Boolean) })()`
		p.until("the icons are as large as it says", icons)
	}
}

// What a page without jumun.js needs: a heartbeat that it can see, and a way to say where it stopped.
func TestAPlainEventSourceSeesHeartbeatsAndGoesOnWhereItStopped(t *testing.T) {
	s := startServer(t, "--heartbeat", "1s")
	p := paired(t, s, openBrowser(t, "ko"))
	plain := p.browser.open(s.url + "/web/version") // of the same site, and without a stream of its own
	const listen = `window.got = []; window.source?.close(); window.source = new EventSource("/v1/marts/42/events?heartbeat=event%s");
		for (const name of ["connect", "order", "heartbeat", "gap"]) source.addEventListener(name, e => got.push([name, e.lastEventId, name === "order" ? JSON.parse(e.data).orderId : ""]))`
	plain.do(chromedp.Evaluate[chromedp.Void](fmt.Sprintf(listen, "")))
	plain.until("heartbeats", `got.filter(([name]) => name === "heartbeat").length >= 2`)
	s.order("1001")
	plain.until("an order with its ID", `got.some(([name, id, number]) => name === "order" && number === "1001" && /^\d+-\d+$/.test(id))`)
	plain.do(chromedp.Evaluate[chromedp.Void](`source.close(); window.last = got.find(([name]) => name === "order")[1]`))
	s.order("1002")
	p.until("it was recorded", count+` === 2`)
	plain.do(chromedp.Evaluate[chromedp.Void](fmt.Sprintf(listen, `&lastEventId=" + last + "`)))
	plain.until("what came since", `got.some(([name, , number]) => number === "1002")`)
	if text := plain.text("JSON.stringify(got)"); strings.Contains(text, "1001") || strings.Contains(text, "gap") {
		t.Error(text)
	}
}
