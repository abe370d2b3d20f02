// Package ui is the ui process: it shows in windows what the agent sends, and sends the
// agent what people do.
//
// The agent writes lines to the process's standard input and reads lines from its standard
// output (package ipc). An idle Fyne app is large, so the agent starts this process only
// when there is something to show.
package ui

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"sync"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/app"
	"fyne.io/fyne/v2/lang"

	"jumun/assets/icons"
	"jumun/assets/translations"
	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/ui/screen"
	"jumun/desktop/internal/ui/settings"
	"jumun/desktop/internal/ui/theme"
)

// A Config is what the process needs to know.
type Config = settings.Config

// Run shows what the lines of in ask for, and writes to out what people do, until in ends
// or ctx is done; both are nil. An error means that nothing can be shown, or that out
// cannot be written. Run must be called on the main goroutine, once in a process. If ctx
// ends first, a read of in may be left behind.
func Run(ctx context.Context, in io.Reader, out io.Writer, cfg Config) error {
	if err := screen.PreferX11(runtime.GOOS, os.Getenv, os.Setenv); err != nil {
		return err
	}
	if err := screen.Probe(os.Getenv("FYNE_PLATFORM")); err != nil {
		if errors.Is(err, screen.ErrNoOpenGL) {
			_ = ipc.NewWriter(out).Send(ipc.FromUI{NoOpenGL: true}) // the process ends in any case
		}
		return fmt.Errorf("%s: %w", cfg.Translator.Text("window.no-screen"), err)
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	cfg.Monitors = screen.Monitors
	a := newApp()
	w := newWindows(a, cfg, ipc.NewWriter(out), stop)
	a.Lifecycle().SetOnStarted(func() { w.send(ipc.FromUI{Ready: true}) })
	go func() { stop(inputEnd{read(in, w.handle)}) }()
	var background sync.WaitGroup
	background.Go(func() { w.keepTime(ctx) })
	background.Go(func() { <-ctx.Done(); fyne.Do(a.Quit) })
	a.Run()
	stop(nil) // Fyne also ends at SIGTERM
	background.Wait()
	return causeOf(ctx)
}

func newApp() fyne.App {
	a := app.NewWithID("kr.jumun.desktop")
	skipPreferences(a)
	a.Settings().SetTheme(theme.New())
	a.SetIcon(fyne.NewStaticResource("app.png", icons.App()))
	if err := lang.AddTranslations(fyne.NewStaticResource("fyne.ko.json", translations.Fyne)); err != nil {
		fyne.LogError("Fyne's own texts stay English", err)
	}
	return a
}

// skipPreferences keeps Fyne from writing its preferences at the end. We do not use them,
// and Fyne empties the file first: the next process could find it empty and complain. An empty hook in
// its place would be queued when Fyne's queue is being closed, which now and then is a panic.
func skipPreferences(a fyne.App) {
	if l, ok := a.Lifecycle().(interface{ SetOnStoppedHookExecuted(func()) }); ok {
		l.SetOnStoppedHookExecuted(nil)
	}
}

// An inputEnd is the end of the input. Its error is nil if the agent closed the input.
type inputEnd struct{ error }

// causeOf returns Run's error for the cause that ended ctx.
func causeOf(ctx context.Context) error {
	switch cause := context.Cause(ctx).(type) {
	case inputEnd:
		return cause.error
	case writeError:
		return cause
	}
	return nil
}

// read passes each line to handle on Fyne's goroutine, and waits for handle to return: the
// pipe is the queue, and the agent waits when the pipe is full.
func read(in io.Reader, handle func(ipc.ToUI)) error {
	onLine := func(l ipc.ToUI) { fyne.DoAndWait(func() { handle(l) }) }
	return ipc.ReadLines(in, onLine, func(err error) { fyne.LogError("from the agent", err) })
}

// keepTime updates the popup every second until ctx ends. It also reports shown cards ten
// times a second: a busy screen maps the popup late, and the agent wants to know soon. The edge
// of the screen flashes with them. That this
// process lives is said on Fyne's goroutine: it is the one that may hang.
func (w *windows) keepTime(ctx context.Context) {
	ticks, reports, alive := time.NewTicker(time.Second), time.NewTicker(100*time.Millisecond), time.NewTicker(ipc.AliveInterval)
	defer ticks.Stop()
	defer reports.Stop()
	defer alive.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticks.C:
			fyne.Do(w.tick)
		case <-reports.C:
			fyne.Do(func() { w.popup.Report(); w.flash.Tick() })
		case <-alive.C:
			fyne.Do(func() { w.send(ipc.FromUI{Alive: true}) })
		}
	}
}
