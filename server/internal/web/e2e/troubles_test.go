//go:build linux

package e2e

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"
)

// brokenTargets returns the file of a policy whose targets take nothing, each for another reason.
func brokenTargets(t *testing.T) string {
	t.Helper()
	release := make(chan struct{})
	answering := func(answer http.HandlerFunc) string {
		s := httptest.NewServer(answer)
		t.Cleanup(s.Close)
		return s.URL
	}
	status := func(code int) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "<b>no</b>", code) }
	}
	policy := "targets:\n"
	for _, target := range []struct{ name, url, private string }{
		{"says 500", answering(status(http.StatusInternalServerError)), "true"},
		{"is gone", answering(status(http.StatusGone)), "true"},
		{"hangs", answering(func(_ http.ResponseWriter, r *http.Request) {
			select {
			case <-release:
			case <-r.Context().Done():
			}
		}), "true"},
		{"is private", answering(status(http.StatusOK)), "false"},
		{"is well", answering(status(http.StatusOK)), "true"},
	} {
		policy += fmt.Sprintf("  - {name: %s, url: %q, format: slack, allow-http: true, allow-private: %s}\n", target.name, target.url, target.private)
	}
	t.Cleanup(func() { close(release) }) // before the servers are closed, which wait for their answers
	path := filepath.Join(t.TempDir(), "escalation.yaml")
	if err := os.WriteFile(path, []byte(policy), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestTheHeadOfficeSeesWhichTargetsTakeNothingAndWhy(t *testing.T) {
	s := startServer(t, "--escalation", brokenTargets(t))
	s.sendNonsense() // a target is told of it at once
	p := openBrowser(t, "ko").open(s.consoleLink())
	p.until("signed in", reads("본사"))
	p.do(chromedp.Click(`#to-webhooks`))
	row := func(target, text string) string {
		return fmt.Sprintf(`[...document.querySelectorAll("tbody tr")].some(r => r.cells[0].textContent.startsWith(%q) && r.cells[1].textContent.includes(%q))`, target+" ·", text)
	}
	p.until("one that says 500", row("says 500", "보내지 못하는 중")+" && "+row("says 500", "500"))
	p.until("one that is gone", row("is gone", "중지됨")+" && "+row("is gone", "410"))
	p.until("one that is not of the internet", row("is private", "보내지 못하는 중")+" && "+row("is private", "not an address of the public internet"))
	p.until("one that hangs", row("hangs", "보내지 못하는 중"))
	p.until("one that is well", row("is well", "작동 중"))
	p.until("what they say is text", `document.querySelectorAll("main b").length === 0`)
	p.looks("console-webhooks")
}

// Of an order that came by each way and was none, and of a Redis that dies while somebody looks.
func TestTheHeadOfficeSeesRefusedOrdersBothServersAndThatRedisIsGone(t *testing.T) {
	s := startServer(t)
	other := &server{t: t, redis: s.redis, keys: s.keys}
	other.serve("127.0.0.1:0")
	s.sendNonsense()
	s.store.Ask("PUBLISH", "order", `{"martId":42}`)
	s.store.Ask("PUBLISH", "order", "\xac\xed\x00\x05sr\x00\x04Shop")
	s.store.Ask("XADD", "jumun:orders", "*", "martId", "a b", "orderId", "1")
	p := openBrowser(t, "ko").open(s.consoleLink())
	p.until("signed in", reads("본사"))
	p.do(chromedp.Click(`#to-servers`))
	p.until("both servers", `[...document.querySelectorAll("tbody tr")].filter(r => r.textContent.includes("작동 중")).length === 2`)
	for _, why := range []string{"JSON이 아님", "주문 번호가 없거나 잘못됨", "매장 번호가 없거나 잘못됨", "JSON이 아닌 직렬화 설정"} {
		p.until(why, reads(why))
	}
	p.looks("console-troubles")
	s.store.Kill()
	p.until("Redis is gone", reads("Redis에 문제가 있습니다")+" && !"+reads("Redis 정상")+" && !"+reads("작동 중"))
	p.looks("console-no-redis")
	s.store.Restart()
	p.until("all is well again", reads("Redis 정상"))
}
