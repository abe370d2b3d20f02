//go:build linux

package ui

import (
	"fmt"
	"image"
	"os"
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
	rows = burstConfirmsOne(t, s.Screen, p, rows, image.Pt(at.Max.X-16-12-historyConfirmWidth/2, at.Min.Y+120))
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

// burstConfirmsOne presses the button of the first row again and again, as an impatient person does,
// while the row goes and the next one takes its place. It returns the rows that are left.
func burstConfirmsOne(t *testing.T, screen *harness.Screen, p *process, rows []ipc.Row, button image.Point) []ipc.Row {
	t.Helper()
	told := make(chan ipc.FromUI, 1)
	go func() {
		l := <-p.said
		left := uitest.Find(rows[1:], ipc.Query{Limit: ipc.MaxRows})
		_ = ipc.NewWriter(p.in).Send(ipc.ToUI{Page: &left})
		told <- l
	}()
	clicks(t, screen, button, 0)
	xdotool(t, screen, "click", "--delay", "150", "--repeat", "20", "1")
	if l := <-told; !slices.Equal(l.Confirm, []ipc.Key{{Mart: "42", Order: rows[0].Order}}) {
		t.Errorf("the clicks said %+v", l)
	}
	select {
	case l := <-p.said:
		t.Errorf("the clicks after that said %+v", l)
	default:
	}
	return rows[1:]
}

func TestTheHistoryOnASmallScreenAtAnyScale(t *testing.T) {
	s, err := harness.New()
	must(t, err)
	s.Resolution = image.Pt(800, 600)
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Log(err)
		}
	})
	must(t, s.OpenScreen(t.Context()))
	area, err := s.Screen.WorkArea()
	must(t, err)
	for _, scale := range []float64{1, 1.25, 2.5} {
		p, rows := start(t, "DISPLAY="+s.Screen.Display, "XAUTHORITY="+os.Getenv("XAUTHORITY"), fmt.Sprintf("FYNE_SCALE=%v", scale)), uitest.Rows(40, 2)
		p.hear()
		p.say(ipc.ToUI{OpenHistory: true})
		p.answerFind(rows, ipc.Query{})
		at := atRest(t, s.Screen, p).Bounds
		if !at.In(area) {
			t.Errorf("at %v the window at %v is not in %v", scale, at, area)
		}
		button := image.Pt(at.Max.X-int((5+6+12+historyConfirmWidth/2)*scale), at.Min.Y+int(84*scale))
		burstConfirmsOne(t, s.Screen, p, rows, button)
		p.end()
	}
}
