//go:build linux

package window

import (
	"errors"
	"image"
	"slices"
	"testing"

	"jumun/desktop/e2e/stage"
	"jumun/desktop/pipe"
)

func TestTheHistoryOnARealScreen(t *testing.T) {
	s, err := stage.New()
	must(t, err)
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Log(err) // a desktop's program that is slow to end is not about our window
		}
	})
	must(t, s.OpenScreen(t.Context()))
	p, b := onScreen(t, s.Screen), &bench{rows: orders(1000, 2)}
	p.say(pipe.ToWindow{History: true})
	p.answerFind(b, pipe.Find{})
	at := atRest(t, s.Screen, p).Bounds
	confirms(t, s.Screen, p, b, at)
	must(t, s.Screen.Click(t.Context(), image.Pt(at.Min.X+500, at.Min.Y+84)), s.Screen.Press(t.Context(), "ctrl+f"))
	must(t, s.Screen.Type(t.Context(), "9"))
	p.answerFind(b, pipe.Find{Text: "9"})
	must(t, s.Screen.Press(t.Context(), "Escape"))
	if l := p.hear(); !l.Left {
		t.Errorf("closed by Escape it says %+v", l)
	}
	p.say(pipe.ToWindow{Found: &pipe.Found{}}) // on its way when it was closed
	p.say(pipe.ToWindow{History: true})
	p.answerFind(b, pipe.Find{})
	p.end()
}

// answerFind answers what the process asks, which should be f.
func (p *process) answerFind(b *bench, f pipe.Find) {
	p.t.Helper()
	l := p.hear()
	if f.Limit = pipe.MaxFound; l.Find == nil || *l.Find != f {
		p.t.Fatalf("it says %+v, and does not ask for %+v", l, f)
	}
	found := b.find(f)
	p.say(pipe.ToWindow{Found: &found})
}

// confirms presses the button of the first row until that counts: rows have to rest first.
func confirms(t *testing.T, screen *stage.Screen, p *process, b *bench, at image.Rectangle) {
	t.Helper()
	button := image.Pt(at.Max.X-16-12-confirmWidth/2, at.Min.Y+120)
	var heard pipe.FromWindow
	must(t, stage.Until(t.Context(), "a click to count", func() error {
		clicks(t, screen, button, 1)
		select {
		case heard = <-p.said:
			return nil
		default:
			return errors.New("not yet")
		}
	}))
	if want := []pipe.Key{{Mart: "42", Order: b.rows[0].Order}}; !slices.Equal(heard.Confirm, want) {
		t.Errorf("the click said %+v", heard)
	}
}
