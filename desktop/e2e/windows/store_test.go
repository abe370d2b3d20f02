//go:build linux

package windows

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	_ "image/png"
	"slices"
	"strings"

	"jumun/assets/fonts"
	"jumun/assets/icons"
	"jumun/desktop/e2e/harness"
	"jumun/desktop/e2e/harness/alsa"
	"jumun/desktop/e2e/harness/screen"
	"jumun/desktop/e2e/harness/sound"
	"jumun/desktop/e2e/windows/seen"
	"jumun/desktop/internal/ipc"
	"jumun/shared/order"
)

// The sizes of the letters on the popup, in pixels.
const (
	numberSize = 54
	buttonSize = 22
	bannerSize = 19
	formSize   = 16 // in other windows
)

func (s *store) until(what string, ok func() error) {
	s.Helper()
	s.must(harness.Until(s.Context(), what, ok))
}

func (s *store) untilStatus(what string, ok func(ipc.Status) bool) ipc.Status {
	s.Helper()
	got, err := s.user.UntilStatus(s.Context(), what, ok)
	s.must(err)
	return got
}

func isConnected(s ipc.Status) bool { return s.State == ipc.Connected }

// connect pairs the PC with a mart and starts jumun.
func (s *store) connect(mart order.MartID) ipc.Status {
	s.Helper()
	s.must(s.user.Pair(s.Context(), s.server, mart))
	s.must(s.user.Open())
	return s.untilStatus("connected", isConnected)
}

// sold has the tests that sold a number: the server of all tests takes a second order of it for a repeat.
var sold = map[string]string{}

// sell publishes an order as an order service does.
func (s *store) sell(mart, number string) {
	s.Helper()
	if by, was := sold[number]; was {
		s.Fatalf("%s has sold order %s: take another number", by, number)
	}
	sold[number] = s.Name()
	out, err := s.redis.CLI(s.Context(), "PUBLISH", "order", fmt.Sprintf(`{"martId":%s,"orderId":%s,"summary":"라떼 2","amount":"9,000원"}`, mart, number))
	s.must(err)
	if strings.TrimSpace(out) != "1" {
		s.Fatalf("published order %s to %s servers, not to 1", number, strings.TrimSpace(out))
	}
}

func waits(number order.OrderID) func(ipc.Status) bool {
	return func(s ipc.Status) bool {
		return slices.ContainsFunc(s.Waiting, func(c ipc.Card) bool { return c.Order == number })
	}
}

// rings waits until an order is on the screen and was heard whole.
func (s *store) rings(number order.OrderID) ipc.Status {
	s.Helper()
	before := s.untilStatus("order "+string(number)+" to be known", waits(number))
	return s.untilStatus("order "+string(number)+" to be seen and heard", func(s ipc.Status) bool {
		return waits(number)(s) && s.UI.State == ipc.ChildRunning && s.UI.Count > 0 && s.Player.State == ipc.ChildRunning && s.Player.Count > before.Player.Count
	})
}

// popup waits for the popup, on which it reads an order's number, and returns it.
func (s *store) popup(number string) seen.Window {
	s.Helper()
	var popup seen.Window
	s.until("the popup with "+number, func() error {
		status, err := s.user.Status()
		if err != nil {
			return err
		}
		found, err := s.WindowsOf(status.UI.PID)
		if err != nil || len(found) == 0 {
			return fmt.Errorf("it has no window: %w", err)
		}
		popup = found[0]
		_, err = s.find(popup.Bounds, number, numberSize)
		return err
	})
	return popup
}

// find finds a text in bold letters on a part of the screen.
func (s *store) find(within image.Rectangle, text string, size float64) (screen.Match, error) {
	reader, err := screen.NewReader(fonts.Bold())
	if err != nil {
		return screen.Match{}, err
	}
	shot, err := s.Screen.Screenshot()
	if err != nil {
		return screen.Match{}, err
	}
	got, err := reader.Find(shot, within, text, size)
	if err == nil && got.Likeness < screen.Threshold {
		err = fmt.Errorf("%q is not on the screen; the best place has %.2f", text, got.Likeness)
	}
	return got, err
}

// covering returns the visible windows above w that cover a part of it.
func (s *store) covering(w seen.Window) (above []seen.Window) {
	s.Helper()
	all, err := s.Windows.Windows()
	s.must(err)
	for _, other := range all {
		if other.Handle == w.Handle {
			return above
		}
		if other.Visible && other.Bounds.Overlaps(w.Bounds) {
			above = append(above, other)
		}
	}
	s.Fatalf("the window %+v is gone", w)
	return nil
}

