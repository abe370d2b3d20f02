package command

import (
	"context"
	"fmt"
	"io"
	"reflect"
	"strings"
	"time"

	"github.com/alecthomas/kong"

	"jumun/server/internal/logqueue"
	"jumun/shared/order"
)

// Exit codes.
const (
	exitDone   = 0
	exitFailed = 1 // one line on stderr says what to do
	exitUsage  = 2
)

// A commandLine is what a person can type.
type commandLine struct {
	Serve   serveCommand   `cmd:"" help:"Bring orders from Redis to the devices of their marts."`
	Check   checkCommand   `cmd:"" help:"Say what is wrong with the settings, the keys and Redis, before serve does."`
	Order   orderCommand   `cmd:"" help:"Publish or withdraw one order by hand, or ask what became of it."`
	Keygen  keygenCommand  `cmd:"" help:"Make a key that signs tokens."`
	Keys    keysCommand    `cmd:"" help:"List, renew or remove the keys that sign tokens."`
	Token   tokenCommand   `cmd:"" help:"Make a token: for an order service, an administrator, or a device."`
	Pair    pairCommand    `cmd:"" help:"Make a one-time code that pairs a device."`
	Enrol   enrolCommand   `cmd:"" help:"Make a key that pairs many PCs, for a roll-out; list or revoke such keys."`
	Devices devicesCommand `cmd:"" help:"List the devices of a mart."`
	Marts   martsCommand   `cmd:"" help:"List at which marts orders are heard, and what waits there."`
	Revoke  revokeCommand  `cmd:"" help:"Unpair a device, all devices of a mart, or all of a key."`
	Admin   adminCommand   `cmd:"" name:"admin-link" help:"Make a link that signs an administrator in to the console."`
	Relay   relayCommand   `cmd:"" help:"Bring orders from a table in the shop's database to the servers."`
	Webhook webhookCommand `cmd:"" help:"Try a target of webhooks, or list the targets and what failed there."`
	Release releaseCommand `cmd:"" help:"Sign, stage and revoke the versions of the app that servers give to PCs."`
	Audit   auditCommand   `cmd:"" help:"List who paired, revoked, and made codes and keys."`
	Demo    demoCommand    `cmd:"" help:"Pretend to be a shop with a steady trickle of orders."`
	Version versionCommand `cmd:"" help:"Print the version."`

	PrintVersion kong.VersionFlag `name:"version" help:"Print the version."`
}

const description = `jumun-server rings in a store the moment an order is paid for.

Try it: "jumun-server serve" in one terminal; in another "jumun-server pair --mart 42",
whose code pairs the app, and "jumun-server order --mart 42 --order 1001", which rings.

A flag can also be an environment variable, shown as $NAME; the flag wins. Durations
are written as 500ms, 20s or 5m. Exit codes: 0 done, 1 failed, 2 wrong usage.`

// An environment is what a command has beside its flags.
type environment struct {
	stdin           io.Reader
	interactive     bool      // a person sits at stdin
	stdout, stderr  io.Writer // stdout gets what was asked for, stderr what happens
	version         string    // of this program
	token           string    // $JUMUN_TOKEN
	releasePassword string    // $JUMUN_RELEASE_PASSWORD
	language        language
	unknown         []string // variables that look like flags, and are none
}

// Run runs the program. environ has all variables, as os.Environ returns them, for those that are misspelt. Run
// returns the exit code when the command is done or ctx ends.
func Run(ctx context.Context, version string, args []string, getenv func(string) string, environ []string, stdin io.Reader, stdout, stderr io.Writer) int {
	stdout, stderr = plainWriter{stdout}, plainWriter{stderr}
	env := environment{stdin: stdin, interactive: isTerminal(stdin), stdout: stdout, stderr: stderr, version: version, token: getenv("JUMUN_TOKEN"), releasePassword: getenv("JUMUN_RELEASE_PASSWORD"), language: languageOf(getenv)}
	helped := false
	parser, err := kong.New(&commandLine{}, kong.Name("jumun-server"), kong.Description(description),
		kong.Writers(stdout, stderr), kong.Exit(func(int) { helped = true }), kong.Resolvers(variables(getenv)),
		kong.Vars{"embedded": embeddedAddress, "version": versionLine(version)}, kong.ConfigureHelp(kong.HelpOptions{Compact: true}), kong.ValueFormatter(helpOf),
		kong.TypeMapper(reflect.TypeFor[order.MartID](), parsed(order.ParseMartID)),
		kong.TypeMapper(reflect.TypeFor[order.OrderID](), parsed(order.ParseOrderID)))
	if err != nil {
		return env.fail(exitUsage, err)
	}
	command, err := parser.Parse(args)
	switch {
	case helped:
		return exitDone
	case err != nil:
		return env.fail(exitUsage, advise(err, `see "jumun-server --help"`, `"jumun-server --help"를 보세요`))
	}
	env.unknown = unknown(environ, parser.Model)
	command.BindTo(ctx, (*context.Context)(nil))
	if err := command.Run(env); err != nil {
		return env.fail(exitFailed, err)
	}
	return exitDone
}

// flushTimeout is how long the end of the program waits for the reader of stderr: one that has taken
// nothing for a second sleeps.
const flushTimeout = time.Second

// fail prints err as one line, whatever it contains, and returns the exit code.
func (e environment) fail(code int, err error) int {
	line := logqueue.New(e.stderr)
	defer line.Close(flushTimeout)
	fmt.Fprintln(line, "jumun-server:", strings.Join(strings.Fields(e.language.message(err)), " "))
	return code
}
