//go:build linux

package windows

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"jumun/desktop/e2e/windows/seen"
	"jumun/shared/order"
)

// A till is a program into which a scanner types: notepad.
type till struct {
	*store
	window, field seen.Window
	typed         string
}

func (s *store) openTill() *till {
	s.Helper()
	pid, err := s.user.Start("notepad")
	s.must(err)
	s.Cleanup(func() { s.must(s.Kill(pid, 1)) })
	l := &till{store: s}
	s.until("the till to have the keyboard", func() (err error) {
		if l.window, err = s.Window("Notepad", ""); err == nil && !l.window.Foreground {
			err = fmt.Errorf("it has not")
		}
		return err
	})
	fields, err := s.Children(l.window)
	s.must(err)
	for _, f := range fields {
		if f.Class == "Edit" {
			l.field = f
		}
	}
	s.until("the keys to arrive there", func() error { // X gives the keyboard to Windows a moment later
		s.must(s.Screen.Type(s.Context(), "0"))
		got, err := s.Text(l.field)
		if err == nil && got == "" {
			err = fmt.Errorf("none has")
		}
		return err
	})
	return l
}

// scan types a number, which must arrive whole after what was typed before.
func (l *till) scan(number string) {
	l.Helper()
	l.must(l.Screen.Type(l.Context(), number))
	l.typed += number
	l.until("the till to have "+l.typed, func() error {
		got, err := l.Text(l.field)
		if err == nil && !strings.HasSuffix(got, l.typed) {
			err = fmt.Errorf("it has %q", got)
		}
		return err
	})
}

func TestWhatAScannerTypesStaysInATillOnTheFullScreen(t *testing.T) {
	s := open(t, "choi")
	s.connect("42")
	till := s.openTill()
	till.scan("8801")
	s.sell("42", "1801")
	s.sell("42", "1802")
	s.rings("1802")
	popup := s.popup("1802")
	const style = seen.Topmost | seen.ToolWindow | seen.NoActivate
	if popup.ExStyle&style != style || popup.ExStyle&seen.AppWindow != 0 {
		t.Errorf("the popup has the style %x", popup.ExStyle)
	}
	till.scan("8802")
	s.must(s.Cover(till.window))
	s.until("the popup to be above the till", func() error {
		if above := s.covering(popup); len(above) > 0 {
			return fmt.Errorf("above are %+v", above)
		}
		return nil
	})
	popup = s.popup("1802")
	s.screenshot("above")
	s.confirm(popup)
	s.acknowledged("1802")
	till.scan("8803")
	s.confirmsLast("1801")
	s.silent()
	till.scan("8804")
}

// confirmsLast presses 확인 of an order that has just moved there, as a person does who sees that it is still there: a
// press that comes too soon after the move does not count.
func (s *store) confirmsLast(number order.OrderID) {
	s.Helper()
	popup := s.popup(string(number))
	s.until("order "+string(number)+" to be confirmed", func() error {
		status, err := s.user.Status()
		if err != nil || !waits(number)(status) {
			return err
		}
		s.confirm(popup)
		return errors.New("it is still there")
	})
}
