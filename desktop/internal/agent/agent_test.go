package agent

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"jumun/desktop/internal/i18n"
	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/platform"
	"jumun/desktop/internal/settings"
	"jumun/desktop/internal/tray"
	"jumun/shared/order"
)

// TestMain makes this executable the child processes: the environment chooses what it does as
// "ring" and as "window". The end-to-end tests use the real ones.
func TestMain(m *testing.M) {
	if len(os.Args) == 3 && os.Args[1] == "loop" {
		watchedLoop(os.Args[2])
	}
	if len(os.Args) == 2 {
		switch os.Args[1] {
		case "ring":
			actAs(os.Getenv("PLAYER"))
		case "window":
			actAs(os.Getenv("UI"))
		}
	}
	for _, bus := range []string{"DBUS_SYSTEM_BUS_ADDRESS", "DBUS_SESSION_BUS_ADDRESS"} {
		_ = os.Setenv(bus, "unix:path=/nowhere") // nothing here asks the desktop of who runs the tests
	}
	os.Exit(m.Run())
}

func actAs(what string) {
	w := ipc.NewWriter(os.Stdout)
	if !slices.Contains([]string{"hangs", "goes silent", "shows, then hangs", "cannot be ended"}, what) {
		go func() {
			for range time.Tick(ipc.AliveInterval) {
				if len(os.Args) == 2 && os.Args[1] == "ring" {
					_ = w.Send(ipc.FromPlayer{Event: ipc.PlayerAlive})
				} else {
					_ = w.Send(ipc.FromUI{Alive: true})
				}
			}
		}()
	}
	if what == "shows by Mesa" {
		if filepath.Base(filepath.Dir(os.Args[0])) != "mesa" {
			_ = w.Send(ipc.FromUI{NoOpenGL: true})
			os.Exit(1)
		}
		what = "shows"
	}
	switch what {
	case "plays":
		_ = ipc.ReadLines(os.Stdin, func(l ipc.ToPlayer) {
			_ = w.Send(ipc.FromPlayer{Event: ipc.PlayerStarted, Samples: 1})
			if l.Check {
				os.Exit(0)
			}
		}, func(error) {})
	case "plays to the end", "is muted", "is quiet", "is not heard", "is muted until an alarm":
		_ = ipc.ReadLines(os.Stdin, func(l ipc.ToPlayer) {
			switch {
			case what == "is muted", what == "is muted until an alarm" && l.Check:
				_ = w.Send(ipc.FromPlayer{Event: ipc.PlayerMuted, Reason: ipc.Muted})
			case what == "is quiet":
				_ = w.Send(ipc.FromPlayer{Event: ipc.PlayerMuted, Reason: ipc.Quiet})
			}
			_ = w.Send(ipc.FromPlayer{Event: ipc.PlayerStarted, Samples: 1})
			if l.Check {
				os.Exit(0)
			}
			played := ipc.FromPlayer{Event: ipc.PlayerPlayed, Samples: 2}
			if what == "is not heard" {
				played.Reason = ipc.NoVolume
			}
			_ = w.Send(played)
			if !l.Play.Repeat {
				os.Exit(0)
			}
		}, func(error) {})
	case "is turned down, and dies":
		_ = ipc.ReadLines(os.Stdin, func(l ipc.ToPlayer) {
			told := ipc.FromPlayer{Event: ipc.PlayerAudible}
			if l.Play != nil && l.Play.Left == "" {
				told.Left = "stream"
			}
			_ = w.Send(told)
			_ = w.Send(ipc.FromPlayer{Event: ipc.PlayerStarted, Samples: 1})
			if l.Check || told.Left != "" {
				os.Exit(1)
			}
			_ = w.Send(ipc.FromPlayer{Event: ipc.PlayerPlayed}) // only the second one
		}, func(error) {})
	case "cannot be ended": // the pipe stays open though the process is dead
		_ = w.Send(ipc.FromPlayer{Event: ipc.PlayerStarted, Samples: 1})
		late := exec.Command("sleep", "100") // longer than until waits
		late.Stdout = os.Stdout
		_ = late.Start()
		select {}
	case "goes silent":
		_ = w.Send(ipc.FromPlayer{Event: ipc.PlayerStarted, Samples: 1})
	case "shows nothing":
		_ = w.Send(ipc.FromUI{Ready: true})
	case "no device":
		_ = w.Send(ipc.FromPlayer{Event: ipc.PlayerFailed, Reason: ipc.NoDevice, Detail: "nothing there"})
		os.Exit(1)
	case "dies":
		os.Exit(1)
	case "hangs":
		_ = w.Send(ipc.FromUI{Ready: true})
		select {}
	case "shows", "shows, then hangs":
		_ = w.Send(ipc.FromUI{Ready: true})
		_ = ipc.ReadLines(os.Stdin, func(l ipc.ToUI) {
			if l.Popup != nil {
				var keys []ipc.Key
				for _, c := range l.Popup.Cards {
					keys = append(keys, c.Key)
				}
				if len(keys) > 0 {
					_ = w.Send(ipc.FromUI{Shown: keys})
					if what != "shows" {
						select {}
					}
				}
			}
		}, func(error) {})
	case "confirms":
		_ = w.Send(ipc.FromUI{Ready: true})
		_ = ipc.ReadLines(os.Stdin, func(l ipc.ToUI) {
			if l.Popup != nil && len(l.Popup.Cards) > 0 {
				_ = w.Send(ipc.FromUI{Shown: []ipc.Key{l.Popup.Cards[0].Key}})
				_ = w.Send(ipc.FromUI{Confirm: []ipc.Key{l.Popup.Cards[0].Key}})
			}
		}, func(error) {})
	}
	_, _ = io.Copy(io.Discard, os.Stdin)
	os.Exit(0)
}

