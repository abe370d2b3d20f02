//go:build linux

package ui

import (
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/color"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"

	uiscreen "jumun/desktop/internal/ui/screen"

	fynetheme "fyne.io/fyne/v2/theme"

	"jumun/desktop/internal/ui/theme"
	"jumun/desktop/internal/ui/uitest"

	"jumun/desktop/e2e/harness"
	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/settings"
)

func must(t *testing.T, errs ...error) {
	t.Helper()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
}

func TestOnARealScreen(t *testing.T) {
	s, err := harness.New()
	must(t, err)
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Log(err) // a desktop's program that is slow to end is not about our window
		}
	})
	must(t, s.OpenScreen(t.Context()))
	for name, test := range map[string]func(*testing.T, *harness.Screen){
		"every letter typed while the popup comes arrives":  typingGoesOn,
		"the popup is at the bottom right above everything": isAtTheBottomRight,
		"the popup is above a full-screen till":             isAboveFullScreen,
		"the popup comes back where it belongs":             comesBack,
		"the popup makes way for a panel":                   makesWay,
		"the popup is as large as the scale says":           isScaled,
		"a click confirms the order under it, once":         clickConfirms,
		"two clicks confirm all orders":                     clicksConfirmAll,
		"a banner comes, stays where it is and goes":        bannerComesAndGoes,
		"a finger confirms the order it is on":              tapsWhereTheFingerIs,
		"the settings window takes the focus and checks":    settingsAreChecked,
		"closing the settings is told, and the popup stays": settingsClose,
		"a request to end is followed":                      endsAtATermination,
	} {
		t.Run(name, func(t *testing.T) { test(t, s.Screen) })
	}
}

// focused opens a till that has the focus.
func focused(t *testing.T, screen *harness.Screen) *till {
	t.Helper()
	l := openTill(t, screen.Display)
	must(t, harness.Until(t.Context(), "the till to have the focus", func() error { return isActive(screen, uint32(l.id)) }))
	return l
}

func isActive(screen *harness.Screen, id uint32) error {
	active, err := screen.Active()
	if err == nil && active != id {
		err = fmt.Errorf("the active window is %#x, not %#x", active, id)
	}
	return err
}

func typingGoesOn(t *testing.T, screen *harness.Screen) {
	till, p := focused(t, screen), onScreen(t, screen)
	enough, typed := make(chan struct{}), make(chan string, 1)
	go func() { typed <- typeOn(t, screen, enough) }()
	must(t, harness.Until(t.Context(), "the typing to begin", func() error {
		if till.text() == "" {
			return errors.New("not yet")
		}
		return nil
	}))
	p.popUp(screen, "1001")
	p.popUp(screen, "1002", "1003")
	close(enough)
	text := <-typed
	must(t, screen.Press(t.Context(), "Return", "space", "Return", "Tab"))
	must(t, harness.Until(t.Context(), "the typing to arrive", func() error { return till.has(text + "\n \n" + string(rune(tabKey))) }))
	must(t, isActive(screen, uint32(till.id)))
	if rest := p.end(); len(rest) > 0 {
		t.Errorf("keys made it say %+v", rest)
	}
}

// typeOn types without a pause until it is enough, and returns what.
func typeOn(t *testing.T, screen *harness.Screen, enough <-chan struct{}) (text string) {
	const letters = "abcdefghijklmnopqrstuvwxyz"
	for {
		if err := screen.Type(t.Context(), letters); err != nil {
			t.Error(err)
			return text
		}
		text += letters
		select {
		case <-enough:
			return text
		default:
		}
	}
}

