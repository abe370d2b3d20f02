package popup

import (
	"image"
	"testing"

	"fyne.io/fyne/v2"

	"jumun/desktop/internal/i18n"
	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/ui/uitest"
)

// tillScreen is the work area of a usual till.
func tillScreen() image.Rectangle { return image.Rect(0, 0, 1280, 760) }

// hung returns a popup as it is on a screen of that size when the agent has said all of a screen of the
// gallery, and look is done.
func hung(screen string, area image.Rectangle, look func(*Popup)) func(*i18n.Translator) fyne.CanvasObject {
	return func(tr *i18n.Translator) fyne.CanvasObject {
		p := New(fyne.CurrentApp().NewWindow(""), tr, func(ipc.FromUI) {}, func(string) image.Rectangle { return area })
		p.now = uitest.Lunch
		for _, state := range uitest.Said(tr.Language, screen) {
			p.Show(state)
		}
		if look != nil {
			look(p)
		}
		return p.overlay.root
	}
}

func TestTheGalleryOfThePopup(t *testing.T) {
	for _, screen := range []string{"one", "five", "twelve", "lost", "paused", "closed", "other", "long", "cancelled", "unreadable", "too-late", "undo", "undo-newest", "office"} {
		uitest.Gallery(t, "popup-"+screen, hung(screen, tillScreen(), nil))
	}
	uitest.Gallery(t, "popup-open", hung("open", tillScreen(), func(p *Popup) { p.opened = p.cards[1].Key; p.arrange() }))
	uitest.Gallery(t, "popup-beyond", hung("beyond", tillScreen(), func(p *Popup) { p.page = 1; p.arrange() }))
	uitest.Gallery(t, "popup-sure", hung("four", tillScreen(), func(p *Popup) { p.all.arm(uitest.Lunch()) }))
	uitest.Gallery(t, "popup-small", hung("all", image.Rect(0, 0, 320, 224), nil)) // as on a screen of 800 × 600 at scale 2.5
	uitest.GalleryAt(t, "popup-five-at-2", 2, hung("five", tillScreen(), nil))
	uitest.GalleryAt(t, "popup-800x600", 1, hung("all", image.Rect(0, 0, 800, 560), nil))
	uitest.GalleryAt(t, "popup-800x600-at-2", 2, hung("all", image.Rect(0, 0, 400, 280), nil))
	large := func(p *Popup) { p.state.Place.Size = 1.5; p.arrange() }
	uitest.GalleryAt(t, "popup-large", 1, hung("five", tillScreen(), large))
}
