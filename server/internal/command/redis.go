package command

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"syscall"

	"jumun/server/internal/devices"
	"jumun/server/internal/embeddedredis"
	"jumun/server/internal/eventlog"
	"jumun/server/internal/localredis"
	"jumun/server/internal/redisconn"
)

// embeddedAddress is the address of the Redis that serve without --redis starts, and the
// default of all other commands. It is not 6379, where another Redis may run.
const embeddedAddress = "127.0.0.1:16379"

// packageData is the folder of the server that the packages for Linux install (server/deploy/packages).
const packageData = "/var/lib/jumun"

// A redisFlag says where the server's Redis is.
type redisFlag struct {
	Redis string `help:"The server's Redis. Without it and --data, that of a server on this machine: the package's, or else a serve without both (redis://${embedded}). Give a password by the variable, not by the flag."`
	Data  string `placeholder:"DIR" help:"The folder of a server on this machine that has --data."`
}

// address returns where the server's Redis is.
func (f redisFlag) address() string {
	switch {
	case f.Redis != "":
		return embeddedredis.Find(f.Redis)
	case f.Data != "":
		return localredis.URL(f.Data)
	case localredis.IsThere(packageData):
		return localredis.URL(packageData)
	}
	return embeddedredis.Find("redis://" + embeddedAddress)
}

// openLog opens the log. The command itself reports what goes wrong.
func (f redisFlag) openLog() (*eventlog.Log, error) {
	return openLog(f.address(), eventlog.Options{}, slog.New(slog.DiscardHandler))
}

// openDevices opens the registry of devices.
func (f redisFlag) openDevices() (*devices.Registry, error) {
	return openDevices(f.address(), devices.Options{}, slog.New(slog.DiscardHandler))
}

// away says that the Redis cannot be used, and what to do.
func (f redisFlag) away(err error) error {
	what := fmt.Errorf("cannot use the Redis at %s (%w)", withoutPassword(f.address()), err)
	if english, korean := redisAdvice(f.address(), err); english != "" {
		return advise(what, english, korean)
	}
	return advise(what,
		`start "jumun-server serve", or name its Redis with --redis or JUMUN_REDIS, or its folder with --data, as for the server`, `"jumun-server serve"를 먼저 실행하거나 서버와 같은 Redis를 --redis나 JUMUN_REDIS로, 폴더를 --data로 지정하세요`)
}

func openLog(address string, opts eventlog.Options, log *slog.Logger) (*eventlog.Log, error) {
	l, err := eventlog.Open(address, opts, log)
	if err != nil {
		return nil, badAddress(err)
	}
	return l, nil
}

func openDevices(address string, opts devices.Options, log *slog.Logger) (*devices.Registry, error) {
	r, err := devices.Open(address, opts, log)
	if err != nil {
		return nil, badAddress(err)
	}
	return r, nil
}

// inspect refuses a Redis that is too old. What else may be wrong with a Redis can be put right while
// the server runs, which says what it is and is not ready until then.
func inspect(ctx context.Context, log *eventlog.Log) error {
	if err := log.Inspect(ctx); errors.Is(err, redisconn.ErrTooOld) {
		return advise(err, "update Redis, or name another with --redis", "Redis를 업데이트하거나 --redis로 다른 Redis를 지정하세요")
	}
	return nil
}

func badAddress(err error) error {
	return advise(fmt.Errorf("cannot use the address of the Redis (%w)", err),
		"write it as redis://host:6379, rediss://… or unix:///path", "redis://호스트:6379 형식으로 적으세요")
}

// withoutPassword returns the host or path in the address of a Redis.
func withoutPassword(address string) string {
	u, err := url.Parse(address)
	switch {
	case err != nil:
		return "this address"
	case u.Scheme == "unix":
		return u.Path
	}
	return u.Host
}

// startEmbedded starts a Redis inside this process. Only this machine may reach it: its password goes
// over the connection as it is.
func startEmbedded(address string, log *slog.Logger) (*embeddedredis.Redis, error) {
	if loopback, err := isLoopback(address); err != nil {
		return nil, err
	} else if !loopback {
		return nil, advise(errors.New("the Redis inside this process is for this machine: its password would go over the network as it is"),
			"set --embedded-listen to an address on 127.0.0.1", "--embedded-listen을 127.0.0.1로 지정하세요")
	}
	r, err := embeddedredis.Start(address, log)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, inUse(address, "--embedded-listen")
	case err != nil:
		return nil, advise(err, "choose another address with --embedded-listen", "--embedded-listen으로 다른 주소를 지정하세요")
	}
	log.Warn("NO --redis GIVEN: using a Redis inside this process; it FORGETS EVERY ORDER when this process ends; this user's commands find it by a file with its password", "redis", "redis://"+r.Addr(), "file", r.File())
	return r, nil
}