func isAtTheBottomRight(t *testing.T, screen *harness.Screen) {
	till, p := focused(t, screen), onScreen(t, screen)
	area, err := screen.WorkArea()
	must(t, err)
	w := p.popUp(screen, "1001")
	if want := area.Max.Sub(image.Pt(theme.PopupMargin, theme.PopupMargin)); w.Bounds.Max != want {
		t.Errorf("it ends at %v, not %v", w.Bounds.Max, want)
	}
	if size := image.Pt(theme.PopupWidth, 2*popupPadding+cardHeight); w.Bounds.Size() != size {
		t.Errorf("it is %v, not %v", w.Bounds.Size(), size)
	}
	if w.Managed || !slices.Contains(till.states(t, w.ID), "_NET_WM_STATE_ABOVE") {
		t.Errorf("managed: %v, states: %v", w.Managed, till.states(t, w.ID))
	}
	if covered, err := screen.Covered(w); covered || err != nil {
		t.Errorf("covered: %v, %v", covered, err)
	}
	p.end()
}

func isAboveFullScreen(t *testing.T, screen *harness.Screen) {
	till, p := focused(t, screen), onScreen(t, screen)
	till.fillScreen(t)
	must(t, harness.Until(t.Context(), "the till to fill the screen", func() error {
		if !slices.Contains(till.states(t, uint32(till.id)), "_NET_WM_STATE_FULLSCREEN") {
			return errors.New("not yet")
		}
		return nil
	}))
	w := p.popUp(screen, "1001")
	if covered, err := screen.Covered(w); covered || err != nil {
		t.Errorf("covered: %v, %v", covered, err)
	}
	must(t, isActive(screen, uint32(till.id)))
	p.end()
}

func comesBack(t *testing.T, screen *harness.Screen) {
	p := onScreen(t, screen)
	first := p.popUp(screen, "1001")
	p.say(ipc.ToUI{Popup: &ipc.Popup{}})
	must(t, harness.Until(t.Context(), "the popup to go", func() error {
		if left, err := screen.Of(p.cmd.Process.Pid); len(left) > 0 || err != nil {
			return fmt.Errorf("%+v, %w", left, err)
		}
		return nil
	}))
	till := focused(t, screen)
	again := p.popUp(screen, "1002")
	if again.Bounds != first.Bounds || again.Managed || !slices.Contains(till.states(t, again.ID), "_NET_WM_STATE_ABOVE") {
		t.Errorf("it came back as %+v, was %+v", again, first)
	}
	must(t, isActive(screen, uint32(till.id)))
	p.end()
}

func makesWay(t *testing.T, screen *harness.Screen) {
	p := onScreen(t, screen)
	w := p.popUp(screen, "1001")
	before, err := screen.WorkArea()
	must(t, err)
	openPanel(t, screen.Display, 100)
	must(t, harness.Until(t.Context(), "the popup to make way", func() error {
		area, err := screen.WorkArea()
		if now := p.window(screen).Bounds; err != nil || area == before || now != w.Bounds.Add(area.Max.Sub(before.Max)) {
			return fmt.Errorf("the work area is %v, the popup at %v, %w", area, now, err)
		}
		return nil
	}))
	p.end()
}

func isScaled(t *testing.T, screen *harness.Screen) {
	area, err := screen.WorkArea()
	must(t, err)
	for _, scale := range []float32{1.5, 2, 2.5} {
		p := start(t, "DISPLAY="+screen.Display, "XAUTHORITY="+os.Getenv("XAUTHORITY"), fmt.Sprintf("FYNE_SCALE=%v", scale))
		p.hear()
		popup := uitest.Cards("1001", "1002", "1003")
		p.say(ipc.ToUI{Popup: &popup})
		open := len(p.hear().Shown)
		height := popupPadding + open*(cardHeight+cardGap) + rowHeight + popupPadding
		want := image.Pt(uiscreen.Pixels(theme.PopupWidth, scale), uiscreen.Pixels(float32(height), scale))
		margin := uiscreen.Pixels(theme.PopupMargin, scale)
		if w := p.window(screen); w.Bounds.Size() != want || w.Bounds.Max != area.Max.Sub(image.Pt(margin, margin)) || !w.Bounds.In(area) {
			t.Errorf("at %v, %d cards are at %v in %v", scale, open, w.Bounds, area)
		}
		p.end()
	}
}

