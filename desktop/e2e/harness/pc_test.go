//go:build linux

package harness

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/godbus/dbus/v5"

	"jumun/assets/sounds"
	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/player"
)

// actAs makes this program act as a part of jumun, since a PC has one program.
const actAs = "JUMUN_HARNESS_ACT_AS"

func act(role string) {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	switch role {
	case "agent":
		<-ctx.Done()
	case "parent": // it starts an agent, and passes the signal to end on
		agent := exec.Command(os.Args[0])
		agent.Env = append(os.Environ(), actAs+"=agent")
		agent.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
		if agent.Start() == nil {
			<-ctx.Done()
			_ = agent.Process.Signal(syscall.SIGTERM)
			_ = agent.Wait()
		}
	case "ring": // it plays until it has reported a result
		in, agent := io.Pipe()
		go func() {
			_ = ipc.NewWriter(agent).Send(ipc.ToPlayer{Play: &ipc.Play{Sound: ipc.SoundTest, Volume: 1, Repeat: true}})
		}()
		_ = player.Run(ctx, in, pipe{agent}, sounds.Sound) // its output reports the result
	}
}

// pipe passes on what a sound process reports, and stops it after the first result.
type pipe struct{ agent io.Closer }

func (e pipe) Write(line []byte) (int, error) {
	if said := string(line); strings.Contains(said, ipc.PlayerStarted) || strings.Contains(said, ipc.PlayerFailed) {
		_ = e.agent.Close()
	}
	return os.Stdout.Write(line)
}