// running starts an agent's loop. player and ui choose what its child processes do: see actAs.
func running(t *testing.T, player, ui string) *Agent {
	t.Helper()
	return runningIn(t, t.TempDir(), player, ui)
}

// runningIn is running with the files in dir.
func runningIn(t *testing.T, dir, player, ui string) *Agent {
	t.Helper()
	t.Setenv("PLAYER", player)
	t.Setenv("UI", ui)
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	w, err := i18n.New("ko")
	if err != nil {
		t.Fatal(err)
	}
	ctx, quit := context.WithCancel(context.Background())
	a := &Agent{
		Config: Config{
			SettingsPath: filepath.Join(dir, "settings.json"), OrdersPath: filepath.Join(dir, "orders.log"), Program: func(subcommand string) *exec.Cmd { return exec.Command(self, subcommand) }, Version: "test", Translator: w,
			Icons: func(string, int) []byte { return nil }, SetAutostart: func(bool) error { return nil }, UpdateAutostart: func() error { return nil }, LogDir: filepath.Join(dir, "log"),
			CheckSound: func(*i18n.Translator, string) error { return errors.New("not a sound") }, Tokens: newMemory(firstToken), Log: slog.New(slog.NewTextHandler(t.Output(), nil)),
		},
		patience: aliveTimeout, enrolRequest: "request", calls: make(chan func(), 64), done: make(chan struct{}), quit: quit,
		notifier: platform.NewNotifier(func(int) {}),
	}
	a.awakeKeeper = platform.NewAwakeKeeper(func(is platform.Wakefulness, err error) { a.post(func() { a.awakeChanged(is, err) }) })
	a.wait.Go(func() { a.awakeKeeper.Run(ctx) })
	a.tray = tray.New(w, a.Icons, tray.Actions{}, a.Log)
	go a.run(ctx)
	t.Cleanup(a.stop)
	until(t, a, "up", func(ipc.Status) bool { return true })
	return a
}