// middle is the middle of a card's button in a popup with open cards.
func middle(w harness.Window, card, open int) image.Point {
	bottom := cardBottom(card, open)
	return w.Bounds.Max.Sub(image.Pt(popupPadding+cardInset+buttonWidth/2, bottom+footerBottom+footerHeight/2))
}

func clickConfirms(t *testing.T, screen *harness.Screen) {
	till, p := focused(t, screen), onScreen(t, screen)
	w := p.popUp(screen, "1001", "1002")
	at := middle(w, 0, 2)
	var heard ipc.FromUI
	must(t, harness.Until(t.Context(), "a click to count, once the cards have settled", func() error {
		clicks(t, screen, at, 3) // as an impatient person does
		select {
		case heard = <-p.said:
			return nil
		default:
			return errors.New("not yet")
		}
	}))
	if !slices.Equal(heard.Confirm, uitest.Keys("1001")) {
		t.Fatalf("the click said %+v", heard)
	}
	must(t, isActive(screen, uint32(till.id)))
	if rest := p.end(); len(rest) > 0 {
		t.Errorf("the other clicks said %+v", rest)
	}
}

func tapsWhereTheFingerIs(t *testing.T, screen *harness.Screen) {
	p := onScreen(t, screen)
	w := p.popUp(screen, "1001", "1002")
	var heard ipc.FromUI
	must(t, harness.Until(t.Context(), "a tap to count, once the cards have settled", func() error {
		clicks(t, screen, middle(w, 0, 2), 0)
		must(t, harness.Until(t.Context(), "the other button to feel the pointer", func() error { return feels(screen, middle(w, 0, 2)) }))
		clicks(t, screen, middle(w, 1, 2), 1)
		select {
		case heard = <-p.said:
			return nil
		default:
			return errors.New("not yet")
		}
	}))
	if !slices.Equal(heard.Confirm, uitest.Keys("1002")) {
		t.Errorf("the tap said %+v", heard)
	}
	p.end()
}

// feels looks for the colour of a button under the pointer.
func feels(screen *harness.Screen, middle image.Point) error {
	shot, err := screen.Shot()
	if err != nil {
		return err
	}
	at := middle.Sub(image.Pt(buttonWidth/3, 0)) // beside its text
	if got, want := shot.At(at.X, at.Y), color.RGBAModel.Convert(theme.New().Color(theme.ColorHovered, fynetheme.VariantLight)); got != want {
		return fmt.Errorf("it is %v, not %v", got, want)
	}
	return nil
}

// clicks moves the mouse there, if it is not there, and presses its left button.
func clicks(t *testing.T, screen *harness.Screen, at image.Point, times int) {
	t.Helper()
	args := []string{"mousemove", strconv.Itoa(at.X), strconv.Itoa(at.Y)}
	if times > 0 {
		args = append(args, "click", "--delay", "30", "--repeat", strconv.Itoa(times), "1")
	}
	cmd := exec.CommandContext(t.Context(), "xdotool", args...)
	cmd.Env = append(os.Environ(), "DISPLAY="+screen.Display)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("xdotool: %v %s", err, out)
	}
}

func settingsAreChecked(t *testing.T, screen *harness.Screen) {
	p := onScreen(t, screen)
	view := ipc.SettingsView{Settings: settings.Settings{Mart: "42", Volume: 0.8}}
	p.say(ipc.ToUI{Settings: &view})
	w := atRest(t, screen, p)
	if shows(screen, w.Bounds) == nil {
		t.Error("a problem is shown before anything was typed")
	}
	ctx := t.Context()
	save := func() error {
		clicks(t, screen, saveOf(atRest(t, screen, p)), 1)
		return nil
	}
	must(t, screen.Press(ctx, "Tab"), screen.Type(ctx, "nonsense"))
	must(t, harness.Until(ctx, "the problem beside the address", func() error { return shows(screen, w.Bounds) }))
	must(t, screen.Press(ctx, "Return"), save()) // neither may save nonsense
	must(t, screen.Press(ctx, "Tab"), screen.Press(ctx, slices.Repeat([]string{"BackSpace"}, 8)...))
	must(t, screen.Type(ctx, "http://localhost:8080"), screen.Press(ctx, "Return"), save())
	if l := p.hear(); l.Save == nil || *l.Save != (ipc.Save{Settings: settings.Settings{Server: "http://localhost:8080", Mart: "42", Volume: 0.8}}) {
		line, _ := json.Marshal(l)
		t.Errorf("it says %s", line)
	}
	p.say(ipc.ToUI{Settings: &ipc.SettingsView{Saved: true}})
	if l := p.hear(); !l.SettingsClosed {
		t.Errorf("after it was saved it says %+v", l)
	}
	p.end()
}

