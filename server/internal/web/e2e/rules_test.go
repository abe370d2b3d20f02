//go:build linux

package e2e

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/chromedp/chromedp"
)

// modules serves the parts of jumun.js one by one, and the tables that the app is held to as well.
func modules(t *testing.T) *httptest.Server {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, "<!doctype html>")
	})
	mux.Handle("/jumun/", http.StripPrefix("/jumun/", http.FileServer(http.Dir("../jumun"))))
	mux.Handle("/testdata/", http.StripPrefix("/testdata/", http.FileServer(http.Dir("testdata"))))
	for path, file := range map[string]string{"/alarm.json": "../../../../desktop/internal/alarm/testdata/scenarios.json", "/repeats.json": "../../../../shared/order/testdata/repeats.json"} {
		mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, file) })
	}
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s
}

// Go's tests of package alarm and of package order read the same two files.
func TestThePageRingsByTheRulesOfTheApp(t *testing.T) {
	p := openBrowser(t, "ko").open(modules(t).URL)
	for name, ask := range map[string]string{
		"the alarm": `run(await (await fetch("/alarm.json")).json())`,
		"repeats":   `repeated(await (await fetch("/repeats.json")).json())`,
	} {
		wrong, err := chromedp.Run(p.ctx, chromedp.Evaluate[[]string](`(async () => { const { run, repeated } = await import("/testdata/scenarios.js"); return `+ask+` })()`, chromedp.EvalAwaitPromise))
		if err != nil {
			t.Fatal(name, err)
		}
		for _, w := range wrong {
			t.Errorf("%s: %s", name, w)
		}
	}
}
