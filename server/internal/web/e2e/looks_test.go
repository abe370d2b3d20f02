//go:build linux

package e2e

import (
	"fmt"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// fits is true if nothing of a root runs over the edge of the screen, and no text over that of its box.
const fits = `((root, width) => innerWidth === width && document.documentElement.scrollWidth <= width && [...root.querySelectorAll("*")].every(e =>
	e.getClientRects().length === 0 || e.closest(".history") || e.getBoundingClientRect().right <= width + 1 && (!e.matches("p,h1,h2,span,strong,label,button") || e.scrollWidth <= e.clientWidth + 1 || e.clientWidth === 0)))(%s, %d)`

// touchable is true if buttons and fields of a root are large enough for a finger.
const touchable = `[...%s.querySelectorAll("button,input")].every(b => b.getClientRects().length === 0 || b.getBoundingClientRect().height >= 44)`

// Nothing runs over the edge: on a small screen of a till, on a phone, and when a person has doubled the size of all.
func TestThePageFitsSmallScreensAndLargeText(t *testing.T) {
	s := startServer(t)
	b := openBrowser(t, "ko")
	form := b.open(s.url + "/receiver")
	form.until("the form", `!document.querySelector("#pair").hidden`)
	form.fitsEverywhere("form", "document")
	form.close()
	p := paired(t, s, b)
	for i := range 4 {
		s.publish(map[string]any{"martId": 42, "orderId": fmt.Sprintf("20240727-000%d", i), "summary": "아메리카노 2, 라떼 1, 아주아주긴이름의크로플과아이스크림세트 3", "amount": 13500})
	}
	s.publish(map[string]any{"martId": 42, "orderId": "20240727-0001", "cancelled": true})
	p.until("the orders", count+` === 4 && `+inside("article.cancelled")+` !== null`)
	p.do(chromedp.Evaluate[chromedp.Void](`document.querySelector("jumun-receiver").desk.leader.missing(true)`))
	p.until("it says that an order cannot be read", inside(".gap")+`.hidden === false`)
	p.click("button.confirm")
	p.click("nav button:last-child")
	p.until("the history", inside("table")+` !== null`)
	p.fitsEverywhere("fits", `document.querySelector("jumun-receiver").shadowRoot`)
}

// fitsEverywhere looks at the page on several screens.
func (p *tab) fitsEverywhere(name, root string) {
	p.t.Helper()
	for _, size := range []struct {
		name          string
		width, height int64
		scale         float64
		scheme        string
	}{
		{"till", 800, 480, 1, "light"}, {"phone", 360, 640, 2, "dark"}, {"zoomed", 640, 400, 2, "light"}, {"narrow", 320, 256, 1, "dark"},
	} {
		if _, err := chromedp.Call(p.ctx, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: size.width, Height: size.height, DeviceScaleFactor: size.scale}); err != nil {
			p.t.Fatal(err)
		}
		p.inScheme(size.scheme)
		p.until(size.name+": nothing is cut, and nothing scrolls sideways", fmt.Sprintf(fits, root, size.width))
		p.until(size.name+": buttons are large enough for a finger", fmt.Sprintf(touchable, root))
		p.shot(name + "-" + size.name)
	}
}

// A font that a browser cannot read is replaced without a word, on a till without Korean fonts by boxes.
func TestTheBrowserTakesTheKoreanFontInBothWeights(t *testing.T) {
	s := startServer(t)
	b := openBrowser(t, "ko")
	for _, path := range []string{"/receiver", "/console"} {
		p := b.open(s.url + path)
		for _, weight := range []string{"400", "700"} {
			p.until(path+" has weight "+weight, fmt.Sprintf(`document.fonts.load("%s 1em JumunGothic", "뷁").then(l => l.length === 1 && l[0].status === "loaded" && l[0].weight.replace("normal", "400") === "%[1]s")`, weight))
		}
	}
}
