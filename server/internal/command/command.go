package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"

	"github.com/alecthomas/kong"

	"jumun/shared/order"
)

// Exit codes.
const (
	exitDone   = 0
	exitFailed = 1 // and one line on stderr says what to do
	exitUsage  = 2
)

// embeddedAddress is where serve without --redis has its Redis, and where the other
// commands look for one. It is not 6379, where another Redis may be at work.
const embeddedAddress = "127.0.0.1:16379"

// A commandLine is what a person can type.
type commandLine struct {
	Serve   serveCommand   `cmd:"" help:"Bring orders from Redis to the devices of their marts."`
	Order   orderCommand   `cmd:"" help:"Publish one order by hand."`
	Keygen  keygenCommand  `cmd:"" help:"Make a key that signs tokens."`
	Token   tokenCommand   `cmd:"" help:"Make a token: for an order service, an administrator, or a device."`
	Pair    pairCommand    `cmd:"" help:"Make a one-time code that pairs a device."`
	Devices devicesCommand `cmd:"" help:"List the devices of a mart."`
	Revoke  revokeCommand  `cmd:"" help:"Unpair a device, all of a mart, or all of a key."`
	Demo    demoCommand    `cmd:"" help:"Pretend to be a shop with a steady trickle of orders."`
	Version versionCommand `cmd:"" help:"Print the version."`
}

const description = `jumun-server rings in a store the moment an order is paid for.

Try it: "jumun-server serve" in one terminal; in another "jumun-server pair --mart 42",
whose code pairs the app, and "jumun-server order --mart 42 --order 1001", which rings.

A flag can also be an environment variable, shown as $NAME; the flag wins. Durations
are written as 500ms, 20s or 5m. Exit codes: 0 done, 1 failed, 2 wrong usage.`

// streams are where a command writes: out has what was asked for, err what happens.
type streams struct {
	out, err io.Writer
	version  string // of this program
}

// Run is the whole program. It returns when the command is done or ctx ends, with the
// process's exit code.
func Run(ctx context.Context, version string, args []string, getenv func(string) string, stdout, stderr io.Writer) int {
	helped := false
	parser, err := kong.New(&commandLine{}, kong.Name("jumun-server"), kong.Description(description),
		kong.Writers(stdout, stderr), kong.Exit(func(int) { helped = true }), kong.Resolvers(environment(getenv)),
		kong.Vars{"embedded": embeddedAddress}, kong.ConfigureHelp(kong.HelpOptions{Compact: true}), kong.ValueFormatter(describe),
		kong.TypeMapper(reflect.TypeFor[order.MartID](), parsed(order.ParseMartID)),
		kong.TypeMapper(reflect.TypeFor[order.OrderID](), parsed(order.ParseOrderID)))
	if err != nil {
		return fail(stderr, exitUsage, err)
	}
	command, err := parser.Parse(args)
	switch {
	case helped:
		return exitDone
	case err != nil:
		return fail(stderr, exitUsage, fmt.Errorf(`%w: see "jumun-server --help" / "jumun-server --help"를 보세요`, err))
	}
	command.BindTo(ctx, (*context.Context)(nil))
	command.Bind(secrets{token: getenv("JUMUN_TOKEN")})
	if err := command.Run(streams{stdout, stderr, version}); err != nil {
		return fail(stderr, exitFailed, err)
	}
	return exitDone
}

func fail(stderr io.Writer, code int, err error) int {
	// Whatever stands in err, it is one line.
	fmt.Fprintln(stderr, "jumun-server:", strings.Join(strings.Fields(err.Error()), " "))
	return code
}

// environment finds the value of a flag in the environment.
func environment(getenv func(string) string) kong.Resolver {
	return kong.ResolverFunc(func(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
		if value := getenv(variable(flag.Name)); value != "" && flag.Name != "help" {
			return value, nil
		}
		return nil, nil
	})
}

func variable(flag string) string {
	return "JUMUN_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// parsed has a flag read by parse, so that a command gets what is valid or never runs.
func parsed[T any](parse func(string) (T, error)) kong.Mapper {
	return kong.MapperFunc(func(ctx *kong.DecodeContext, target reflect.Value) error {
		var text string
		if err := ctx.Scan.PopValueInto("ID", &text); err != nil {
			return err
		}
		value, err := parse(text)
		target.Set(reflect.ValueOf(value))
		return err
	})
}

// describe is a flag's help, and the name of its variable.
func describe(value *kong.Value) string {
	if value.Flag == nil || value.Name == "help" {
		return value.Help
	}
	return fmt.Sprintf("%s ($%s)", value.Help, variable(value.Name))
}

// advise is an error that tells people what to do, in English and in Korean.
func advise(err error, english, korean string) error {
	if err == nil {
		return errors.New(english + " / " + korean)
	}
	return fmt.Errorf("%w: %s / %s", err, english, korean)
}

type versionCommand struct{}

// Run prints what was built.
func (versionCommand) Run(io streams) error {
	_, err := fmt.Fprintln(io.out, "jumun-server", io.version)
	return err
}
