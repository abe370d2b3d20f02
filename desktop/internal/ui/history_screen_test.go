//go:build linux

package ui

import (
	"errors"
	"image"
	"slices"
	"testing"

	"jumun/desktop/e2e/harness"
	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/ui/uitest"
)

func TestTheHistoryOnARealScreen(t *testing.T) {
	s, err := harness.New()
	must(t, err)
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Log(err) // a desktop's program that is slow to end is not about our window
		}
	})
	must(t, s.OpenScreen(t.Context()))
	p, rows := onScreen(t, s.Screen), uitest.Rows(1000, 2)
	p.say(ipc.ToUI{OpenHistory: true})
	p.answerFind(rows, ipc.Query{})
	at := atRest(t, s.Screen, p).Bounds
	confirms(t, s.Screen, p, rows[0], at)
	must(t, s.Screen.Click(t.Context(), image.Pt(at.Min.X+500, at.Min.Y+84)), s.Screen.Press(t.Context(), "ctrl+f"))
	must(t, s.Screen.Type(t.Context(), "9"))
	p.answerFind(rows, ipc.Query{Text: "9"})
	must(t, s.Screen.Press(t.Context(), "Escape"))
	if l := p.hear(); !l.HistoryClosed {
		t.Errorf("closed by Escape it says %+v", l)
	}
	p.say(ipc.ToUI{Page: &ipc.HistoryPage{}}) // on its way when it was closed
	p.say(ipc.ToUI{OpenHistory: true})
	p.answerFind(rows, ipc.Query{})
	p.end()
}

// answerFind answers what the process asks, which should be f.
func (p *process) answerFind(rows []ipc.Row, f ipc.Query) {
	p.t.Helper()
	l := p.hear()
	if f.Limit = ipc.MaxRows; l.Query == nil || *l.Query != f {
		p.t.Fatalf("it says %+v, and does not ask for %+v", l, f)
	}
	found := uitest.Find(rows, f)
	p.say(ipc.ToUI{Page: &found})
}

// confirms presses the button of the first row until that counts: rows have to rest first.
func confirms(t *testing.T, screen *harness.Screen, p *process, row ipc.Row, at image.Rectangle) {
	t.Helper()
	button := image.Pt(at.Max.X-16-12-historyConfirmWidth/2, at.Min.Y+120)
	var heard ipc.FromUI
	must(t, harness.Until(t.Context(), "a click to count", func() error {
		clicks(t, screen, button, 1)
		select {
		case heard = <-p.said:
			return nil
		default:
			return errors.New("not yet")
		}
	}))
	if want := []ipc.Key{{Mart: "42", Order: row.Order}}; !slices.Equal(heard.Confirm, want) {
		t.Errorf("the click said %+v", heard)
	}
}
