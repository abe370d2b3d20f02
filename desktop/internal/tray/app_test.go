//go:build linux

package tray

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"jumun/desktop/internal/i18n"
	"jumun/desktop/internal/ipc"
)

// TestMain makes this program an app with a tray when a test starts it as one: there can
// be one per process, on the main goroutine.
func TestMain(m *testing.M) {
	if os.Getenv("JUMUN_TEST_TRAY") != "" {
		if err := app(); err != nil {
			fmt.Println("error", err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// app shows the views in its input, one JSON line each, until the input ends. It prints which
// actions the menu calls.
func app() error {
	w, err := i18n.New("ko")
	if err != nil {
		return err
	}
	said := func(s string) func() { return func() { fmt.Println(s) } }
	en, err := i18n.New("en")
	if err != nil {
		return err
	}
	log := slog.New(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{ReplaceAttr: onlyMessage}))
	t := New(w, picture, Actions{
		Confirm: func(k ipc.Key) { fmt.Println("confirm", k.Mart, k.Order) },
		Pause:   func(d time.Duration) { fmt.Println("pause", d) },
		History: said("history"), Test: said("test"), Settings: said("settings"), About: said("about"), Quit: said("quit"),
	}, log)
	t.busRetry = 10 * time.Millisecond
	go func() {
		defer t.Quit()
		for in := bufio.NewScanner(os.Stdin); in.Scan(); fmt.Println("shown") {
			var v View
			if in.Text() == english {
				t.SetTranslator(en)
				continue
			}
			_ = json.Unmarshal(in.Bytes(), &v)
			t.Show(v)
		}
	}()
	t.Run()
	fmt.Println("ended")
	return nil
}

// english is a line of the input that changes the language.
const english = `"english"`

// onlyMessage removes all but the message from a log line, so that a test can wait for it.
func onlyMessage(_ []string, a slog.Attr) slog.Attr {
	if a.Key == slog.MessageKey {
		return a
	}
	return slog.Attr{}
}

// colours are the colours of the states' pictures.
var colours = map[string]color.RGBA{
	ipc.Connected: {0, 160, 60, 255}, ipc.Lost: {200, 0, 0, 255}, ipc.IconWaiting: {255, 140, 0, 255}, ipc.IconAttention: {160, 0, 200, 255},
	ipc.Connecting: {120, 120, 120, 255}, huge: {255, 255, 255, 255},
}

// huge is a state whose picture is bigger than any buffer.
const huge = "huge"

func picture(state string, waiting int) []byte {
	fmt.Println("painting", state, waiting)
	c, ok := colours[state]
	if !ok {
		return nil
	}
	size := 64
	if state == huge {
		size = 1024
	}
	img := image.NewRGBA(image.Rect(0, 0, size, size))
	draw.Draw(img, img.Bounds(), image.NewUniform(c), image.Point{}, draw.Src)
	var buf bytes.Buffer
	_ = png.Encode(&buf, img) // a buffer takes all
	return buf.Bytes()
}

// A child is an app in a process of its own.
type child struct {
	*exec.Cmd
	t     *testing.T
	in    *ipc.Writer
	stdin io.Writer   // under in
	lines chan string // what it prints
	end   func()      // its input
}

func startApp(t *testing.T, bus string) *child {
	t.Helper()
	c := &child{Cmd: exec.CommandContext(t.Context(), os.Args[0]), t: t, lines: make(chan string, 1000)}
	races := filepath.Join(t.TempDir(), "races")
	c.Env = append(os.Environ(), "JUMUN_TEST_TRAY=1", "DBUS_SESSION_BUS_ADDRESS="+bus,
		"GORACE=exitcode=0 atexit_sleep_ms=0 log_path="+races)
	c.Stderr = t.Output()
	in, err := c.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	c.in, c.stdin, c.end = ipc.NewWriter(in), in, func() { _ = in.Close() }
	go func() {
		defer close(c.lines)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			c.lines <- lines.Text()
		}
	}()
	t.Cleanup(func() { c.end(); _ = c.Wait(); wantNoRaces(t, races) })
	return c
}

// wantNoRaces reads the report of the race detector. Two races belong to the libraries: a panel
// may read a picture while the next one takes its place (which is why New asks for pictures of
// one size), and the number of a menu's revision while it is incremented.
func wantNoRaces(t *testing.T, path string) {
	files, _ := filepath.Glob(path + ".*")
	for _, f := range files {
		raw, err := os.ReadFile(f)
		if err != nil {
			t.Error(err)
		}
		for report := range strings.SplitSeq(string(raw), "==================") {
			known := strings.Contains(report, "dbus/v5.(*encoder)") || strings.Contains(report, "systray.refresh()")
			if strings.Contains(report, "DATA RACE") && !known {
				t.Error(report)
			}
		}
	}
}

func (c *child) show(v View) {
	c.t.Helper()
	if err := c.in.Send(v); err != nil {
		c.t.Fatal(err)
	}
	c.want("shown")
}

// want waits for the child to print line.
func (c *child) want(line string) {
	c.t.Helper()
	for {
		select {
		case got, ok := <-c.lines:
			if !ok {
				c.t.Fatalf("the app ended without printing %q", line)
			}
			if got == line {
				return
			}
		case <-c.t.Context().Done():
			c.t.Fatalf("the app never printed %q", line)
		}
	}
}

// quits ends the child as a person would see it: by itself, without an error.
func (c *child) quits() {
	c.t.Helper()
	c.end()
	c.want("ended")
	if err := c.Wait(); err != nil {
		c.t.Error(err)
	}
}
