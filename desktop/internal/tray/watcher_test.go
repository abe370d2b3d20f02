//go:build linux

package tray

import (
	"errors"
	"fmt"
	"image"
	"path/filepath"
	"testing"

	"jumun/desktop/e2e/harness"
	"jumun/desktop/internal/ipc"
)

// desk is a screen with a real panel.
func desk(t *testing.T) *harness.Session {
	t.Helper()
	if testing.Short() {
		t.Skip("opens a screen")
	}
	s, err := harness.New()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := s.OpenScreen(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

// painted returns the middle of a state's picture on the screen.
func painted(s *harness.Session, state string) (image.Point, error) {
	shot, err := s.Screen.Screenshot()
	if err != nil {
		return image.Point{}, err
	}
	var icon image.Rectangle
	for y := range shot.Bounds().Dy() {
		for x := range shot.Bounds().Dx() {
			if shot.RGBAAt(x, y) == colours[state] {
				icon = icon.Union(image.Rect(x, y, x+1, y+1))
			}
		}
	}
	if icon.Dx() < 10 || icon.Dy() < 10 {
		return image.Point{}, errors.New("the icon is not on the screen")
	}
	return icon.Min.Add(icon.Max).Div(2), nil
}

// menus waits until so many menus are open. The panel has a window outside the screen that takes
// the mouse for a menu; it does not count.
func menus(t *testing.T, s *harness.Session, want int) {
	t.Helper()
	until(t, fmt.Sprint(want, " menus"), func() error {
		windows, err := s.Screen.Windows()
		open := 0
		for _, w := range windows {
			if !w.Managed && w.Bounds.Overlaps(image.Rectangle{Max: s.Screen.Size()}) {
				open++
			}
		}
		if err == nil && open != want {
			err = fmt.Errorf("%d are open", open)
		}
		return err
	})
}

// opened clicks the icon of a state and waits for its menu.
func opened(t *testing.T, s *harness.Session, state string) {
	t.Helper()
	var at image.Point
	until(t, "the icon", func() (err error) { at, err = painted(s, state); return err })
	// First close a menu that opened too late for the keys, and a tooltip.
	escaped := s.Screen.Press(t.Context(), "Escape", "Escape")
	if err := errors.Join(escaped, s.Screen.Point(t.Context(), image.Point{})); err != nil {
		t.Fatal(err)
	}
	menus(t, s, 0)
	if err := s.Screen.Click(t.Context(), at); err != nil {
		t.Fatal(err)
	}
	menus(t, s, 1)
}

func until(t *testing.T, what string, ok func() error) {
	t.Helper()
	if err := harness.Until(t.Context(), what, ok); err != nil {
		t.Fatal(err)
	}
}

// A panel does not always draw the menu that it was told: items that came later were lost there,
// and the last item with them.
func TestARealPanelShowsTheFirstOrderAndTheLastItem(t *testing.T) {
	s := desk(t)
	app := startApp(t, "unix:path="+filepath.Join(s.Dir, "bus"))
	app.show(View{Icon: ipc.Connected, Status: "연결됨"})
	choose := func(state, said string, keys ...string) {
		t.Helper()
		app.does(func() {
			opened(t, s, state)
			if err := s.Screen.Press(t.Context(), keys...); err != nil {
				t.Fatal(err)
			}
		}, said)
	}
	choose(ipc.Connected, "quit", "Up", "Return")
	app.show(View{Icon: ipc.IconWaiting, Status: "기다리는 주문 12건", Orders: orders(1001, 12)})
	choose(ipc.IconWaiting, "confirm 42 1001", "Down", "Return")
	app.show(View{Icon: ipc.Lost, Status: "연결 끊김", Orders: orders(1002, 11)})
	choose(ipc.Lost, "quit", "Up", "Return")
	app.show(View{Icon: ipc.Connected, Status: "연결됨"})
	choose(ipc.Connected, "history", "Down", "Return")
	choose(ipc.Connected, "pause 30m0s", "Down", "Down", "Right", "Down", "Return")
	app.quits()
}
