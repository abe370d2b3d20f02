//go:build linux

package ui

import (
	"errors"
	"fmt"
	"image"
	"slices"
	"testing"

	"jumun/desktop/e2e/harness"
	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/ui/theme"
	"jumun/desktop/internal/ui/uitest"
)

func clicksConfirmAll(t *testing.T, screen *harness.Screen) {
	till, p := focused(t, screen), onScreen(t, screen)
	popup := uitest.Cards("1001", "1002", "1003", "1004")
	p.say(ipc.ToUI{Popup: &popup})
	compact := len(p.hear().Shown) - 1
	w := p.window(screen)
	at := w.Bounds.Max.Sub(image.Pt(popupPadding+cardWidth/4, rowBottom(compact)+rowHeight/2))
	var heard ipc.FromUI
	must(t, harness.Until(t.Context(), "the second of two slow clicks to count", func() error {
		clicks(t, screen, at, 1)
		select {
		case heard = <-p.said:
			return nil
		default:
			return errors.New("not yet")
		}
	}))
	if !slices.Equal(heard.Confirm, uitest.Keys("1001", "1002", "1003", "1004")) {
		t.Errorf("the clicks said %+v", heard)
	}
	must(t, isActive(screen, uint32(till.id)))
	p.end()
}

func bannerComesAndGoes(t *testing.T, screen *harness.Screen) {
	till, p := focused(t, screen), onScreen(t, screen)
	area, err := screen.WorkArea()
	must(t, err)
	p.say(ipc.ToUI{Popup: &ipc.Popup{Banner: uitest.LostBanner()}})
	w := p.window(screen)
	if corner := area.Max.Sub(image.Pt(theme.PopupMargin, theme.PopupMargin)); w.Managed || w.Bounds.Max != corner || w.Bounds.Dy() > 120 {
		t.Errorf("managed: %v, at %v in %v", w.Managed, w.Bounds, area)
	}
	must(t, isActive(screen, uint32(till.id)), screen.Type(t.Context(), "abc"))
	must(t, harness.Until(t.Context(), "the typing to arrive", func() error { return till.has("abc") }))
	p.say(ipc.ToUI{Popup: &ipc.Popup{}})
	must(t, harness.Until(t.Context(), "the banner to go", func() error {
		if left, err := screen.WindowsOf(p.cmd.Process.Pid); len(left) > 0 || err != nil {
			return fmt.Errorf("%+v, %w", left, err)
		}
		return nil
	}))
	if rest := p.end(); len(rest) > 0 {
		t.Errorf("it says %+v", rest)
	}
}

// comesBackAbove covers the popup as a program does that puts itself on top of all others later.
func comesBackAbove(t *testing.T, screen *harness.Screen) {
	till, p := focused(t, screen), onScreen(t, screen)
	w := p.popUp(screen, "1001")
	till.cover(t)
	covered, err := screen.Covered(w)
	if must(t, err); !covered {
		t.Error("nothing covers the popup")
	}
	must(t, harness.Until(t.Context(), "the popup to come back above", func() error {
		if covered, err := screen.Covered(w); covered || err != nil {
			return fmt.Errorf("covered: %v, %v", covered, err)
		}
		return nil
	}))
	p.end()
}
