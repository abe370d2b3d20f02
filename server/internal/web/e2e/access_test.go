//go:build linux

package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// obstacles returns what axe-core finds to be serious on the page. JUMUN_TEST_AXE names its file, which make test-page gets.
func (p *tab) obstacles() (found []string) {
	p.t.Helper()
	axe, err := os.ReadFile(os.Getenv("JUMUN_TEST_AXE"))
	if err != nil {
		p.t.Fatalf("JUMUN_TEST_AXE names no axe-core (make test-page gets it): %v", err)
	}
	p.do(chromedp.Evaluate[chromedp.Void](string(axe) + ";undefined"))
	text, err := chromedp.Run(p.ctx, chromedp.Evaluate[string](`axe.run(document, {resultTypes: ["violations"]}).then(r => JSON.stringify(r.violations
		.filter(v => ["serious", "critical"].includes(v.impact)).map(v => v.id + ": " + v.nodes.map(n => n.target.join(" ") + " " + n.failureSummary).join("; "))))`, chromedp.EvalAwaitPromise))
	if err != nil {
		p.t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(text), &found); err != nil {
		p.t.Fatal(err)
	}
	return found
}

func (p *tab) inScheme(scheme string) {
	p.t.Helper()
	features := []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}
	if _, err := chromedp.Call(p.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: features}); err != nil {
		p.t.Fatal(err)
	}
}

func TestNothingOnThePageIsAnObstacle(t *testing.T) {
	for _, language := range []string{"ko", "en"} {
		t.Run(language, func(t *testing.T) {
			s := startServer(t)
			b := openBrowser(t, language)
			p := b.open(s.url + "/receiver")
			p.until("the form", `!document.querySelector("#pair").hidden`)
			look := func(name string) {
				t.Helper()
				for _, scheme := range []string{"light", "dark"} {
					p.inScheme(scheme)
					for _, found := range p.obstacles() {
						t.Errorf("%s, %s: %s", name, scheme, found)
					}
					p.shot(strings.Join([]string{"axe", language, name, scheme}, "-"))
				}
			}
			look("form")
			p.close()
			p = paired(t, s, b)
			look("empty")
			for i := range 3 {
				s.publish(map[string]any{"martId": 42, "orderId": fmt.Sprintf("100%d", i), "summary": "아메리카노 2, 라떼 1", "amount": 13500})
			}
			s.publish(map[string]any{"martId": 42, "orderId": "1001", "cancelled": true})
			p.until("the orders", count+` === 3 && `+inside("article.cancelled")+` !== null`)
			p.do(chromedp.Evaluate[chromedp.Void](`document.querySelector("jumun-receiver").desk.leader.missing(false)`))
			look("silent")
			p.click("button.sound")
			p.until("the sound is on", inside(".sound-box")+`.hidden`)
			p.click("button.confirm")
			p.click("nav button:last-child")
			p.until("the history", inside("table")+` !== null`)
			look("history")
			s.run("revoke", "--mart", "42", "--redis", s.redis, "--force")
			p.until("it is refused", inside(".banner")+`.hidden === false`)
			look("refused")
		})
	}
}
