//go:build linux

package wine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"jumun/desktop/e2e/harness"
	"jumun/desktop/e2e/windows/seen"
	"jumun/desktop/internal/ipc"
	"jumun/shared/order"
)

// A User has a profile with a jumun in it.
type User struct {
	Name string
	Env  map[string]string // beside the PC's; "" removes a variable

	windows *Windows
	probe   *probe
	home    string // as Windows names it
	dir     string // of the programs, as Windows names it
}

// NewUser makes the profile of a user and puts jumun there, as a setup for one user does. wine hands on
// DISPLAY, which a PC with an X11 server for Windows has as well.
func (w *Windows) NewUser(name string) (*User, error) {
	u := &User{Name: name, windows: w, probe: w.probe, home: `C:\users\` + name}
	u.dir = u.home + `\AppData\Local\Programs\jumun\`
	u.Env = map[string]string{
		"USERNAME": name, "USERPROFILE": u.home, "APPDATA": u.home + `\AppData\Roaming`, "LOCALAPPDATA": u.home + `\AppData\Local`,
		"TEMP": u.home + `\AppData\Local\Temp`, "TMP": u.home + `\AppData\Local\Temp`,
	}
	if err := os.RemoveAll(u.Path()); err != nil { // of an earlier run
		return nil, err
	}
	for _, dir := range []string{"AppData/Roaming", "AppData/Local/Temp", "AppData/Local/Programs/jumun"} {
		if err := os.MkdirAll(u.Path(dir), 0o700); err != nil {
			return nil, err
		}
	}
	return u, errors.Join(u.install("jumun.exe"), u.install("jumun.com"))
}

// Path returns the path of a file in the profile, for the tests.
func (u *User) Path(elements ...string) string {
	return filepath.Join(append([]string{u.windows.prefix, "drive_c/users", u.Name}, elements...)...)
}

func (u *User) install(name string) error {
	from, err := os.Open(u.windows.Path("build/windows/" + name))
	if err != nil {
		return fmt.Errorf("make windows builds it: %w", err)
	}
	defer from.Close()
	to, err := os.OpenFile(u.Path("AppData/Local/Programs/jumun", name), os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o700)
	if err != nil {
		return err
	}
	_, err = io.Copy(to, from)
	return errors.Join(err, to.Close())
}

func (u *User) program(name string) string { return u.dir + name }

// Open starts jumun as a login does.
func (u *User) Open() error {
	_, err := u.Start(`"` + u.program("jumun.exe") + `"`)
	return err
}

// Start starts a program as Explorer does.
func (u *User) Start(command string) (pid int, err error) {
	a, err := u.probe.ask(seen.Request{Do: seen.Start, Command: command, Env: u.Env})
	return int(a.PID), err
}

// RemoveOpenGL makes the graphics driver of the user's programs as old as what Windows has without one,
// for example in a remote session.
func (u *User) RemoveOpenGL() (err error) {
	u.probe, err = u.windows.startProbe("MESA_GL_VERSION_OVERRIDE=1.4")
	return err
}

// InstallMesa puts a DLL where Mesa's would be. It is wine's own: what draws is the same with and without it.
func (u *User) InstallMesa() error {
	raw, err := os.ReadFile(filepath.Join(u.windows.prefix, "drive_c/windows/system32/opengl32.dll"))
	if err != nil {
		return err
	}
	folder := u.Path("AppData/Local/Programs/jumun/mesa")
	return errors.Join(os.MkdirAll(folder, 0o700), os.WriteFile(filepath.Join(folder, "opengl32.dll"), raw, 0o600))
}

// Do runs a command such as "jumun status", and returns what it printed and its exit code.
func (u *User) Do(args ...string) (seen.Answer, error) {
	return u.Run(u.program("jumun.com"), args...)
}

// Run runs a program to its end, and returns what it printed and its exit code.
func (u *User) Run(program string, args ...string) (seen.Answer, error) {
	return u.probe.ask(seen.Request{Do: seen.Run, Args: append([]string{program}, args...), Env: u.Env})
}

// Uninstalled removes what NewUser put there in place of a setup.
func (u *User) Uninstalled() error { return os.RemoveAll(u.Path("AppData/Local/Programs/jumun")) }

// Setup runs the setup without windows, and returns its status. A value stands between quotation marks, as in
// /MART="42".
func (u *User) Setup(options string) (code int, err error) {
	program := Name(u.windows.Path("build/windows/jumun-setup.exe"))
	return u.run(program, `"`+program+`" /S `+options)
}

// Uninstall starts the uninstaller without windows. It goes on for a while by a copy of itself.
func (u *User) Uninstall() error {
	program := u.program("uninstall.exe")
	code, err := u.run(program, `"`+program+`" /S`)
	if err == nil && code != 0 {
		err = fmt.Errorf("the uninstaller ended with %d", code)
	}
	return err
}

func (u *User) run(program, command string) (code int, err error) {
	a, err := u.probe.ask(seen.Request{Do: seen.Run, Args: []string{program}, Command: command, Env: u.Env})
	return a.Code, err
}

// Local returns the path of a file in the user's local folder, as the tests name it.
func (u *User) Local(name string) string { return u.Path("AppData/Local", name) }

// HasLocal reports whether that file is there.
func (u *User) HasLocal(name string) bool {
	_, err := os.Stat(u.Local(name))
	return err == nil
}

// StartsAtLogin reports whether Windows would start jumun when the user signs in.
func (u *User) StartsAtLogin() (bool, error) {
	a, err := u.probe.ask(seen.Request{Do: seen.Run, Args: []string{"reg", "query", `HKCU\Software\Microsoft\Windows\CurrentVersion\Run`, "/v", "jumun"}, Env: u.Env})
	return a.Code == 0, err
}

// Status returns the output of "jumun status".
func (u *User) Status() (s ipc.Status, err error) {
	a, err := u.Do("status")
	if err == nil && a.Code != 0 {
		err = errors.New(a.Err)
	}
	if err == nil {
		err = json.Unmarshal([]byte(a.Out), &s)
	}
	return s, err
}

// UntilStatus waits until ok accepts the status.
func (u *User) UntilStatus(ctx context.Context, what string, ok func(ipc.Status) bool) (last ipc.Status, err error) {
	err = harness.Until(ctx, what, func() error {
		s, err := u.Status()
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

// Pair pairs the PC with a mart of a server.
func (u *User) Pair(ctx context.Context, v *harness.Server, mart order.MartID) error {
	code, err := v.Code(ctx, mart)
	if err != nil {
		return err
	}
	a, err := u.Do("pair", "--server", "http://"+v.Addr(), "--mart", string(mart), "--code", code, "--name", u.Name)
	if err == nil && a.Code != 0 {
		err = errors.New(a.Err)
	}
	return err
}

// Log returns what jumun has logged.
func (u *User) Log() string {
	for _, dir := range []string{"AppData/Local/jumun/log", "AppData/Roaming/jumun/log"} {
		if raw, err := os.ReadFile(u.Path(dir, "jumun.log")); err == nil {
			return strings.TrimSpace(string(raw))
		}
	}
	return ""
}
