//go:build linux

package e2e

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// A road is what lies between a browser and the server. It can hold requests back, as a network does that has lost its way.
type road struct {
	url  string
	mu   sync.Mutex
	held string // in the path of requests that get no answer; "": of none
	seen map[int]int
}

func (s *server) road() *road {
	target, _ := url.Parse(strings.Replace(s.url, "localhost", "127.0.0.1", 1))
	r := &road{seen: map[int]int{}}
	through := &httputil.ReverseProxy{
		Rewrite: func(p *httputil.ProxyRequest) { p.SetURL(target); p.Out.Host = p.In.Host },
		ModifyResponse: func(res *http.Response) error {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.seen[res.StatusCode]++
			return nil
		},
	}
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		r.mu.Lock()
		held := r.held != "" && strings.Contains(req.URL.Path, r.held)
		r.mu.Unlock()
		if held {
			<-req.Context().Done()
			return
		}
		through.ServeHTTP(w, req)
	}))
	s.t.Cleanup(func() { proxy.CloseClientConnections(); proxy.Close() })
	r.url = strings.Replace(proxy.URL, "127.0.0.1", "localhost", 1)
	return r
}

func (r *road) hold(path string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.held = path
}

func (p *tab) goTo(hash string) {
	p.t.Helper()
	p.do(chromedp.Evaluate[chromedp.Void](fmt.Sprintf("location.hash = %q", hash)))
}

// pressButton presses a button of the console by what stands on it.
func (p *tab) pressButton(name string) {
	p.t.Helper()
	path := fmt.Sprintf(`[...document.querySelectorAll("main button")].find(b => b.textContent === %q)`, name)
	p.until(name+" is there", path)
	p.do(chromedp.Click(chromedp.JSPath(path)))
}

func (s *server) linkBy(r *road, marts ...string) string {
	return strings.Replace(s.consoleLink(marts...), s.url, r.url, 1)
}

func TestTheConsoleSaysThatItHearsNothingMore(t *testing.T) {
	s := startServer(t)
	s.device("42", "강남점", "주방", true)
	r := s.road()
	p := openBrowser(t, "ko").open(s.linkBy(r))
	p.until("signed in", reads("본사"))
	p.until("the marts", reads("강남점"))
	r.hold("/v1/admin/")
	p.until("it says so", reads("서버에서 새 정보를 받지 못했습니다"))
	p.shot("clerk-stale")
	r.hold("")
	p.until("it says no more", "!"+reads("서버에서 새 정보를 받지 못했습니다"))
}

func TestANameThatIsNotKnownYetIsNotMadeUp(t *testing.T) {
	s := startServer(t)
	s.device("42", "강남점", "주방", true)
	r := s.road()
	p := openBrowser(t, "ko").open(s.linkBy(r))
	p.until("signed in", reads("본사"))
	r.hold("/v1/admin/marts/42")
	p.goTo("#/mart/42")
	for _, name := range []string{"기기 등록", "이름 바꾸기"} {
		p.pressButton(name)
		if v := p.text(`document.querySelector(".panel input")?.value ?? "no panel"`); v == "undefined" {
			t.Errorf("%s: the name is %q", name, v)
		}
	}
}

func TestABrokenAddressShowsTheMarts(t *testing.T) {
	s := startServer(t)
	s.device("42", "강남점", "주방", true)
	b := openBrowser(t, "ko")
	p := b.open(s.consoleLink())
	p.until("signed in", reads("본사"))
	p.goTo("#/servers")
	p.until("servers", reads("Redis 정상"))
	p.goTo("#/mart/%")
	p.until("the marts", `document.querySelector("input[type=search]")`)
	p.do(chromedp.Reload())
	p.until("still signed in", reads("본사")+` && document.querySelector("input[type=search]")`)
}

