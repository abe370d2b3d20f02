package web

import (
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
)

func served(t *testing.T) *httptest.Server {
	t.Helper()
	h, err := New()
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	h.Register(mux)
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s
}

func get(t *testing.T, method, url, header, value string) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequest(method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	if header != "" {
		req.Header.Set(header, value)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(body)
}

// An inline script or style, or one from elsewhere, would not run: the policy forbids it, and nobody would hear an order.
func TestThePageHasNothingThatItsPolicyForbids(t *testing.T) {
	s := served(t)
	for _, at := range []string{"/receiver ko", "/receiver en", "/console ko", "/console en"} {
		path, language, _ := strings.Cut(at, " ")
		res, page := get(t, "GET", s.URL+path, "Accept-Language", language)
		if policy := res.Header.Get("Content-Security-Policy"); !strings.Contains(policy, "default-src 'self'") || !strings.Contains(policy, "frame-ancestors 'none'") || strings.Contains(policy, "unsafe") {
			t.Errorf("policy %q", policy)
		}
		if res.Header.Get("X-Frame-Options") != "DENY" || res.Header.Get("Referrer-Policy") != "no-referrer" || !strings.Contains(page, `lang="`+language+`"`) {
			t.Errorf("%v %s", res.Header, page)
		}
		if found := regexp.MustCompile(`(?i)<script>|<style|style=|\son[a-z]+=|https?://|javascript:`).FindString(page); found != "" {
			t.Errorf("the page has %q", found)
		}
		for _, m := range regexp.MustCompile(`(?:src|href)="(/[^"]+)"`).FindAllStringSubmatch(page, -1) {
			if res, body := get(t, "GET", s.URL+m[1], "", ""); res.StatusCode != http.StatusOK || body == "" || res.Header.Get("X-Content-Type-Options") != "nosniff" {
				t.Errorf("%s: %s", m[1], res.Status)
			}
		}
	}
}

// In a bundle all names stand beside each other: two that are alike are a syntax error, and nothing would ring.
func TestNoTwoModulesHaveANameAlike(t *testing.T) {
	for bundle, known := range map[string]string{"/jumun.js": "Desk", "/web/console.js": "TestAlarm"} {
		_, code := get(t, "GET", served(t).URL+bundle, "", "")
		names := regexp.MustCompile(`(?m)^(?:async )?(?:class|function|const|let) (\w+)`).FindAllStringSubmatch(code, -1)
		for _, list := range regexp.MustCompile(`(?m)^(?:const|let) \w+(.+)$`).FindAllStringSubmatch(code, -1) {
			names = append(names, regexp.MustCompile(`, (\w+) = `).FindAllStringSubmatch(list[1], -1)...)
		}
		seen := map[string]bool{}
		for _, name := range names {
			if seen[name[1]] {
				t.Errorf("%s: %s is declared twice", bundle, name[1])
			}
			seen[name[1]] = true
		}
		if !seen[known] {
			t.Errorf("%s has no %s: %v", bundle, known, seen)
		}
	}
}

func TestABundleImportsNothingAndExportsOneName(t *testing.T) {
	_, module := get(t, "GET", served(t).URL+"/jumun.js", "", "")
	if found := regexp.MustCompile(`(?m)^(import|export) .*`).FindAllString(module, -1); len(found) != 1 || !strings.HasSuffix(module, "export { connect };\n") {
		t.Error(found)
	}
}

func TestOnlyWhatPagesOfOthersNeedIsForThem(t *testing.T) {
	s := served(t)
	for path, shared := range map[string]bool{"/jumun.js": true, "/web/sounds/order.flac": true, "/web/receiver.js": false, "/web/version": false, "/receiver": false} {
		res, _ := get(t, "GET", s.URL+path, "Origin", "https://admin.shop.example")
		if got := res.Header.Get("Access-Control-Allow-Origin"); (got == "*") != shared || got != "" && !shared || res.Header.Get("Access-Control-Allow-Credentials") != "" {
			t.Errorf("%s: %v", path, res.Header)
		}
	}
}

func TestAnAssetIsAskedForAgainAndSentOnlyIfItChanged(t *testing.T) {
	s := served(t)
	res, _ := get(t, "GET", s.URL+"/jumun.js", "", "")
	if again, body := get(t, "GET", s.URL+"/jumun.js", "If-None-Match", res.Header.Get("ETag")); again.StatusCode != http.StatusNotModified || body != "" {
		t.Errorf("%s %d bytes", again.Status, len(body))
	}
	for path, want := range map[string]int{"/web/nothing": 404, "/web/": 404, "/web/sounds/order2.flac": 404} {
		if res, _ := get(t, "GET", s.URL+path, "", ""); res.StatusCode != want {
			t.Errorf("%s: %s", path, res.Status)
		}
	}
	if res, _ := get(t, "POST", s.URL+"/receiver", "", ""); res.StatusCode != http.StatusMethodNotAllowed {
		t.Error(res.Status)
	}
}

func TestTheLanguageOfThePageIsThatOfTheBrowser(t *testing.T) {
	for accepts, want := range map[string]string{"": "ko", "ko-KR,ko;q=0.9,en-US;q=0.8": "ko", "en-US,en;q=0.9,ko;q=0.8": "en", "en": "en", "ja": "ko"} {
		r := httptest.NewRequest("GET", "/receiver", nil)
		r.Header.Set("Accept-Language", accepts)
		if got := languageOf(r); got != want {
			t.Errorf("%q: %s", accepts, got)
		}
	}
}
