package popup

import (
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/ui/uitest"
	"jumun/desktop/internal/ui/widgets"
)

// says are the texts of the popup.
func (p *popupTest) says() (list []string) {
	uitest.Texts(p.overlay.root, fyne.Position{}, func(text *canvas.Text, _ fyne.Position) { list = append(list, text.Text) })
	return list
}

func (p *popupTest) height() float32 { return p.overlay.window.Canvas().Size().Height }

func TestABannerAloneIsSmallAndGoesByItself(t *testing.T) {
	p := testPopup(t)
	p.Show(ipc.Popup{Banner: uitest.LostBanner()})
	if !p.overlay.isVisible() || !slices.Contains(p.says(), uitest.LostBanner().Text) {
		t.Fatalf("visible: %v; it says %q", p.overlay.isVisible(), p.says())
	}
	if p.height() > 120 {
		t.Errorf("it is %v high", p.height())
	}
	p.Tick()
	p.Show(ipc.Popup{})
	if p.Tick(); p.overlay.isVisible() || len(p.mapped) > 0 {
		t.Errorf("visible: %v, mapped: %v", p.overlay.isVisible(), p.mapped)
	}
}

func TestABannerComesAndGoesAboveTheCardsWhichStay(t *testing.T) {
	p := testPopup(t)
	state := uitest.Cards("A", "B")
	p.Show(state)
	p.clock = p.clock.Add(widgets.SettleTime)
	bare := p.height()
	fromBottom := func() float32 { return p.height() - p.views[uitest.Keys("A")[0]].root.Position().Y }
	place := fromBottom()
	state.Banner = uitest.LostBanner()
	p.Show(state)
	if fromBottom() != place || p.height() <= bare {
		t.Errorf("the card is %v above the bottom, was %v; the popup %v high, was %v", fromBottom(), place, p.height(), bare)
	}
	p.press("A")
	if !slices.Equal(p.confirmed, uitest.Keys("A")) {
		t.Error("a press does not count, though no card has moved")
	}
	p.Show(ipc.Popup{Banner: uitest.LostBanner()})
	if got := p.says(); slices.Contains(got, "A") || !slices.Contains(got, uitest.LostBanner().Text) {
		t.Errorf("without cards it says %q", got)
	}
	p.Show(uitest.Cards("A", "B"))
	if got := p.says(); slices.Contains(got, uitest.LostBanner().Text) || p.height() != bare {
		t.Errorf("without a banner it says %q, and is %v high", got, p.height())
	}
	if want := append(uitest.Keys("A", "B"), uitest.Keys("A", "B")...); !slices.Equal(p.mapped, want) {
		t.Errorf("mapped %v", p.mapped)
	}
}

func TestTheTimeThatABannerHasLeftIsShownEachSecond(t *testing.T) {
	p := testPopup(t)
	p.Show(ipc.Popup{Banner: ipc.Banner{Tone: ipc.ToneWarn, Text: "소리를 잠시 껐습니다", Until: p.clock.Add(61 * time.Second)}})
	for _, want := range []string{"01:01", "01:00", "00:59"} {
		if !slices.Contains(p.says(), want) {
			t.Errorf("it says %q, not %s", p.says(), want)
		}
		p.clock = p.clock.Add(time.Second)
		p.Tick()
	}
}

func TestEveryTextOfABannerIsInItsPlace(t *testing.T) {
	for _, tone := range []string{ipc.ToneBad, ipc.ToneWarn, ipc.ToneCalm, "of a newer agent"} {
		for _, text := range []string{"한 줄", "두 줄이 되는 조금 더 긴 문장입니다. 그래도 읽을 수 있습니다", strings.Repeat("뷁", 300)} {
			testPopup(t)
			b := ipc.Banner{Tone: tone, Text: text, Do: text, Until: time.Now().Add(9*time.Hour + 59*time.Minute)}
			for _, n := range []*bannerView{newBannerView(b), newBannerLine(b)} {
				n.tick(time.Now())
				uitest.NoTextSpills(t, n.root, fyne.NewSize(cardWidth, n.height))
				uitest.Texts(n.root, fyne.Position{}, func(text *canvas.Text, at fyne.Position) {
					if text != n.left && at.X+text.MinSize().Width > cardWidth-cardInset-n.left.MinSize().Width {
						t.Errorf("%q is under the time", text.Text)
					}
				})
			}
		}
	}
}

func TestTheTimeThatIsLeftIsCountedDown(t *testing.T) {
	tests := []struct {
		name string
		left time.Duration
		want string
	}{
		{"it is over", -time.Hour, "00:00"},
		{"at the very moment", 0, "00:00"},
		{"a second has begun", time.Millisecond, "00:01"},
		{"a minute", time.Minute, "01:00"},
		{"a quarter of an hour", 15 * time.Minute, "15:00"},
		{"nearly an hour", time.Hour - time.Second, "59:59"},
		{"an hour and more", time.Hour + 4*time.Minute + 59*time.Second, "1:04:59"},
	}
	for _, test := range tests {
		if got := countdown(test.left); got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}