// A login link from a stranger must not replace the session of the head office: its screen would show quiet marts only.
func TestALinkTakesNoSessionsPlaceUnasked(t *testing.T) {
	s := startServer(t)
	s.device("42", "강남점", "주방", false)
	s.device("7", "역삼점", "카운터", true)
	b := openBrowser(t, "ko")
	p := b.open(s.consoleLink())
	p.until("signed in", reads("본사 · 모든 매장"))
	link := s.consoleLink("7")
	q := b.open(link)
	q.until("it asks", reads("기다리던 링크일 때만"))
	q.until("the session is as before", reads("본사 · 모든 매장")+" && "+reads("강남점"))
	q.shot("clerk-link")
	press := func(name string) {
		t.Helper()
		q.do(chromedp.Click(chromedp.JSPath(fmt.Sprintf(`[...document.querySelectorAll("#offer button")].find(b => b.textContent === %q)`, name))))
	}
	press("취소")
	q.until("it does not ask any more", "!"+reads("기다리던 링크일 때만"))
	q.do(chromedp.Navigate("about:blank"), chromedp.Navigate(link))
	q.until("it asks again", reads("기다리던 링크일 때만"))
	press("링크로 로그인")
	for name, tab := range map[string]*tab{"this tab": q, "the other one": p} {
		tab.until(name+" shows whose session it is", reads("본사 · 매장 1곳")+" && !"+reads("강남점")+" && "+reads("역삼점"))
	}
	q.do(chromedp.Navigate("about:blank"), chromedp.Navigate(link))
	q.until("it asks once more", reads("기다리던 링크일 때만"))
	press("링크로 로그인")
	q.until("it was used, and the session goes on", reads("이미 쓴 링크")+" && "+reads("본사 · 매장 1곳"))
	p.do(chromedp.Click(`#sign-out`))
	q.until("both are signed out", reads("관리자 토큰"))
}

// Enter that is held too long on the button that asks is not an answer to the question.
func TestOneLongPressRevokesNothingAndSendsNoTestAlarm(t *testing.T) {
	s := startServer(t)
	s.device("42", "강남점", "주방", true)
	p := openBrowser(t, "ko").open(s.consoleLink())
	p.until("signed in", reads("본사"))
	p.goTo("#/mart/42")
	p.until("its device", reads("주방"))
	for name, asks := range map[string]string{"등록 해제": "이 매장의 주문이 더는 울리지 않습니다", "테스트 알림": "테스트 알림 보내기"} {
		p.do(chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`[...document.querySelectorAll("main button")].find(b => b.textContent === %q).focus()`, name)))
		p.do(chromedp.KeyEvent(kb.Enter), chromedp.KeyEvent(kb.Enter), chromedp.KeyEvent(kb.Enter))
		p.until(name+" asks", reads(asks))
		p.until("a reader reads it", `document.activeElement.matches(".panel")`)
	}
	if devices := s.run("devices", "--redis", s.redis, "--mart", "42", "--json"); strings.Contains(devices, "revokedAt") {
		t.Error("revoked: " + devices)
	}
	if n := s.metric("jumun_test_alarms_total"); n != 0 {
		t.Errorf("%v test alarms", n)
	}
}

func TestTheConsoleOnAPhone(t *testing.T) {
	s := startServer(t)
	for i := range 6 {
		s.device("42", "강남역 3번 출구 앞점", fmt.Sprintf("카운터 %d", i), i%2 == 0)
	}
	for i := range 12 {
		s.publish(map[string]any{"martId": 42, "orderId": fmt.Sprintf("20240727-%04d", i), "summary": "아메리카노 2, 라떼 1, 아주아주긴이름의크로플과아이스크림세트 3", "amount": 13500})
	}
	for _, language := range []string{"ko", "en"} {
		p := openBrowser(t, language).open(s.consoleLink())
		p.until("signed in", reads("본사"))
		for i, view := range []string{"#/", "#/mart/42", "#/servers", "#/webhooks"} {
			p.goTo(view)
			p.until("view", `document.querySelector("tbody tr") || location.hash === "#/webhooks"`)
			for _, w := range []int64{360, 640} {
				if _, err := chromedp.Call(p.ctx, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: w, Height: 800, DeviceScaleFactor: 1}); err != nil {
					t.Fatal(err)
				}
				p.inScheme(map[int64]string{360: "dark", 640: "light"}[w])
				p.until("settled", fmt.Sprintf("innerWidth === %d", w))
				p.until("there is room for each cell", `document.documentElement.scrollWidth <= innerWidth && [...document.querySelectorAll("td")].every(td => td.innerText === "" || td.getBoundingClientRect().width > innerWidth / 2)`)
				p.shot(fmt.Sprintf("clerk-phone-%s-%d-%d", language, i, w))
			}
		}
	}
}

