//go:build linux

package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"jumun/shared/wire"
)

// evil is what would run if a name became markup.
const evil = `<img src=x onerror="document.title='evil'">`

// consoleLink makes a link for an administrator of some marts; of all, if none is named.
func (s *server) consoleLink(marts ...string) string {
	s.t.Helper()
	args := []string{"admin-link", "--keys", s.keys, "--redis", s.redis, "--name", "본사", "--public-url", s.url, "--json"}
	for _, mart := range marts {
		args = append(args, "--mart", mart)
	}
	var made struct{ Page string }
	if err := json.Unmarshal([]byte(s.run(args...)), &made); err != nil {
		s.t.Fatal(err)
	}
	return made.Page
}

// device pairs a device of a mart, which reports whether it can be heard, and returns its token.
func (s *server) device(mart, martName, name string, audible bool) (token string) {
	s.t.Helper()
	var code wire.PairingCode
	if err := json.Unmarshal([]byte(s.run("pair", "--redis", s.redis, "--mart", mart, "--name", martName, "--json")), &code); err != nil {
		s.t.Fatal(err)
	}
	body, _ := json.Marshal(map[string]string{"martId": mart, "code": code.Code, "device": name})
	var paired wire.Paired
	if err := json.Unmarshal([]byte(s.as("", "POST", wire.PairPath, string(body))), &paired); err != nil {
		s.t.Fatal(err)
	}
	s.as(paired.Token, "GET", "/v1/marts/"+mart+"/orders", "")
	s.as(paired.Token, "POST", "/v1/marts/"+mart+"/presence", fmt.Sprintf(`{"audible":%v,"version":"1.2.0","problems":[]}`, audible))
	return paired.Token
}

// sendNonsense publishes what is no order.
func (s *server) sendNonsense() {
	s.t.Helper()
	req, err := http.NewRequest(http.MethodPost, s.url+wire.PublishPath, strings.NewReader("<order/>"))
	if err != nil {
		s.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+s.token(wire.RolePublisher))
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusBadRequest {
		s.t.Fatal(res.Status)
	}
}

// reads is JavaScript that is true if the page shows a text.
func reads(text string) string { return fmt.Sprintf("document.body.innerText.includes(%q)", text) }

func TestTheHeadOfficeSignsInByALinkSeesWhoIsNotHeardAndRevokes(t *testing.T) {
	s := startServer(t)
	s.device("7", "역삼점", "카운터", true)
	s.device("42", "강남점", "주방", false)
	s.publish(map[string]any{"martId": 42, "orderId": 1001, "summary": "아메리카노 2", "amount": 13500})
	link := s.consoleLink()
	p := openBrowser(t, "ko").open(link)
	p.until("signed in, and the code has left the address", reads("본사 · 모든 매장")+` && !location.href.includes("code")`)
	p.until("the mart that nobody hears comes first", `document.querySelector("tbody tr a")?.textContent === "강남점 (42)"`)
	p.until("what waits there", reads("1건"))
	p.looks("console-marts")
	p.do(chromedp.SendKeys(`input[type=search]`, "역삼"))
	p.until("one is found by its name", `document.querySelectorAll("tbody tr").length === 1 && document.querySelector("tbody tr a").textContent === "역삼점 (7)"`)
	p.do(chromedp.Evaluate[chromedp.Void](`location.hash = "#/mart/42"`))
	p.until("its devices and orders", reads("주방")+" && "+reads("아메리카노 2")+" && "+reads("1.2.0"))
	s.run("order", "--redis", s.redis, "--message", `{"martId":42,"orderId":1001,"cancelled":true}`)
	p.until("what becomes of an order comes by itself", reads("주문 취소됨"))
	press := func(name string) {
		t.Helper()
		path := fmt.Sprintf(`[...document.querySelectorAll("main button")].find(b => b.textContent === %q)`, name)
		p.until(name+" is there", path)
		p.do(chromedp.Click(chromedp.JSPath(path)))
	}
	press("기기 등록")
	press("등록 코드 만들기")
	p.until("a code", `/^[A-Z2-9]{4}-[A-Z2-9]{4}$/.test(document.querySelector(".code")?.textContent)`)
	p.scans(`document.querySelector(".panel p:nth-of-type(3)").textContent`)
	p.looks("console-mart")
	press("이름 바꾸기")
	p.do(chromedp.SendKeys(`.panel input`, " 2층"))
	press("이름 저장")
	p.until("the other name", `document.querySelector("h2").textContent === "강남점 2층 (42)"`)
	press("등록 해제")
	p.until("it says what that does", reads("이 매장의 주문이 더는 울리지 않습니다"))
	press("해제")
	p.until("it is revoked", reads("등록 해제됨"))
	press("PC 여러 대 등록")
	press("등록 키 만들기")
	p.until("an enrolment key", `/^([A-Z2-9]{5}-){4}[A-Z2-9]{5}$/.test(document.querySelector(".code")?.textContent)`)
	s.sendNonsense()
	p.do(chromedp.Click(`#to-servers`))
	p.until("the servers", reads("Redis 정상")+" && "+reads("작동 중")+" && "+reads("JSON이 아님"))
	p.looks("console-servers")
	p.do(chromedp.Click(`#to-webhooks`))
	p.until("the webhooks", reads("보내지 못한 알림"))
	p.do(chromedp.Click(`#sign-out`))
	p.until("signed out", reads("관리자 토큰"))
	p.do(chromedp.Navigate("about:blank"), chromedp.Navigate(link))
	p.until("the link is good once", reads("이미 쓴 링크"))
	if strings.Contains(s.logged.String(), strings.SplitAfter(link, "code=")[1]) {
		t.Error("the code is in the log")
	}
}

