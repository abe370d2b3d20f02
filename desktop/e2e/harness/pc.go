//go:build linux

package harness

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"

	"jumun/desktop/e2e/harness/alsa"
	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/settings"
)

// captureArg makes the program that opened the session a capture process of a sound device.
const captureArg = "capture"

// Capture runs the capture process of a PC's sound device, if this process is one, and reports
// whether it was. A program that plugs in speakers must call it first:
//
//	if captured, err := harness.Capture(os.Args, os.Stdin); captured { … }
func Capture(args []string, in *os.File) (bool, error) {
	if len(args) < 2 || args[1] != captureArg {
		return false, nil
	}
	return true, alsa.Capture(args[2:], in)
}

// A PC is one user's computer: a home directory, settings, a sound device and a jumun.
// All PCs share the session's screen. Each has its own jumun.
type PC struct {
	Name    string
	Speaker *alsa.Device // nil: the sound device of this computer
	Agent   *Process     // the process that Open started: the agent, or its parent; nil before Open
	Env     []string     // replaces variables of the session, such as TZ=America/New_York, LANG=en_US.UTF-8

	session *Session
	home    home
	program string
	own     bool // runs in the desktop session of this program's user
}

// NewPC makes a PC with this jumun, without a speaker and without settings.
func (s *Session) NewPC(name, program string) (*PC, error) {
	h, err := s.newHome(name)
	if err != nil {
		return nil, err
	}
	if program, err = filepath.EvalSymlinks(program); err != nil {
		return nil, err
	}
	pc := &PC{Name: name, session: s, home: h, program: program}
	return pc, pc.Unplug()
}

// PlugIn gives the PC a recording speaker. Earlier recordings are kept.
func (p *PC) PlugIn() (err error) {
	self, err := os.Executable()
	if err == nil {
		p.Speaker, err = alsa.NewRecorder(p.home.dir, self, captureArg)
	}
	return err
}

// Unplug takes the speaker away.
func (p *PC) Unplug() (err error) {
	p.Speaker, err = alsa.NewAbsent(p.home.dir)
	return err
}

// RemoveOpenGL hides the OpenGL drivers from the PC's programs, as in a remote session: no
// window process can start. The rest of the screen works.
func (p *PC) RemoveOpenGL() {
	p.Env = append(p.Env, "LIBGL_DRIVERS_PATH="+p.home.in("no-drivers"))
}

// UseOwnSound makes the PC play on the sound device of this computer.
func (p *PC) UseOwnSound() { p.Speaker = nil }

// UseOwnSession makes the PC's jumun run on the screen and in the tray of this program's
// user. Its settings and orders are still its own.
func (p *PC) UseOwnSession() { p.own = true }

// SettingsPath returns where jumun keeps its settings on this PC.
func (p *PC) SettingsPath() string { return filepath.Join(p.home.config(), "jumun", "settings.json") }

// LogDir returns where jumun keeps its log and its crash reports on this PC.
func (p *PC) LogDir() string { return filepath.Join(filepath.Dir(p.SettingsPath()), "log") }

// Set writes the settings file before jumun starts.
func (p *PC) Set(settings settings.Settings) error {
	raw, err := json.Marshal(settings)
	if err != nil {
		return err
	}
	return p.SetRaw(raw)
}

// SetRaw writes the settings file with any content.
func (p *PC) SetRaw(raw []byte) error {
	if err := os.MkdirAll(filepath.Dir(p.SettingsPath()), 0o700); err != nil {
		return err
	}
	return os.WriteFile(p.SettingsPath(), raw, 0o600)
}

// Open starts jumun as a login does.
func (p *PC) Open() (err error) {
	p.Agent, err = p.session.Start(p.Name, p.env(), p.program)
	return err
}

// Start starts another program on the PC, in the same session.
func (p *PC) Start(program string, args ...string) (*Process, error) {
	return p.session.Start(p.Name, p.env(), program, args...)
}

func (p *PC) env() []string {
	var env []string
	if p.own {
		env = append(os.Environ(), p.home.private()...)
	} else {
		env = append(p.home.env(), p.session.Screen.env...)
	}
	switch {
	case p.Speaker != nil:
		env = append(env, p.Speaker.Env...)
	case !p.own: // the sound server is in its user's own runtime directory
		dir := os.Getenv("XDG_RUNTIME_DIR")
		env = append(env, "PULSE_SERVER=unix:"+filepath.Join(dir, "pulse", "native"), "PIPEWIRE_RUNTIME_DIR="+dir)
	}
	return append(env, p.Env...) // of two variables with one name, the last counts
}

// Do runs a command such as "jumun status" on this PC and returns what it printed.
func (p *PC) Do(ctx context.Context, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, p.program, args...)
	cmd.Env = append(p.env(), p.session.mark())
	return output(cmd)
}

// Status returns the output of "jumun status" on this PC.
func (p *PC) Status(ctx context.Context) (ipc.Status, error) {
	var s ipc.Status
	out, err := p.Do(ctx, "status")
	if err == nil {
		err = json.Unmarshal(out, &s)
	}
	return s, err
}

// UntilStatus waits until ok accepts the status.
func (p *PC) UntilStatus(ctx context.Context, what string, ok func(ipc.Status) bool) (ipc.Status, error) {
	var last ipc.Status
	err := Until(ctx, what, func() error {
		select {
		case <-p.Agent.Done():
			return fmt.Errorf("jumun has ended: %w", errors.Join(p.Agent.Err(), errors.New(p.Agent.Tail())))
		default:
		}
		s, err := p.Status(ctx)
		if err != nil {
			return err
		}
		if last = s; !ok(s) {
			raw, _ := json.Marshal(s)
			return fmt.Errorf("status is %s", raw)
		}
		return nil
	})
	return last, err
}

// PIDs returns the processes of jumun on this PC: the one that Open started, the agent if that is
// another one, and its children. A command such as "jumun status" is one while it runs.
func (p *PC) PIDs() []int {
	want := []string{p.session.mark(), "XDG_CONFIG_HOME=" + p.home.config()}
	return slices.DeleteFunc(processesWith(want...), func(pid int) bool {
		// The capture process of the speaker has the environment of the player.
		program, err := os.Readlink(fmt.Sprintf("/proc/%d/exe", pid))
		return err != nil || program != p.program
	})
}

// CutPower kills all processes of jumun on this PC, and waits for their end.
func (p *PC) CutPower(ctx context.Context) error {
	return KillAll(ctx, p.PIDs)
}

// KillAll kills processes until there are none. One of them may have started another one while they were listed, and
// have ended by itself before it was looked at: so they are gone only when they were not there twice.
func KillAll(ctx context.Context, pids func() []int) error {
	gone := 0
	return Until(ctx, "jumun to be gone", func() error {
		left := pids()
		for _, pid := range left {
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
		if gone++; len(left) > 0 {
			gone = 0
		}
		if gone < 2 {
			return fmt.Errorf("there were %v just now", left)
		}
		return nil
	})
}

// Icon returns jumun's icon in the tray.
func (p *PC) Icon() (*Icon, error) {
	for _, pid := range p.PIDs() {
		if icon, err := p.session.Icon(pid); !errors.Is(err, ErrNoIcon) {
			return icon, err
		}
	}
	return nil, ErrNoIcon
}

// Windows returns the windows of jumun, the lowest first. They belong to its window process,
// which has another PID after each start.
func (p *PC) Windows(ctx context.Context) ([]Window, error) {
	s, err := p.Status(ctx)
	if err != nil || s.UI.PID == 0 {
		return nil, err
	}
	return p.session.Screen.WindowsOf(s.UI.PID)
}
