//go:build linux

package e2e

import (
	"fmt"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// Nothing runs over the edge: on a small screen of a till, on a phone, and when a person has doubled the size of all.
func TestThePageFitsSmallScreensAndLargeText(t *testing.T) {
	s := startServer(t)
	p := paired(t, s, openBrowser(t, "ko"))
	for i := range 4 {
		s.publish(map[string]any{"martId": 42, "orderId": fmt.Sprintf("20240727-000%d", i), "summary": "아메리카노 2, 라떼 1, 아주아주긴이름의크로플과아이스크림세트 3", "amount": 13500})
	}
	p.until("the orders", count+` === 4`)
	for _, size := range []struct {
		name          string
		width, height int64
		scale         float64
		dark          string
	}{
		{"till", 800, 480, 1, "light"}, {"phone", 360, 640, 2, "dark"}, {"zoomed", 640, 400, 2, "light"}, {"narrow", 320, 256, 1, "dark"},
	} {
		if _, err := chromedp.Call(p.ctx, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: size.width, Height: size.height, DeviceScaleFactor: size.scale}); err != nil {
			t.Fatal(err)
		}
		scheme := []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: size.dark}}
		if _, err := chromedp.Call(p.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: scheme}); err != nil {
			t.Fatal(err)
		}
		p.until(size.name+" does not scroll sideways", fmt.Sprintf(`innerWidth === %d && document.documentElement.scrollWidth <= innerWidth && [...document.querySelector("jumun-receiver").shadowRoot.querySelectorAll("*")].every(e => e.getBoundingClientRect().right <= innerWidth + 1)`, size.width))
		p.until("buttons are large enough for a finger", `[...document.querySelector("jumun-receiver").shadowRoot.querySelectorAll("button")].every(b => b.getClientRects().length === 0 || b.getBoundingClientRect().height >= 44)`)
		p.shot("fits-" + size.name)
	}
}