// acting returns a PC on which this program acts as jumun, in that role.
func acting(t *testing.T, s *Session, role string) *PC {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	pc, err := s.NewPC(role, self)
	if err != nil {
		t.Fatal(err)
	}
	pc.Env = []string{actAs + "=" + role}
	return pc
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestAllProcessesOfJumunAreFoundAndEnded(t *testing.T) {
	s := opened(t)
	tests := []struct {
		role string
		want int // processes
	}{{"agent", 1}, {"parent", 2}}
	for _, tt := range tests {
		for how, end := range map[string]func(*PC) error{
			"asked to":  func(p *PC) error { return p.Agent.Stop() },
			"in a blow": func(p *PC) error { return p.CutPower(t.Context()) },
		} {
			pc := acting(t, s, tt.role)
			other := acting(t, s, "agent")
			must(t, pc.Open())
			until(t, "the processes", func() error {
				if found := pc.PIDs(); len(found) != tt.want {
					return fmt.Errorf("%v", found)
				}
				return nil
			})
			if _, err := pc.Icon(); err != ErrNoIcon {
				t.Errorf("icon of a PC without: %v", err)
			}
			must(t, end(pc))
			<-pc.Agent.Done()
			if left := append(pc.PIDs(), other.PIDs()...); len(left) != 0 {
				t.Errorf("%s, ended %s: left %v", tt.role, how, left)
			}
		}
	}
}

// A clock is a process that writes while it is not frozen.
type clock struct {
	*Process
	file string
}

func newClock(t *testing.T, s *Session, name string) clock {
	t.Helper()
	c := clock{file: filepath.Join(s.Dir, name+".clock")}
	var err error
	c.Process, err = s.Start(name, []string{"PATH=" + os.Getenv("PATH")}, "sh", "-c", "while :; do echo >> "+c.file+"; sleep 0.01; done")
	must(t, err)
	return c
}

func (c clock) now() int64 {
	info, err := os.Stat(c.file)
	if err != nil {
		return 0
	}
	return info.Size()
}

// moves waits until the clock has ticked some times.
func (c clock) moves(t *testing.T) {
	t.Helper()
	from := c.now()
	until(t, "the clock to go on", func() error {
		if now := c.now(); now < from+5 {
			return fmt.Errorf("at %d since %d", now, from)
		}
		return nil
	})
}

func TestAFrozenProcessStandsStillAndCanBeEnded(t *testing.T) {
	s := opened(t)
	c, other := newClock(t, s, "frozen"), newClock(t, s, "other")
	c.moves(t)
	must(t, Freeze(t.Context(), c.PID))
	stood := c.now()
	if other.moves(t); c.now() != stood {
		t.Error("it goes on though it is frozen")
	}
	must(t, Thaw(t.Context(), c.PID))
	c.moves(t)
	must(t, Freeze(t.Context(), c.PID))
	if err := c.Stop(); err != nil {
		t.Error(err)
	}
	for _, pid := range []int{0, -1} {
		if Freeze(t.Context(), pid) == nil {
			t.Errorf("froze %d", pid)
		}
	}
}

func TestAPCHasItsOwnClockAndLanguage(t *testing.T) {
	s := opened(t)
	pc, err := s.NewPC("abroad", "/bin/sh")
	must(t, err)
	pc.Env = []string{"TZ=JUM-7:30", "LANG=en_US.UTF-8"} // no file of time zones is needed, because not every machine has one
	out, err := pc.Do(t.Context(), "-c", "date +%z; echo $LANG")
	if err != nil || string(out) != "+0730\nen_US.UTF-8\n" {
		t.Errorf("%q, %v", out, err)
	}
	home, err := s.NewPC("home", "/bin/sh")
	must(t, err)
	if out, err := home.Do(t.Context(), "-c", "echo $TZ$LANG"); err != nil || string(out) != "ko_KR.UTF-8\n" {
		t.Errorf("%q, %v", out, err)
	}
}

func TestASpeakerIsPluggedInAndUnplugged(t *testing.T) {
	s := opened(t)
	pc := acting(t, s, "ring")
	for _, tt := range []struct {
		change func() error
		want   string
	}{
		{pc.PlugIn, ipc.PlayerStarted}, {pc.Unplug, ipc.PlayerFailed}, {pc.PlugIn, ipc.PlayerStarted},
	} {
		must(t, tt.change())
		if out, err := pc.Do(t.Context(), "check"); err != nil || !strings.Contains(string(out), `"`+tt.want+`"`) {
			t.Errorf("printed %q, %v, want %s", out, err, tt.want)
		}
	}
	if heard, err := pc.Speaker.Wait(t.Context()); err != nil || len(heard) != 2 {
		t.Errorf("the speaker was opened %d times, %v", len(heard), err)
	}
}

func TestWithoutOpenGLNoWindowIsOpened(t *testing.T) {
	s := opened(t)
	app := filepath.Join(s.Dir, "app")
	build := exec.Command("go", "build", "-tags", "migrated_fynedo", "-buildvcs=false", "-o", app, "jumun/desktop/e2e/cmd/latency/hidden")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	pc, err := s.NewPC("remote", app)
	must(t, err)
	pc.RemoveOpenGL()
	must(t, pc.Open())
	until(t, "the app to say that there is none", func() error {
		if said := pc.Agent.Tail(); !strings.Contains(said, "GLX: Failed to create context") {
			return fmt.Errorf("it says %q", said)
		}
		return nil
	})
	if windows, err := s.Screen.WindowsOf(pc.Agent.PID); len(windows) != 0 || err != nil {
		t.Errorf("windows %v, %v", windows, err)
	}
}

func TestNotificationsAreRecordedAndTheirButtonsPressed(t *testing.T) {
	s := opened(t)
	n, err := s.ReplaceNotificationDaemon(t.Context())
	must(t, err)
	program, err := dbus.Connect("unix:path=" + filepath.Join(s.Dir, "bus"))
	must(t, err)
	defer program.Close()
	must(t, program.AddMatchSignal(dbus.WithMatchInterface(notifications)))
	heard := make(chan *dbus.Signal, 8)
	program.Signal(heard)
	object := program.Object(notifications, notificationsPath)
	show := func(replaces uint32, title string) (id uint32) {
		t.Helper()
		must(t, object.Call(notifications+".Notify", 0, "jumun", replaces, "", title, "1001", []string{"confirm", "확인"}, map[string]dbus.Variant{}, int32(0)).Store(&id))
		return id
	}
	id := show(0, "주문 1건")
	if again := show(id, "주문 2건"); again != id {
		t.Errorf("%d has the place of %d", again, id)
	}
	show(0, "그 밖에")
	if shown := n.Shown(); len(shown) != 2 || shown[0].Title != "주문 2건" || shown[0].PID != os.Getpid() || shown[0].Actions[0] != "확인" {
		t.Errorf("shown %+v", shown)
	}
	if told := n.Received(); len(told) != 3 || told[0].Body != "1001" || told[1].Replaces != id {
		t.Errorf("told %+v", told)
	}
	must(t, object.Call(notifications+".CloseNotification", 0, uint32(2)).Err)
	must(t, n.Press("확인"))
	for signal := range heard { // there are other signals, about owners of names
		if signal.Name == notifications+".ActionInvoked" {
			if signal.Body[0] != id || signal.Body[1] != "confirm" {
				t.Errorf("pressed %v", signal.Body)
			}
			break
		}
	}
	if n.Press("없음") == nil {
		t.Error("a button that is not there was pressed")
	}
}
