// Package command is the command line of the desktop app: it decides which process this one
// is, and gives the process what it needs.
package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"jumun/assets/sounds"
	"jumun/desktop/internal/agent"
	"jumun/desktop/internal/i18n"
	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/player"
	"jumun/desktop/internal/settings"
	"jumun/desktop/internal/supervisor"
	"jumun/desktop/internal/ui"
	"jumun/desktop/internal/update"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// commands are the subcommands of jumun.
type commands struct {
	Start   start      `cmd:"" default:"withargs" help:"Ring for the orders of this store, from the tray (the default). A second start shows the first."`
	Status  struct{}   `cmd:"" help:"Print what the running jumun knows, as JSON."`
	Test    struct{}   `cmd:"" help:"Sound a test alarm, and print how each part of its way does."`
	Pair    pair       `cmd:"" help:"Pair this PC with a mart, by a code that an administrator gave out."`
	Forget  forget     `cmd:"" help:"Make this PC one of no mart again, without a history, that starts nothing at login. jumun must not run."`
	PIN     pinCommand `cmd:"" name:"pin" help:"Remove the PIN of the settings, for who forgot it. Whoever may write the settings file may do this."`
	Ack     ack        `cmd:"" help:"Confirm an order: its alarm ends."`
	Quit    pinFrom    `cmd:"" help:"End the running jumun."`
	Version struct{}   `cmd:"" help:"Print the version."`
	Agent   struct{}   `cmd:"" hidden:"" help:"The agent; started by jumun start, again and again."`
	UI      struct{}   `cmd:"" name:"window" hidden:"" help:"The ui process; started by the agent."`
	Guard   struct{}   `cmd:"" hidden:"" help:"Starts jumun again if the process that tries another version is killed."`
	Player  struct{}   `cmd:"" name:"ring" hidden:"" help:"The player process; started by the agent."`

	PrintVersion kong.VersionFlag `name:"version" help:"Print the version."`
}

type start struct {
	Link    pairingLink `arg:"" optional:"" help:"Pairing link (jumun://pair?…): the settings open with what it says, and nothing is saved."`
	AtLogin bool        `name:"at-login" hidden:"" help:"Nobody asked for it: start nothing if the settings say so, and show nothing if jumun runs."`
}

// A pairingLink is a link of jumun that a person has opened. It may be broken: then the window says so, since
// nobody sees what is printed.
type pairingLink string

// UnmarshalText takes what the system passes on when a person opens a link.
func (l *pairingLink) UnmarshalText(text []byte) error {
	scheme, _, ok := strings.Cut(string(text), ":")
	if !ok || !strings.EqualFold(scheme, wire.LinkScheme) {
		return fmt.Errorf("neither a command nor a link: %w", order.ErrMalformed)
	}
	*l = pairingLink(text[:min(len(text), wire.MaxPairingLink)])
	return nil
}

type ack struct {
	Order order.OrderID `arg:"" help:"Order number, such as 1001."`
}

// The exit codes of all commands.
const (
	done       = 0
	failed     = 1
	wrongUsage = 2
)

// A program holds what the commands need from outside.
type program struct {
	out, err   io.Writer
	in         io.Reader
	translator *i18n.Translator
	log        *slog.Logger
	version    string
}

// Prints reports whether the command in args answers a person or a script, and ends. The others
// are the app and its processes.
func Prints(args []string) bool {
	if len(args) == 0 || strings.HasPrefix(args[0], "jumun:") { // a pairing link
		return false
	}
	return !slices.Contains([]string{"start", "agent", "window", "ring", "guard"}, args[0])
}

// Run runs the command in args, and returns the exit code of the process.
func Run(ctx context.Context, version string, args []string, in io.Reader, out, errs io.Writer) int {
	w, err := i18n.New("")
	if err != nil {
		fmt.Fprintln(errs, "jumun:", err)
		return failed
	}
	p := program{in: in, out: out, err: errs, translator: w, log: slog.New(slog.NewTextHandler(errs, nil)), version: version}
	var c commands
	exit := -1
	parser := kong.Must(&c, kong.Name("jumun"), kong.Writers(out, errs), kong.Exit(func(code int) { exit = code }), kong.Vars{"version": "jumun " + version},
		kong.Description("jumun rings when an order is paid for.\n\nSettings are made in its window: start jumun, and choose the settings in its tray menu."))
	chosen, err := parser.Parse(args)
	if exit >= 0 { // --help or --version was printed
		return exit
	}
	if err != nil {
		fmt.Fprintf(errs, "jumun: %v. See jumun --help\n", err)
		return wrongUsage
	}
	name := chosen.Selected().Name
	err = p.do(ctx, name, c)
	if err != nil {
		fmt.Fprintln(errs, "jumun:", err)
	}
	if err != nil && name == "start" {
		p.alert(err.Error())
	}
	return exitStatus(name, err, os.Getenv(onTrial) != "")
}

// exitStatus returns the exit status of a command that ended with err. trial: another program watches this one, and
// takes no other status than Stopped for an end that somebody asked for.
func exitStatus(name string, err error, trial bool) int {
	switch {
	case errors.Is(err, agent.ErrRestart):
		return supervisor.Restart
	case errors.Is(err, agent.ErrHandOver):
		return supervisor.HandOver
	case err != nil:
		return failed
	case name == "agent", name == "start" && trial:
		return supervisor.Stopped
	}
	return done
}

func (p program) do(ctx context.Context, name string, c commands) error {
	switch name {
	case "version":
		_, err := fmt.Fprintln(p.out, "jumun", p.version)
		return err
	case "ring":
		return player.Run(ctx, p.in, p.out, sounds.Sound)
	case "guard":
		return update.StandGuard(ctx, p.in, startAll)
	case "window":
		return ui.Run(ctx, p.in, p.out, ui.Config{Translator: p.translator, Check: p.check, Version: p.version})
	case "start":
		return p.start(ctx, c.Start)
	case "status":
		return p.ask(ctx, ipc.Command{Do: name})
	case "test":
		return p.test(ctx)
	case "quit":
		return p.quit(ctx, c.Quit)
	case "pair":
		return p.pair(ctx, c.Pair)
	case "forget":
		return p.forget(ctx, c.Forget)
	case "pin":
		return p.clearPIN(ctx)
	case "ack":
		return p.ask(ctx, ipc.Command{Do: name, Order: c.Ack.Order})
	}
	return p.agent(ctx)
}

// settingsPath returns the path of this user's settings.
func (p program) settingsPath() (string, error) {
	file, err := settings.Path()
	if err != nil {
		return "", textError{p.translator.Text("main.no-home", "Cause", err), err}
	}
	return file, nil
}

// check returns what is wrong with s as texts for people, by the JSON name of the field.
func (p program) check(s settings.Settings) map[string]string {
	texts := map[string]string{}
	for name, id := range settings.Check(settings.Clean(s)) {
		texts[name] = p.translator.Text(id)
	}
	return texts
}

// checkSound returns why a sound file cannot be played, as a text for people.
func checkSound(w *i18n.Translator, path string) error {
	err := player.CheckSound(path)
	var bad *player.SoundError
	if errors.As(err, &bad) {
		return errors.New(w.Text(bad.ID))
	}
	return err
}