// stop ends the agent and waits for its end. More calls do nothing.
func (a *Agent) stop() {
	a.quit()
	<-a.done
	a.wait.Wait()
}

// until waits until ok accepts the status. It fails after a minute, which no healthy machine needs.
func until(t *testing.T, a *Agent, what string, ok func(ipc.Status) bool) {
	t.Helper()
	deadline := time.After(time.Minute)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	var last ipc.Status
	for {
		r := a.answerCommand(t.Context(), ipc.Command{Do: ipc.DoStatus})
		if r.Status != nil && ok(*r.Status) {
			return
		}
		if r.Status != nil {
			last = *r.Status
		}
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("never: %s; last %+v", what, last)
		}
	}
}

func (a *Agent) placed(n int) {
	a.storeEvents([]order.Event{{ID: order.ID(fmt.Sprintf("%d-0", n)), Mart: "42", Order: order.OrderID(fmt.Sprint(n)), Kind: order.Placed, At: time.Now()}})
	a.post(a.ordersChanged)
}

func TestAnOrderRingsAndShowsUntilItIsConfirmed(t *testing.T) {
	a := running(t, "plays", "shows")
	a.placed(1001)
	until(t, a, "ringing and shown", func(s ipc.Status) bool {
		return s.Player.State == ipc.ChildRunning && s.UI.State == ipc.ChildRunning && len(s.Waiting) == 1
	})
	if r := a.answerCommand(t.Context(), ipc.Command{Do: ipc.DoAck, Order: "1001"}); r.Error != "" {
		t.Fatal(r.Error)
	}
	until(t, a, "silent", func(s ipc.Status) bool { return s.Player.State == ipc.ChildIdle && len(s.Waiting) == 0 })
	if r := a.answerCommand(t.Context(), ipc.Command{Do: ipc.DoAck, Order: "1001"}); r.Error == "" {
		t.Error("a second confirmation found the order")
	}
}

func TestAClickInTheWindowSilencesTheAlarm(t *testing.T) {
	a := running(t, "plays", "confirms")
	a.placed(1001)
	a.placed(1002)
	until(t, a, "silent", func(s ipc.Status) bool {
		return len(s.Waiting) == 0 && s.Player.State == ipc.ChildIdle
	})
}

func TestAChildThatDiesIsStartedAgain(t *testing.T) {
	a := running(t, "plays", "shows")
	a.placed(1001)
	var player, ui int
	until(t, a, "both running", func(s ipc.Status) bool {
		player, ui = s.Player.PID, s.UI.PID
		return s.Player.State == ipc.ChildRunning && s.UI.State == ipc.ChildRunning
	})
	for _, pid := range []int{player, ui} {
		p, err := os.FindProcess(pid)
		if err != nil {
			t.Fatal(err)
		}
		if err := p.Kill(); err != nil {
			t.Fatal(err)
		}
	}
	until(t, a, "both running again", func(s ipc.Status) bool {
		return s.Player.State == ipc.ChildRunning && s.Player.PID != player && s.UI.State == ipc.ChildRunning && s.UI.PID != ui
	})
}

func TestWithoutASoundDeviceTheStatusSaysSoAndTheSoundIsTriedAgain(t *testing.T) {
	a := running(t, "no device", "shows")
	a.placed(1001)
	until(t, a, "failed", func(s ipc.Status) bool {
		return s.Player.State == ipc.ChildFailed && s.Player.Detail == "no-device: nothing there"
	})
	a.post(func() { _ = os.Setenv("PLAYER", "plays") }) // in the loop, which starts children
	until(t, a, "ringing", func(s ipc.Status) bool { return s.Player.State == ipc.ChildRunning && s.Player.Detail == "" })
}