// scans reads the QR code on the page, as a phone does, and compares it with an expression.
func (p *tab) scans(expression string) {
	p.t.Helper()
	png, err := chromedp.Run(p.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		p.t.Fatal(err)
	}
	cmd := exec.CommandContext(p.t.Context(), "zbarimg", "--quiet", "--raw", "-")
	cmd.Stdin = bytes.NewReader(png)
	out, err := cmd.Output() // it says on stderr that there is no D-Bus
	if got, want := strings.TrimSpace(string(out)), p.text(expression); err != nil || got != want {
		p.t.Errorf("the code says %q, %v; want %q", got, err, want)
	}
}

// looks takes pictures in both widths, light and dark, and fails if something is cut off or an obstacle.
func (p *tab) looks(name string) {
	p.t.Helper()
	for _, size := range []struct {
		width int64
		look  string
	}{{1280, "light"}, {800, "dark"}, {800, "light"}, {1280, "dark"}} {
		if _, err := chromedp.Call(p.ctx, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: size.width, Height: 700, DeviceScaleFactor: 1}); err != nil {
			p.t.Fatal(err)
		}
		p.inScheme(size.look)
		p.until("it does not scroll sideways", fmt.Sprintf(`innerWidth === %d && document.documentElement.scrollWidth <= innerWidth`, size.width))
		for _, found := range p.obstacles() {
			p.t.Errorf("%s, %s, %d wide: %s", name, size.look, size.width, found)
		}
		p.shot(fmt.Sprintf("%s-%s-%d", name, size.look, size.width))
	}
}

func TestALimitedAdministratorSeesOwnMartsAndNamesAreTextOnTheConsole(t *testing.T) {
	s := startServer(t)
	s.device("42", evil, evil, false)
	s.device("7", "역삼점", "카운터", true)
	s.publish(map[string]any{"martId": 42, "orderId": "<svg/onload=document.title='evil'>", "summary": evil, "amount": evil})
	p := openBrowser(t, "en").open(s.consoleLink("42"))
	p.until("signed in", reads("본사 · stores: 1"))
	p.until("one mart, and no webhooks", `document.querySelectorAll("tbody tr").length === 1 && document.getElementById("to-webhooks").hidden`)
	p.looks("console-en-marts")
	p.do(chromedp.Evaluate[chromedp.Void](`location.hash = "#/mart/42"`))
	p.until("names are text", reads("onerror"))
	p.looks("console-en-mart")
	for _, hash := range []string{"#/mart/" + evil, "#/" + evil, "#/mart/7"} {
		p.do(chromedp.Evaluate[chromedp.Void](fmt.Sprintf("location.hash = %q", hash)))
		p.until(hash+" is refused or shows nothing", `document.getElementById("failed").hidden === false || document.querySelector("input[type=search]")`)
	}
	p.until("nothing of them ran", `document.title !== "evil" && document.querySelectorAll("img").length === 0`)
	p.do(chromedp.Evaluate[chromedp.Void](`location.hash = "#/mart/42"`))
	p.until("its page again", reads("onerror"))
	p.do(chromedp.Click(chromedp.JSPath(`[...document.querySelectorAll("tbody button")].find(b => b.textContent === "Rename")`)))
	p.do(chromedp.SetValue(`form.panel input`, `주방 `+evil), chromedp.Click(`form.panel button`))
	p.until("a name that the head office gave is text, too", reads("주방 <img")+` && document.title !== "evil" && document.querySelectorAll("img").length === 0`)
	p.looks("console-renamed")
	p.do(chromedp.Click(chromedp.JSPath(`[...document.querySelectorAll("tbody button")].find(b => b.textContent === "Rename")`)))
	p.until("the panel has that name", `document.querySelector("form.panel input").value.startsWith("주방 <img")`)
	p.until("the other mart is not shown", "!"+reads("카운터"))
}

func TestAPageOfAnotherSiteNeitherFramesTheConsoleNorActsByItsCookie(t *testing.T) {
	s := startServer(t)
	s.device("42", "강남점", "주방", true)
	b := openBrowser(t, "ko")
	p := b.open(s.consoleLink())
	p.until("signed in", reads("본사"))
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprintf(w, `<!doctype html><iframe src="%[1]s/console"></iframe><script>
addEventListener("load", async () => {
	const send = (mode) => fetch("%[1]s/v1/admin/revocations", {method: "POST", mode, credentials: "include", body: '{"martId":"42"}'}).then(r => r.type, () => "failed");
	document.title = [await send("cors"), await send("no-cors"), await fetch("%[1]s/v1/admin/overview", {credentials: "include"}).then(() => "read", () => "failed")].join(" ");
});
</script>`, s.url)
	}))
	t.Cleanup(other.Close)
	q := b.open(other.URL) // 127.0.0.1, and not localhost: another site
	q.until("it reads nothing", `document.title === "failed opaque failed"`)
	q.until("the frame is empty", `frames.length === 1 && (() => { try { return frames[0].document.body.innerText === ""; } catch { return true; } })()`)
	if devices := s.run("devices", "--redis", s.redis, "--mart", "42", "--json"); strings.Contains(devices, "revokedAt") {
		t.Error("another site has revoked: " + devices)
	}
	if !strings.Contains(q.console(), "frame-ancestors") && !strings.Contains(q.text(`document.title`), "failed") {
		t.Error(q.console())
	}
}
