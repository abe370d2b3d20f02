package ui

import (
	"context"
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/app"
	"fyne.io/fyne/v2/lang"

	"jumun/assets/icons"
	"jumun/assets/translations"
	"jumun/desktop/internal/i18n"
	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/settings"
)

// A Config is what the window process is given.
type Config struct {
	Translator *i18n.Translator                          // the language it speaks
	Check      func(settings.Settings) map[string]string // what is wrong, for people, by JSON name; called at every key typed
	Version    string                                    // shown in the settings window
}

// Run is the whole window process: it shows what the lines of in say and writes to out
// what people do, until in ends or ctx does, which is nil. It must be called on the main
// goroutine, once in a process. An error means that nothing can be shown, or that out
// is closed. When ctx ends first, a read of in may be left behind.
func Run(ctx context.Context, in io.Reader, out io.Writer, cfg Config) error {
	if err := preferX11(os.Getenv, os.Setenv); err != nil {
		return err
	}
	if err := probe(os.Getenv("FYNE_PLATFORM")); err != nil {
		return fmt.Errorf("%s: %w", cfg.Translator.Text("window.no-screen"), err)
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	a := newApp()
	u := newScreens(a, cfg, ipc.NewWriter(out), stop)
	a.Lifecycle().SetOnStarted(func() { u.send(ipc.FromUI{Ready: true}) })
	go func() { stop(ended{read(in, u.handle)}) }()
	var background sync.WaitGroup
	background.Go(func() { u.keepTime(ctx) })
	background.Go(func() { <-ctx.Done(); fyne.Do(a.Quit) })
	a.Run()
	stop(nil) // Fyne also ends at SIGTERM
	background.Wait()
	return why(ctx)
}

func newApp() fyne.App {
	a := app.NewWithID("kr.jumun.desktop")
	leavePreferences(a)
	a.Settings().SetTheme(newTheme())
	a.SetIcon(fyne.NewStaticResource("app.png", icons.App()))
	if err := lang.AddTranslations(fyne.NewStaticResource("fyne.ko.json", translations.Fyne)); err != nil {
		fyne.LogError("Fyne's own texts stay English", err)
	}
	return a
}

// leavePreferences keeps Fyne from writing its preferences, which we do not use, at the
// end: it empties the file first, and the next process may find it so and complain.
func leavePreferences(a fyne.App) {
	if l, ok := a.Lifecycle().(interface{ SetOnStoppedHookExecuted(func()) }); ok {
		l.SetOnStoppedHookExecuted(func() {})
	}
}

// An ended error carries the end of the input, which is none, or its failure.
type ended struct{ error }

// why turns the cause of the end into Run's error.
func why(ctx context.Context) error {
	switch cause := context.Cause(ctx).(type) {
	case ended:
		return cause.error
	case broken:
		return cause
	}
	return nil
}

// read hands lines to handle on Fyne's goroutine, and waits for it: the pipe is the
// queue, and the agent waits when it is full.
func read(in io.Reader, handle func(ipc.ToUI)) error {
	take := func(l ipc.ToUI) { fyne.DoAndWait(func() { handle(l) }) }
	return ipc.ReadLines(in, take, func(err error) { fyne.LogError("from the agent", err) })
}

// keepTime runs, until ctx ends, what has to be done by and by. A busy screen takes a
// while to map the popup, which the agent wants to know soon after.
func (u *screens) keepTime(ctx context.Context) {
	ticks, looks := time.NewTicker(time.Second), time.NewTicker(100*time.Millisecond)
	defer ticks.Stop()
	defer looks.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticks.C:
			fyne.Do(u.popup.tick)
		case <-looks.C:
			fyne.Do(u.popup.report)
		}
	}
}
