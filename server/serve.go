package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"syscall"
	"time"

	"jumun/server/embedded"
	"jumun/server/orderlog"
	"jumun/server/stream"
	"jumun/shared/order"
	"jumun/shared/wire"
)

type serveCommand struct {
	Listen         string        `default:"127.0.0.1:8080" help:"Address to serve devices on; port 0 takes a free one. Only this machine, until devices can be paired."`
	Redis          string        `help:"Redis to use: redis://host:6379, rediss://… or unix:///path; redis+sentinel://host:26379?master_name=NAME and redis+cluster://host:7000 with &addr=host:port for each further node. Without it a Redis inside this process is used, which forgets everything on exit. Give a password by the variable, not by the flag."`
	EmbeddedListen string        `default:"${embedded}" help:"Address of the Redis inside this process."`
	Topic          string        `default:"order" help:"Pub/Sub topic on which orders are published."`
	Intake         string        `default:"jumun:orders" help:"Stream to which orders are appended with XADD: those are taken even if no server ran at the time."`
	Event          string        `default:"order" help:"Name of the event that announces an order to devices."`
	Heartbeat      time.Duration `default:"20s" help:"How often a quiet stream carries a comment. Proxies cut silent ones after 60s."`
	Retry          time.Duration `default:"3s" help:"What devices wait before they reconnect."`
	Lifetime       time.Duration `default:"30m" help:"How long a stream lives, to twice that: so connections spread over new servers."`
	Drain          time.Duration `default:"20s" help:"On SIGTERM, the time over which the streams are ended. Give the orchestrator's grace period 10s more."`
	Retention      time.Duration `default:"72h" help:"How long orders are kept for devices that are away."`
	Seen           time.Duration `default:"48h" help:"How long a repeated order is known as a repeat."`
	MaxEvents      int           `default:"10000" help:"Events kept a mart at most, roughly."`
	Replicas       int           `default:"0" help:"Redis replicas that must have an order before it counts as recorded. With Sentinel give 1, so that a failover loses nothing."`
	WriteTimeout   time.Duration `default:"10s" help:"How long a device may take for one event before it is cut off."`
	Queue          int           `default:"64" help:"Events that may wait for one device before it is cut off."`
}

// Help has examples.
func (serveCommand) Help() string {
	return `Orders are published as {"martId":42,"orderId":1001} on the topic, POSTed to /v1/orders, or appended to the intake stream ` +
		"(XADD jumun:orders * martId 42 orderId 1001); each device reads /v1/marts/42/events.\n\n" +
		"Operators have /livez, /readyz and /metrics. On SIGTERM every stream is ended, spread over --drain; a second signal ends at once.\n\n" +
		"Examples:\n\n  jumun-server serve\n\n  JUMUN_REDIS=redis://:password@redis:6379 jumun-server serve --topic order"
}

// Validate refuses what could not work.
func (c *serveCommand) Validate() error {
	for _, d := range []time.Duration{c.Heartbeat, c.Retry, c.Lifetime, c.WriteTimeout, c.Retention} {
		if d <= 0 {
			return errors.New("--heartbeat, --retry, --lifetime, --write-timeout and --retention must be positive")
		}
	}
	if c.Seen < wire.MinSeen {
		return fmt.Errorf("--seen must be at least %v: devices take less for a repeat", wire.MinSeen)
	}
	if c.Drain < 0 || c.Replicas < 0 || c.Queue < 1 || c.MaxEvents < 1 {
		return errors.New("--queue and --max-events must be positive, --drain and --replicas not negative")
	}
	if c.Topic == "" || c.Intake == "" {
		return errors.New("--topic and --intake must not be empty")
	}
	if slices.Contains([]string{"", wire.ConnectEvent, wire.AckEvent, wire.GapEvent, wire.ByeEvent}, c.Event) {
		return fmt.Errorf("--event cannot be %q", c.Event)
	}
	_, err := stream.EventFrame(c.Event, order.Event{Kind: order.Placed})
	return err
}

func (c *serveCommand) options() orderlog.Options {
	return orderlog.Options{Retention: c.Retention, Seen: c.Seen, MaxLen: c.MaxEvents, Replicas: c.Replicas}
}

// Run serves until ctx ends.
func (c *serveCommand) Run(ctx context.Context, io streams) error {
	log := slog.New(slog.NewTextHandler(io.err, nil))
	listener, err := listen(ctx, c.Listen)
	if err != nil {
		return err
	}
	defer listener.Close()
	address, stop, err := c.redis(log)
	if err != nil {
		return err
	}
	defer stop()
	orders, err := openLog(address, c.options(), log)
	if err != nil {
		return err
	}
	defer orders.Close()
	return newPod(c, orders, log).run(ctx, listener)
}

// redis returns the address of the Redis to use, and what ends it if it is ours.
func (c *serveCommand) redis(log *slog.Logger) (address string, stop func(), err error) {
	if c.Redis != "" {
		return c.Redis, func() {}, nil
	}
	if err := onLoopback(c.EmbeddedListen); err != nil {
		return "", nil, err
	}
	r, err := embedded.Start(c.EmbeddedListen)
	if errors.Is(err, syscall.EADDRINUSE) {
		return "", nil, inUse(c.EmbeddedListen, "--embedded-listen")
	}
	if err != nil {
		return "", nil, advise(err, "choose another address with --embedded-listen", "--embedded-listen으로 다른 주소를 지정하세요")
	}
	log.Warn("NO --redis GIVEN: using a Redis inside this process; it FORGETS EVERY ORDER when this process ends", "redis", r.URL())
	return r.URL(), r.Close, nil
}
