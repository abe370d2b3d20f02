// Package command is the command line of the desktop app: which process this one is, and
// what it needs.
package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"

	"github.com/alecthomas/kong"

	"jumun/assets/sounds"
	"jumun/desktop/internal/i18n"
	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/player"
	"jumun/desktop/internal/settings"
	"jumun/desktop/internal/ui"
	"jumun/shared/order"
)

// commands are what a person can type after "jumun".
type commands struct {
	Start   struct{} `cmd:"" default:"1" help:"Ring for the orders of this store, from the tray (the default). A second start shows the first."`
	Status  struct{} `cmd:"" help:"Print what the running jumun knows, as JSON."`
	Test    struct{} `cmd:"" help:"Sound a test alarm, and print how each part of its way does."`
	Pair    pair     `cmd:"" help:"Pair this PC with a mart, by a code that an administrator gave out."`
	Ack     ack      `cmd:"" help:"Confirm an order: its alarm ends."`
	Quit    struct{} `cmd:"" help:"End the running jumun. If there is a PIN, it is read from the environment variable JUMUN_PIN."`
	Version struct{} `cmd:"" help:"Print the version."`
	Agent   struct{} `cmd:"" hidden:"" help:"The agent; started by jumun start, again and again."`
	Window  struct{} `cmd:"" hidden:"" help:"The window process; started by the agent."`
	Ring    struct{} `cmd:"" hidden:"" help:"The ring process; started by the agent."`
}

type ack struct {
	Order order.OrderID `arg:"" help:"Order number, such as 1001."`
}

// The exit codes of every command.
const (
	done       = 0
	failed     = 1
	wrongUsage = 2
)

// A program is what a command needs of the world.
type program struct {
	out, err io.Writer
	in       io.Reader
	words    *i18n.Words
	log      *slog.Logger
	version  string
}

// Run is the whole program: it does what args say, and returns the exit code of the process.
func Run(ctx context.Context, version string, args []string, in io.Reader, out, errs io.Writer) int {
	w, err := i18n.System()
	if err != nil {
		fmt.Fprintln(errs, "jumun:", err)
		return failed
	}
	p := program{in: in, out: out, err: errs, words: w, log: slog.New(slog.NewTextHandler(errs, nil)), version: version}
	var c commands
	exit := -1
	parser := kong.Must(&c, kong.Name("jumun"), kong.Writers(out, errs), kong.Exit(func(code int) { exit = code }),
		kong.Description("jumun rings when an order is paid for.\n\nSettings are made in its window: start jumun, and choose the settings in its tray menu."))
	chosen, err := parser.Parse(args)
	if exit >= 0 { // --help was asked for and printed
		return exit
	}
	if err != nil {
		fmt.Fprintf(errs, "jumun: %v. See jumun --help\n", err)
		return wrongUsage
	}
	if err := p.do(ctx, chosen.Selected().Name, c); err != nil {
		fmt.Fprintln(errs, "jumun:", err)
		return failed
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
	case "window":
		return ui.Run(ctx, p.in, p.out, ui.Config{Words: p.words, Check: p.check, Version: p.version})
	case "start":
		return p.start(ctx)
	case "status":
		return p.ask(ctx, ipc.Command{Do: name})
	case "test":
		return p.test(ctx)
	case "quit":
		// From the environment, which is this user's: others can read what is typed.
		return p.ask(ctx, ipc.Command{Do: name, PIN: os.Getenv("JUMUN_PIN")})
	case "pair":
		return p.pair(ctx, c.Pair)
	case "ack":
		return p.ask(ctx, ipc.Command{Do: name, Order: c.Ack.Order})
	}
	return p.agent(ctx)
}

// check says in words what is wrong with settings, by the JSON name of the field.
func (p program) check(s settings.Settings) map[string]string {
	found := map[string]string{}
	for name, id := range settings.Check(settings.Clean(s)) {
		found[name] = p.words.Say(id)
	}
	return found
}

// checkSound says in words why a sound file cannot be played.
func checkSound(w *i18n.Words, path string) error {
	err := player.CheckSound(path)
	var bad *player.SoundError
	if errors.As(err, &bad) {
		return errors.New(w.Say(bad.ID))
	}
	return err
}