// confirm clicks 확인 on the popup.
func (s *store) confirm(popup seen.Window) {
	s.Helper()
	button, err := s.find(popup.Bounds, "확인", buttonSize)
	s.must(err)
	s.must(s.Screen.Click(s.Context(), button.Centre()))
}

// silent waits until nothing rings and nothing is on the screen.
func (s *store) silent() {
	s.Helper()
	s.untilStatus("silence", func(s ipc.Status) bool {
		return s.Orders == 0 && (s.Player.State == ipc.ChildIdle || s.Player.State == "")
	})
	s.until("the popup to be gone", func() error {
		_, err := s.Window("GLFW30", "")
		if err == nil {
			return fmt.Errorf("it is there")
		}
		return nil
	})
}

// recorded returns what the sound device got since the test began.
func (s *store) recorded() []alsa.Recording {
	s.Helper()
	all, err := s.Speaker.Recordings()
	s.must(err)
	return slices.DeleteFunc(all, func(r alsa.Recording) bool { return r.Opened.Before(s.begin) })
}

// plays returns the sounds of orders and losses that were heard, without the dropouts that wine has
// on a busy machine: it hands out its sound every 10 ms, or silence in its place.
func (s *store) plays() []sound.Play {
	s.Helper()
	all := s.recorded()
	for i := range all {
		mono, dropped := all[i].WithoutDropouts()
		s.Logf("recorded %d frames; %d more were silence for want of time", len(mono), dropped)
		all[i].Frames = nil
		for _, v := range mono {
			all[i].Frames = append(all[i].Frames, [2]float32{float32(v), float32(v)})
		}
	}
	plays, err := sound.PlaysOf(all, "order", "lost")
	s.must(err)
	return plays
}

// trayIcon waits until the tray has jumun's icon in the colours of a state. wine draws the icons of the
// tray on the task bar itself, the first one at the right end.
func (s *store) trayIcon(state string, waiting int) {
	s.Helper()
	want := colour(picture(icons.Tray(state, waiting)))
	s.until("the icon of "+state, func() error {
		bar, err := s.Window("Shell_TrayWnd", "")
		if err != nil {
			return err
		}
		shot, err := s.Screen.Screenshot()
		if err != nil {
			return err
		}
		place := bar.Bounds
		place.Min.X = place.Max.X - place.Dy()
		if got := colour(shot.SubImage(place)); got != want {
			return fmt.Errorf("it has the colour %v, not %v", got, want)
		}
		return nil
	})
}

func picture(raw []byte) image.Image {
	img, _, err := image.Decode(bytes.NewReader(raw))
	if err != nil {
		panic(err) // it is embedded
	}
	return img
}

// colour returns the most frequent colour of a picture that is not white; none if it is all white.
func colour(img image.Image) (most color.RGBA) {
	count := map[color.RGBA]int{}
	for y := img.Bounds().Min.Y; y < img.Bounds().Max.Y; y++ {
		for x := img.Bounds().Min.X; x < img.Bounds().Max.X; x++ {
			c := color.RGBAModel.Convert(img.At(x, y)).(color.RGBA)
			if c.A < 255 || min(c.R, c.G, c.B) > 240 {
				continue
			}
			if count[c]++; count[c] > count[most] {
				most = c
			}
		}
	}
	return most
}

// ended waits for the end of a process.
func (s *store) ended(pid int) {
	s.Helper()
	s.until(fmt.Sprintf("process %d to end", pid), func() error {
		all, err := s.Processes("jumun.exe")
		if slices.ContainsFunc(all, func(p seen.Process) bool { return int(p.PID) == pid }) {
			err = fmt.Errorf("it runs")
		}
		return err
	})
}

// sellWhileAway records an order while no server runs, for the next one.
func (s *store) sellWhileAway(mart, number string) {
	s.Helper()
	_, err := s.redis.CLI(s.Context(), "XADD", "jumun:orders", "*", "martId", mart, "orderId", number)
	s.must(err)
}

// acknowledged waits until the server knows that somebody has confirmed an order.
func (s *store) acknowledged(number string) {
	s.Helper()
	s.until("the server to know of the confirmation", func() error {
		out, err := s.server.Admin(s.Context(), "order", "--mart", "42", "--order", number, "--show")
		if err == nil && !strings.Contains(string(out), "  confirmed") {
			err = fmt.Errorf("it says %s", out)
		}
		return err
	})
}

// begins reports whether text begins with prefix; an empty prefix is all of it.
func begins(text, prefix string) bool {
	return strings.HasPrefix(text, prefix) && (prefix != "" || text == "")
}