func TestWithoutAWindowItRingsAndNotifies(t *testing.T) {
	a := running(t, "plays", "dies")
	a.placed(1001)
	until(t, a, "rings, ui process failed", func(s ipc.Status) bool {
		return s.UI.State == ipc.ChildFailed && s.UI.Detail != "" && s.Player.State == ipc.ChildRunning
	})
	until(t, a, "the order in the notification", func(ipc.Status) bool {
		notified := make(chan int)
		a.post(func() { notified <- len(a.notified.popup.Cards) })
		return <-notified == 1
	})
}

func TestAUIProcessThatTakesNoLinesIsReplaced(t *testing.T) {
	a := running(t, "plays", "hangs")
	a.placed(1)
	var first int
	until(t, a, "ui process running", func(s ipc.Status) bool { first = s.UI.PID; return s.UI.State == ipc.ChildRunning })
	for n := range 2000 { // far more than a pipe and the queue hold
		a.placed(n)
	}
	until(t, a, "another ui process", func(s ipc.Status) bool { return s.UI.PID != 0 && s.UI.PID != first })
}

func TestSettingsApplyWithoutARestart(t *testing.T) {
	var mart string
	got := make(chan string, 8)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasSuffix(r.URL.Path, "/events") { // presence, the name of the mart
			w.WriteHeader(http.StatusNoContent)
			return
		}
		select {
		case got <- r.URL.Path:
		default:
		}
		w.Header().Set("Content-Type", "text/event-stream")
		fmt.Fprint(w, "event: connect\ndata: connected\n\n")
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	}))
	t.Cleanup(server.Close) // after the agent has let go
	a := running(t, "plays", "shows")
	for _, mart = range []string{"42", "43"} {
		a.post(func() { a.saved(whole(settings.Settings{Server: server.URL, Mart: order.MartID(mart), Volume: 0.5})) })
		until(t, a, "connected", func(s ipc.Status) bool { return s.State == ipc.Connected && s.Mart == order.MartID(mart) })
		if path := <-got; path != "/v1/marts/"+mart+"/events" {
			t.Errorf("asked for %s", path)
		}
	}
	raw, err := os.ReadFile(a.SettingsPath)
	var stored settings.Settings
	if err != nil || json.Unmarshal(raw, &stored) != nil || stored.Mart != "43" {
		t.Errorf("stored %s, %v", raw, err)
	}
	a.post(func() {
		a.saved(whole(settings.Settings{Server: server.URL, Mart: "44", Volume: 0.5, Sound: "noise.txt"}))
	})
	until(t, a, "still 43", func(s ipc.Status) bool { return s.Mart == "43" })
}

func TestAnOrderThatWaitedGoesOnRingingAfterARestartAndIsNotForgottenWhenConfirmed(t *testing.T) {
	dir := t.TempDir()
	a := runningIn(t, dir, "plays", "shows")
	a.placed(1001)
	a.placed(1002)
	until(t, a, "ringing", func(s ipc.Status) bool { return s.Player.State == ipc.ChildRunning && len(s.Waiting) == 2 })
	a.answerCommand(t.Context(), ipc.Command{Do: ipc.DoAck, Order: "1001"})
	a.stop()
	a = runningIn(t, dir, "plays", "shows")
	a.placed(1001) // a repeat
	until(t, a, "ringing for the one that waits", func(s ipc.Status) bool {
		return s.Player.State == ipc.ChildRunning && len(s.Waiting) == 1 && s.Waiting[0].Order == "1002"
	})
}

func TestOrdersThatCannotBeStoredRingAndTheStatusSaysSo(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "orders.log"), 0o700); err != nil { // no file can have that name
		t.Fatal(err)
	}
	a := runningIn(t, dir, "plays", "shows")
	a.placed(1001)
	until(t, a, "ringing, and told", func(s ipc.Status) bool { return s.Player.State == ipc.ChildRunning && s.Disk != "" })
	if err := os.Remove(filepath.Join(dir, "orders.log")); err != nil {
		t.Fatal(err)
	}
	until(t, a, "stored", func(s ipc.Status) bool { return s.Disk == "" })
}