func TestWhoWatchesAMartIsNotRefused(t *testing.T) {
	s := startServer(t)
	s.device("42", "강남점", "주방", true)
	s.order("1001")
	r := s.road()
	p := openBrowser(t, "ko").open(s.linkBy(r, "42"))
	p.until("signed in", reads("본사"))
	p.goTo("#/mart/42")
	p.until("order", `document.querySelector("button.link")`)
	p.do(chromedp.Click(`button.link`))
	p.until("story", `document.querySelector("section.panel:not([hidden])")`)
	p.do(chromedp.Evaluate[chromedp.Void](`(async () => { for (let i = 0; i < 10; i++) { document.dispatchEvent(new Event("visibilitychange")); await new Promise(d => setTimeout(d, 100)) } window.did = true })()`))
	p.until("did", `window.did`)
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.seen[429] > 0 || r.seen[200] < 5 {
		t.Error("answers by status:", r.seen)
	}
}

func TestSigningOutWithoutANetworkIsNotPretended(t *testing.T) {
	s := startServer(t)
	r := s.road()
	b := openBrowser(t, "ko")
	p := b.open(strings.Replace(s.link(), s.url, r.url, 1))
	p.until("the link fills the form in", `document.querySelector("#pair").code.value.length === 9`)
	p.do(chromedp.SendKeys(`input[name=device]`, "카운터"), chromedp.Click(`#pair button`))
	p.until("connected", inside(".state")+`?.textContent.includes("강남점")`)
	p.do(chromedp.Evaluate[chromedp.Void](`{ window.real = fetch; window.fetch = (u, o) => o?.method === "DELETE" ? Promise.reject(new TypeError("no network")) : real(u, o) }`))
	p.do(chromedp.Click(`#sign-out`), chromedp.Click(`#sign-out`))
	p.until("it says so", reads("지우지 못했습니다"))
	p.until("the receiver is there", inside(".state")+` && document.querySelector("#pair").hidden`)
	p.do(chromedp.Evaluate[chromedp.Void](`window.fetch = real`), chromedp.Click(`#sign-out`), chromedp.Click(`#sign-out`))
	p.until("signed out", `!document.querySelector("#pair").hidden && !document.querySelector("jumun-receiver")`)
	p.until("the cookie is gone", `fetch("/v1/marts/42/orders").then(r => r.status === 401)`)
}

func TestAPageWhoseMemoryIsBrokenShowsTheForm(t *testing.T) {
	s := startServer(t)
	b := openBrowser(t, "ko")
	p := b.open(s.url + "/receiver")
	p.until("form", `!document.querySelector("#pair").hidden`)
	p.do(chromedp.Evaluate[chromedp.Void](`localStorage.setItem("jumun receiver", "{broken")`), chromedp.Reload())
	p.until("the form", `!document.querySelector("#pair").hidden`)
}

// A browser keeps the cookies only of what it takes for safe: a code would be used up for nothing.
func TestPlainHTTPIsToldBeforeACodeIsUsed(t *testing.T) {
	s := startServer(t)
	b := openBrowserWith(t, "ko", chromedp.Flag("host-resolver-rules", "MAP shop.test 127.0.0.1"))
	plain := strings.Replace(s.url, "localhost", "shop.test", 1)
	link := s.link()
	p := b.open(strings.Replace(link, s.url, plain, 1))
	p.until("the link fills the form in", `document.querySelector("#pair").code.value.length === 9`)
	p.do(chromedp.SendKeys(`input[name=device]`, "카운터"), chromedp.Click(`#pair button`))
	p.until("it says so", reads("https://로 시작하는 주소로 여세요"))
	link, admin := strings.Replace(link, plain, s.url, 1), s.consoleLink()
	q := b.open(strings.Replace(admin, s.url, plain, 1))
	q.until("so does the console", reads("https://로 시작하는 주소로 여세요"))
	q.do(chromedp.Navigate(admin))
	q.until("the link is still good", reads("본사 · 모든 매장"))
	p.do(chromedp.Navigate(link))
	p.until("the link fills the form in", `document.querySelector("#pair").code.value.length === 9`)
	p.do(chromedp.SendKeys(`input[name=device]`, "카운터"), chromedp.Click(`#pair button`))
	p.until("the code is still good", inside(".state")+"?"+connected)
}
