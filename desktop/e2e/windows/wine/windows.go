//go:build linux

// Package wine is a Windows PC for tests: wine on a screen without hardware. Its desktop has a task
// bar with a tray and Windows' own rules of what is on top and who has the keyboard.
package wine

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"jumun/desktop/e2e/harness"
	"jumun/desktop/e2e/harness/alsa"
	"jumun/desktop/e2e/windows/seen"
)

// A Windows is a PC on which somebody is logged in.
type Windows struct {
	*harness.Session
	Speaker *alsa.Device // the sound device that plays by default
	Second  *alsa.Device // another one, once AddSpeaker was called

	root, prefix string // the project's folder, and wine's
	env          []string
	probe        *probe
}

// Open starts Windows in the prefix of the project in root. The program must call harness.Capture.
func Open(ctx context.Context, root string) (*Windows, error) {
	s, err := harness.New()
	if err != nil {
		return nil, err
	}
	w := &Windows{Session: s, root: root, prefix: filepath.Join(root, "build/wine/prefix")}
	if err := w.boot(ctx); err != nil {
		return nil, errors.Join(err, w.Close())
	}
	return w, nil
}

func (w *Windows) boot(ctx context.Context) error {
	w.shutDown() // a run that was killed leaves it behind
	if err := w.restoreRegistry(); err != nil {
		return err
	}
	if err := w.OpenBareScreen(); err != nil {
		return err
	}
	self, err := os.Executable()
	if err == nil {
		w.Speaker, err = alsa.NewRecorder(w.Dir, self, "capture")
	}
	if err == nil {
		w.Second, err = w.Speaker.AddRecorder(second, filepath.Join(w.Dir, second), self, "capture")
	}
	if err != nil {
		return err
	}
	w.env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + w.Dir, "XDG_RUNTIME_DIR=" + w.Dir}, w.Screen.Env()...)
	w.env = append(w.env, w.Speaker.Env...)
	if _, err := w.Start("explorer", w.env, w.Path("desktop/e2e/windows/run"), "explorer", "/desktop=shell,1280x800"); err != nil {
		return err
	}
	if err := w.buildProbe(); err != nil {
		return err
	}
	if w.probe, err = w.startProbe(); err != nil {
		return err
	}
	return harness.Until(ctx, "the task bar", func() error {
		_, err := w.Window("Shell_TrayWnd", "")
		return err
	})
}

// second is the name of the second sound device.
const second = "second"

// Path returns the path of a file of the project.
func (w *Windows) Path(elements ...string) string {
	return filepath.Join(append([]string{w.root}, elements...)...)
}

// Name returns how programs on wine name a file of the system below.
func Name(path string) string { return `Z:` + strings.ReplaceAll(path, "/", `\`) }

// restoreRegistry undoes what programs of the last run have written.
func (w *Windows) restoreRegistry() error {
	files, err := filepath.Glob(w.Path("build/wine/registry/*.reg"))
	if err == nil && len(files) == 0 {
		err = errors.New("there is no wine prefix: make test-windows makes it")
	}
	for _, file := range files {
		raw, readErr := os.ReadFile(file)
		err = errors.Join(err, readErr, os.WriteFile(filepath.Join(w.prefix, filepath.Base(file)), raw, 0o600))
	}
	return err
}

// Close ends every program of this Windows, and Windows.
func (w *Windows) Close() error {
	w.shutDown()
	return w.Session.Close()
}

// shutDown ends this Windows, and waits until it has ended.
func (w *Windows) shutDown() {
	for _, how := range []string{"-k", "-w"} {
		cmd := exec.Command("wineserver", how)
		cmd.Env = append(os.Environ(), "WINEPREFIX="+w.prefix)
		_ = cmd.Run() // fails if nothing runs
	}
}

// Windows returns the windows of the desktop, the highest first.
func (w *Windows) Windows() ([]seen.Window, error) {
	a, err := w.probe.ask(seen.Request{Do: seen.Windows})
	return a.Windows, err
}

// Window returns the highest visible window of a class, with a title that begins so.
func (w *Windows) Window(class, title string) (seen.Window, error) {
	all, err := w.Windows()
	for _, one := range all {
		if one.Visible && one.Class == class && strings.HasPrefix(one.Title, title) {
			return one, nil
		}
	}
	return seen.Window{}, errors.Join(fmt.Errorf("no window %s %q", class, title), err)
}

// WindowsOf returns the visible windows of a process, the highest first.
func (w *Windows) WindowsOf(pid int) (found []seen.Window, err error) {
	all, err := w.Windows()
	for _, one := range all {
		if one.Visible && int(one.PID) == pid && !one.Bounds.Empty() {
			found = append(found, one)
		}
	}
	return found, err
}

// Children returns the windows inside a window.
func (w *Windows) Children(of seen.Window) ([]seen.Window, error) {
	a, err := w.probe.ask(seen.Request{Do: seen.Children, Window: of.Handle})
	return a.Windows, err
}

// Post sends a message to a window.
func (w *Windows) Post(to seen.Window, message uint32, wParam, lParam uint64) error {
	_, err := w.probe.ask(seen.Request{Do: seen.Post, Window: to.Handle, Message: message, WParam: wParam, LParam: lParam})
	return err
}

// Text returns what is typed in a field of a program.
func (w *Windows) Text(in seen.Window) (string, error) {
	a, err := w.probe.ask(seen.Request{Do: seen.Text, Window: in.Handle})
	return a.Out, err
}

// Cover puts a window on the whole screen, above all others, as tills do.
func (w *Windows) Cover(by seen.Window) error {
	_, err := w.probe.ask(seen.Request{Do: seen.Cover, Window: by.Handle})
	return err
}

// Processes returns the running processes of a program, such as jumun.exe.
func (w *Windows) Processes(program string) (found []seen.Process, err error) {
	a, err := w.probe.ask(seen.Request{Do: seen.Processes})
	for _, p := range a.Processes {
		if p.Program == program {
			found = append(found, p)
		}
	}
	return found, err
}

// Kill ends a process without asking it. The task manager gives it the status 1, others may give any.
func (w *Windows) Kill(pid int, status uint32) error {
	_, err := w.probe.ask(seen.Request{Do: seen.Terminate, PID: uint32(pid), Code: status})
	return err
}
