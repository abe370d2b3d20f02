//go:build linux

package e2e

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// wanted is set by make test-page.
const wanted = "JUMUN_TEST_PAGE"

// patience is how long a test waits for what must come: long, since it ends a failure only.
const patience = 30 * time.Second

func TestMain(m *testing.M) {
	if os.Getenv(wanted) == "" {
		fmt.Println("make test-page runs these")
		return
	}
	os.Exit(m.Run())
}

// A browser is a Chromium with a profile of its own. It lets no page play before a click, as a person's does.
type browser struct {
	t   *testing.T
	ctx context.Context
}

func openBrowser(t *testing.T, language string, env ...string) *browser {
	t.Helper()
	return openBrowserWith(t, language, chromedp.Env(env...))
}

func openBrowserWith(t *testing.T, language string, more ...chromedp.ExecAllocatorOption) *browser {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.Flag("headless", "new"), chromedp.Flag("mute-audio", false), chromedp.NoSandbox, // as root there is no sandbox
		chromedp.Flag("autoplay-policy", "document-user-activation-required"), chromedp.Flag("disable-background-timer-throttling", false),
		chromedp.Flag("lang", language), chromedp.Flag("accept-lang", language), chromedp.WindowSize(1280, 800))
	allocator, free := chromedp.NewExecAllocator(context.WithoutCancel(t.Context()), append(options, more...)...)
	ctx, end := chromedp.NewContext(allocator)
	t.Cleanup(func() { end(); free() })
	if err := chromedp.Do(ctx); err != nil {
		t.Fatal(err)
	}
	return &browser{t, ctx}
}

// A tab is a page of a browser. What the page writes to its console is kept.
type tab struct {
	*browser
	ctx   context.Context
	close func()

	mu   sync.Mutex
	said []string
}

func (b *browser) open(url string) *tab {
	b.t.Helper()
	ctx, end := chromedp.NewContext(b.ctx)
	p := &tab{browser: b, ctx: ctx, close: end}
	messages := chromedp.Console(ctx)
	read := make(chan struct{})
	go func() {
		defer close(read)
		for m := range messages {
			p.mu.Lock()
			p.said = append(p.said, string(m.Type)+" "+m.Text)
			p.mu.Unlock()
		}
	}()
	b.t.Cleanup(func() {
		end()
		<-read
		if b.t.Failed() {
			b.t.Log(url, "said", p.console())
		}
	})
	if _, err := chromedp.Call(ctx, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true}); err != nil {
		b.t.Fatal(err)
	}
	p.do(chromedp.Navigate(url))
	return p
}

func (p *tab) console() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return strings.Join(p.said, "\n")
}

func (p *tab) do(actions ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		p.t.Fatal(err)
	}
}

// inside returns JavaScript for an element of the receiver.
func inside(selector string) string {
	return fmt.Sprintf("document.querySelector('jumun-receiver').shadowRoot.querySelector(%q)", selector)
}

// still returns what is true once an element has been in its place for as long as a press on it needs to count.
func still(element string) string {
	return `(async e => {
		const at = () => e?.isConnected && e.getClientRects().length > 0 && JSON.stringify(e.getBoundingClientRect());
		const before = at();
		await new Promise(done => setTimeout(done, 600));
		return Boolean(before) && before === at();
	})(` + element + `)`
}

// click presses an element of the receiver as a mouse does, and as a person who looks where it is.
func (p *tab) click(selector string) {
	p.t.Helper()
	p.until(selector+" stands still", still(inside(selector)))
	p.do(chromedp.Click(chromedp.JSPath(inside(selector))))
}

// is reports whether an expression is true. It does not count as something that a person did.
func (p *tab) is(expression string) (bool, error) {
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	return chromedp.Run(ctx, chromedp.Evaluate[bool]("(async () => Boolean(await "+expression+"))()", chromedp.EvalAwaitPromise))
}

func (p *tab) text(expression string) string {
	p.t.Helper()
	text, err := chromedp.Run(p.ctx, chromedp.Evaluate[string]("String("+expression+")"))
	if err != nil {
		p.t.Fatal(err)
	}
	return text
}

// until waits until an expression is true.
func (p *tab) until(what, expression string) {
	p.t.Helper()
	var last error
	eventually(p.t, what, func() bool {
		yes, err := p.is(expression)
		last = err
		return yes
	}, func() string { return fmt.Sprintf("%v\n%s", last, p.shows()) })
}

// shows returns what a person reads on the page.
func (p *tab) shows() string {
	text, _ := chromedp.Run(p.ctx, chromedp.Evaluate[string](`document.body.innerText + "\n" + (document.querySelector("jumun-receiver")?.shadowRoot?.querySelector("main")?.innerText ?? "")`))
	return text
}

// shot writes a picture of the page, if the tester wants to look at it.
func (p *tab) shot(name string, actions ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	dir := os.Getenv("JUMUN_TEST_PAGE_SHOTS")
	if dir == "" {
		return
	}
	p.do(actions...)
	png, err := chromedp.Run(p.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		p.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name+".png"), png, 0o644); err != nil {
		p.t.Fatal(err)
	}
}

// eventually waits until something is so; else it fails with what is instead.
func eventually(t *testing.T, what string, isSo func() bool, instead func() string) {
	t.Helper()
	within(t, patience, what, isSo, instead)
}

func within(t *testing.T, patience time.Duration, what string, isSo func() bool, instead func() string) {
	t.Helper()
	ctx, cancel := context.WithTimeoutCause(t.Context(), patience, errors.New(what))
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for !isSo() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("not so after %v: %s; instead: %s", patience, what, instead())
		}
	}
}