// atRest is the settings window once it has the focus and its place: the window manager
// moves it after it was made larger.
func atRest(t *testing.T, screen *harness.Screen, p *process) (w harness.Window) {
	t.Helper()
	still := 0
	must(t, harness.Until(t.Context(), "the settings window to be at rest", func() error {
		found, err := screen.Of(p.cmd.Process.Pid)
		if err != nil || len(found) != 1 {
			return fmt.Errorf("%+v, %w", found, err)
		}
		if still++; found[0].Bounds != w.Bounds {
			still = 0
		}
		if w = found[0]; still < 10 {
			return fmt.Errorf("it is at %v for %d looks", w.Bounds, still)
		}
		return isActive(screen, w.ID)
	}))
	return w
}

// shows looks for the red of a problem in an area of the screen. Thin letters are that
// red mixed with the background, which leaves green and blue alike; our orange does not.
func shows(screen *harness.Screen, area image.Rectangle) error {
	shot, err := screen.Shot()
	if err != nil {
		return err
	}
	for y := area.Min.Y; y < area.Max.Y; y++ {
		for x := area.Min.X; x < area.Max.X; x++ {
			c := shot.RGBAAt(x, y)
			if red, green, blue := int(c.R), int(c.G), int(c.B); red-green > 80 && max(green-blue, blue-green) < 12 {
				return nil
			}
		}
	}
	return errors.New("no red")
}

func settingsClose(t *testing.T, screen *harness.Screen) {
	p := onScreen(t, screen)
	p.popUp(screen, "1001")
	p.say(ipc.ToUI{Settings: &ipc.SettingsView{Settings: settings.Settings{Volume: 0.8}}})
	must(t, harness.Until(t.Context(), "the settings window to have the focus", func() error {
		found, err := screen.Of(p.cmd.Process.Pid)
		if err != nil || len(found) != 2 {
			return fmt.Errorf("%+v, %w", found, err)
		}
		return isActive(screen, found[slices.IndexFunc(found, func(w harness.Window) bool { return w.Managed })].ID)
	}))
	must(t, screen.Press(t.Context(), "alt+F4"))
	if l := p.hear(); !l.SettingsClosed {
		t.Errorf("it says %+v", l)
	}
	if w := p.window(screen); w.Managed {
		t.Errorf("what stays is %+v", w)
	}
	p.end()
}

func endsAtATermination(t *testing.T, screen *harness.Screen) {
	p := onScreen(t, screen)
	p.popUp(screen, "1001")
	must(t, p.cmd.Process.Signal(os.Interrupt))
	if rest := p.end(); len(rest) > 0 {
		t.Errorf("it says %+v", rest)
	}
}

func TestWithoutAScreenItEndsWithOneLineOfError(t *testing.T) {
	p := start(t)
	for l := range p.said {
		t.Errorf("it says %+v", l)
	}
	err := p.cmd.Wait()
	if exit := new(exec.ExitError); !errors.As(err, &exit) || exit.ExitCode() != 1 {
		t.Errorf("it ended with %v", err)
	}
	if lines := strings.Split(strings.TrimSpace(p.stderr.String()), "\n"); len(lines) != 1 || !strings.Contains(lines[0], "창을 열 수 없습니다") {
		t.Errorf("it printed %q", lines)
	}
}
