package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"syscall"
	"time"

	"jumun/server/embedded"
	"jumun/server/stream"
	"jumun/shared/order"
	"jumun/shared/wire"
)

type serveCommand struct {
	Listen         string        `default:"127.0.0.1:8080" help:"Address to serve devices on; port 0 takes a free one. Only this machine, until devices can be paired."`
	Redis          string        `help:"Redis to use: redis://host:6379, rediss://… or unix:///path. Without it a Redis inside this process is used, which forgets everything on exit. Give a password by the variable, not by the flag."`
	EmbeddedListen string        `default:"${embedded}" help:"Address of the Redis inside this process."`
	Topic          string        `default:"order" help:"Pub/Sub topic on which orders are published."`
	Event          string        `default:"order" help:"Name of the event that announces an order to devices."`
	Heartbeat      time.Duration `default:"20s" help:"How often a quiet stream carries a comment. Proxies cut silent ones after 60s."`
	Retry          time.Duration `default:"3s" help:"What devices wait before they reconnect."`
	WriteTimeout   time.Duration `default:"10s" help:"How long a device may take for one event before it is cut off."`
	Queue          int           `default:"64" help:"Events that may wait for one device before it is cut off."`
}

// Help has examples.
func (serveCommand) Help() string {
	return `Orders are published as {"martId":42,"orderId":1001} on the topic; each device reads /v1/marts/42/events. ` +
		"Operators have /livez, /readyz and /metrics. On SIGTERM every stream is ended; a second signal ends at once.\n\n" +
		"Examples:\n\n  jumun-server serve\n\n  JUMUN_REDIS=redis://:password@redis:6379 jumun-server serve --topic order"
}

// Validate refuses what could not work.
func (c *serveCommand) Validate() error {
	if c.Heartbeat <= 0 || c.Retry <= 0 || c.WriteTimeout <= 0 || c.Queue < 1 {
		return errors.New("--heartbeat, --retry, --write-timeout and --queue must be positive")
	}
	if c.Topic == "" {
		return errors.New("--topic must not be empty")
	}
	if c.Event == "" || c.Event == wire.ConnectEvent || c.Event == wire.ByeEvent {
		return fmt.Errorf("--event cannot be %q", c.Event)
	}
	_, err := stream.OrderFrame(c.Event, order.Event{})
	return err
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
	orders, err := openLog(address, log)
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
