//go:build linux

package e2e

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// focused is the element that has the focus, also within the receiver.
const focused = `(document.activeElement.shadowRoot?.activeElement ?? document.activeElement)`

// tabTo presses Tab until an element has the focus, and can be seen to have it.
func (p *tab) tabTo(what, selector string) {
	p.t.Helper()
	for range 40 {
		p.do(chromedp.KeyEvent(kb.Tab))
		if yes, err := p.is(focused + `.matches(` + "`" + selector + "`" + `)`); err == nil && yes {
			p.until(what+" has an outline", `getComputedStyle(`+focused+`).outlineStyle !== "none"`)
			return
		}
	}
	p.t.Fatalf("no key Tab reaches %s; it shows %s", what, p.shows())
}

// press presses Enter on what has the focus, once it stands still.
func (p *tab) press() {
	p.t.Helper()
	p.until("it stands still", still(focused))
	p.do(chromedp.KeyEvent(kb.Enter))
}

func TestTheKeyboardAloneIsEnough(t *testing.T) {
	s, out := startServer(t), plugIn(t)
	p := openBrowser(t, "ko", out.env).open(s.link())
	p.until("the link fills the form in", `document.querySelector("#pair").code.value.length === 9`)
	p.tabTo("the name", "input[name=device]")
	p.do(chromedp.KeyEvent("counter"))
	p.tabTo("the button", "#pair button")
	p.press()
	p.until("connected", inside(".state")+`?.textContent.includes("강남점")`)
	p.tabTo("the sound", "button.sound")
	p.press()
	p.until("the sound is on", inside(".state")+`.textContent.includes("소리 켜짐")`)
	s.order("1001")
	s.order("1002")
	out.until(0, "order", 1)
	p.tabTo("the newest order", "button.confirm")
	p.press()
	p.until("it is confirmed", count+` === 1 && `+inside("h2")+`.textContent === "1001"`)
	p.do(chromedp.KeyEvent(kb.Tab))
	p.until("the next key Tab reaches the next order", focused+`.matches("button.confirm")`)
	p.tabTo("what takes it back", ".undos button")
	p.press()
	p.until("it is open again", count+` === 2`)
	p.tabTo("the history", "nav button:last-child")
	p.press()
	p.until("the history", inside("table")+`?.rows.length === 3`)
}
