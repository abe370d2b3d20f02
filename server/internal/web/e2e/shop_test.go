//go:build linux

package e2e

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"jumun/server/internal/web"
	"jumun/shared/wire"
)

// shopPage returns the page of PAGE.md, for a server of ours.
func shopPage(t *testing.T, jumun string) string {
	t.Helper()
	raw, err := os.ReadFile("../../../PAGE.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(raw), "```html\n")
	page, _, found := strings.Cut(rest, "```")
	if lines := strings.Count(page, "\n"); !found || lines > 15 {
		t.Fatalf("the page has %d lines", lines)
	}
	return strings.ReplaceAll(page, "https://jumun.example.com", jumun)
}

// startShop serves a page of another origin, and tokens for it.
func startShop(t *testing.T, jumun func() string, token func() string) *httptest.Server {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("/jumun-token", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, token()) })
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, shopPage(t, jumun()))
	})
	mux.HandleFunc("/own", func(w http.ResponseWriter, _ *http.Request) { // the same with a module that the shop serves itself
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, strings.Replace(shopPage(t, jumun()), `import "`+jumun(), `import "`, 1))
	})
	mux.HandleFunc("/jumun.js", func(w http.ResponseWriter, _ *http.Request) {
		module, err := web.Module()
		if err != nil {
			t.Error(err)
		}
		w.Header().Set("Content-Type", "text/javascript")
		_, _ = w.Write(module)
	})
	shop := httptest.NewServer(mux)
	t.Cleanup(shop.Close)
	return shop
}

func TestAShopsOwnPageRings(t *testing.T) {
	var s *server
	asked := 0
	shop := startShop(t, func() string { return s.url }, func() string {
		if asked++; asked == 1 {
			return "not a token" // it asks for another one
		}
		return s.token(wire.RoleDevice)
	})
	s = startServer(t, "--allowed-origins", shop.URL)
	out := plugIn(t)
	p := openBrowser(t, "ko", out.env).open(shop.URL + "/own")
	p.until("it says why nothing comes", inside(".banner")+`?.textContent.includes("등록된 기기가 아닙니다")`)
	p.do(chromedp.Evaluate[chromedp.Void](`document.querySelector("jumun-receiver").desk.leader.connection.wake()`))
	p.until("connected with another token", inside(".state")+"?"+connected)
	p.click("button.sound")
	s.order("1001")
	out.until(0, "order", 1)
	p.shot("ko-shop")
	p.click("button.confirm")
	eventually(t, "silence", func() bool { return out.isSilent(3) }, p.shows)
	p.until("the server knows", `document.querySelector("jumun-receiver").desk.leader.acks.list.length === 0`)
	p.click(".undos button")
	p.until("it is open again", count+` === 1`)
}

func TestAPageOfAnotherOriginNeitherConnectsNorConfirms(t *testing.T) {
	var s *server
	evil := startShop(t, func() string { return s.url }, func() string { return s.token(wire.RoleDevice) })
	s = startServer(t, "--allowed-origins", "https://admin.shop.example")
	b := openBrowser(t, "ko")
	paired(t, s, b) // the browser has the cookie
	s.order("1001")
	// With a good token, and with the cookie of the browser: 127.0.0.1 is another site than localhost.
	p := b.open(evil.URL)
	p.until("it is not connected", inside(".state")+`?.textContent.includes("연결 끊김")`)
	for _, try := range []string{
		`fetch(SERVER + "/v1/marts/42/orders", {credentials: "include"}).then(r => r.text())`,
		`fetch(SERVER + "/v1/marts/42/acks", {method: "POST", mode: "no-cors", credentials: "include", body: '{"acks":[{"id":"1-0","orderId":"1001"}]}'}).then(r => "status " + r.status)`,
		`new Promise(done => { const f = document.createElement("iframe"); f.src = SERVER + "/receiver"; f.onload = () => { try { done("framed " + f.contentDocument.title) } catch { done("blocked") } }; document.body.append(f) })`,
	} {
		got, err := chromedp.Run(p.ctx, chromedp.Evaluate[string](strings.ReplaceAll(try, "SERVER", fmt.Sprintf("%q", s.url))+`.catch(e => "blocked " + e)`, chromedp.EvalAwaitPromise))
		if err != nil || !strings.HasPrefix(got, "blocked") && got != "status 0" {
			t.Errorf("%s: %q, %v", try, got, err)
		}
	}
	if open := s.as(s.token(wire.RoleAdmin), "GET", wire.HistoryPath("42", "1001"), ""); !strings.Contains(open, `"open":true`) {
		t.Errorf("confirmed by a page of another site: %s", open)
	}
}
