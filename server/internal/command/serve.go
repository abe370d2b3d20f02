package command

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"syscall"
	"time"

	"jumun/server/internal/devices"
	"jumun/server/internal/pod"

	"jumun/server/internal/auth"
	"jumun/server/internal/embeddedredis"
	"jumun/server/internal/eventlog"
	"jumun/server/internal/sse"
	"jumun/shared/order"
	"jumun/shared/wire"
)

type serveCommand struct {
	Listen            string        `default:"127.0.0.1:8080" help:"Address to serve devices on; port 0 takes a free one. For other machines give --keys too."`
	Redis             string        `help:"Redis to use: redis://host:6379, rediss://… or unix:///path; redis+sentinel://host:26379?master_name=NAME and redis+cluster://host:7000 with &addr=host:port for each further node. Without it a Redis inside this process is used, which forgets everything on exit. Give a password by the variable, not by the flag."`
	EmbeddedListen    string        `default:"${embedded}" help:"Address of the Redis inside this process."`
	Topic             string        `default:"order" help:"Pub/Sub topic on which orders are published."`
	Intake            string        `default:"jumun:orders" help:"Stream to which orders are appended with XADD: those are taken even if no server ran at the time."`
	Event             string        `default:"order" help:"Name of the event that announces an order to devices."`
	Heartbeat         time.Duration `default:"20s" help:"How often a quiet stream carries a comment. Proxies cut silent ones after 60s."`
	Retry             time.Duration `default:"3s" help:"What devices wait before they reconnect."`
	Lifetime          time.Duration `default:"30m" help:"How long a stream lives, to twice that: so connections spread over new servers."`
	Drain             time.Duration `default:"20s" help:"On SIGTERM, the time over which the streams are ended. Give the orchestrator's grace period 10s more."`
	Retention         time.Duration `default:"72h" help:"How long orders are kept for devices that are away."`
	Seen              time.Duration `default:"48h" help:"How long a repeated order is known as a repeat."`
	MaxEvents         int           `default:"10000" help:"Events kept a mart at most, roughly."`
	Replicas          int           `default:"0" help:"Redis replicas that must have an order before it counts as recorded. With Sentinel give 1, so that a failover loses nothing."`
	WriteTimeout      time.Duration `default:"10s" help:"How long a device may take for one event before it is cut off."`
	Queue             int           `default:"64" help:"Events that may wait for one device before it is cut off."`
	TokenLife         time.Duration `default:"2160h" help:"How long the token of a paired device is good for; apps renew theirs when half of it is over."`
	StreamsPerAddress int           `default:"1000" help:"Streams and polls that one address may have at once; 0: any number. Private addresses and loopback have no limit."`
	PublishRate       int           `default:"1000" help:"Orders that one publisher may POST in a second."`
	TrustedProxies    []string      `placeholder:"CIDR" help:"Proxies whose X-Forwarded-For is believed, such as 10.0.0.0/8. May be given several times."`
	keyOptions
	tlsOptions
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
	if c.TokenLife < time.Hour || c.TokenLife > wire.MaxTokenLife {
		return fmt.Errorf("--token-life must be between 1h and %v", wire.MaxTokenLife)
	}
	if c.StreamsPerAddress < 0 || c.PublishRate <= 0 {
		return errors.New("--publish-rate must be positive, --streams-per-address not negative")
	}
	if _, err := auth.ParseTrustedProxies(c.TrustedProxies); err != nil {
		return fmt.Errorf("--trusted-proxies: %w", err)
	}
	if err := c.check(); err != nil {
		return err
	}
	if c.Topic == "" || c.Intake == "" {
		return errors.New("--topic and --intake must not be empty")
	}
	if slices.Contains([]string{"", wire.ConnectEvent, wire.AckEvent, wire.GapEvent, wire.ByeEvent}, c.Event) {
		return fmt.Errorf("--event cannot be %q", c.Event)
	}
	_, err := sse.EventFrame(c.Event, order.Event{Kind: order.Placed})
	return err
}

func (c *serveCommand) options() eventlog.Options {
	return eventlog.Options{Retention: c.Retention, Seen: c.Seen, MaxLen: c.MaxEvents, Replicas: c.Replicas}
}

// Run serves until ctx ends.
func (c *serveCommand) Run(ctx context.Context, io streams) error {
	log := slog.New(slog.NewTextHandler(io.err, nil))
	loopback, err := isLoopback(c.Listen)
	if err != nil {
		return err
	}
	keys, keepKeys, err := c.open(loopback, log)
	if err != nil {
		return err
	}
	listener, err := listen(ctx, c.Listen, "--listen")
	if err != nil {
		return err
	}
	defer listener.Close()
	listener, keepCertificate, err := c.secure(ctx, listener, log)
	if err != nil {
		return err
	}
	address, stop, err := c.redis(log)
	if err != nil {
		return err
	}
	defer stop()
	orders, err := openLog(address, c.options(), log)
	if err != nil {
		return err
	}
	defer orders.Close() // nothing can be done about a connection that does not close
	registry, err := devices.Open(address, devices.Options{StreamLife: 2 * c.Lifetime}, log)
	if err != nil {
		return badAddress(err)
	}
	defer registry.Close()
	server, err := c.pod(pod.Options{Orders: orders, Devices: registry, Keys: keys, Log: log})
	if err != nil {
		return err
	}
	if err := server.Run(ctx, listener, keepKeys, keepCertificate); err != nil {
		return advise(err, "start it again", "서버를 다시 시작하세요")
	}
	return nil
}

// pod wires a server by the flags.
func (c *serveCommand) pod(o pod.Options) (*pod.Pod, error) {
	trusted, err := auth.ParseTrustedProxies(c.TrustedProxies)
	if err != nil {
		return nil, err
	}
	o.ClientIP = auth.NewClientIP(trusted, o.Log)
	o.Scheme, o.Topic, o.Intake, o.Event = c.scheme(), c.Topic, c.Intake, c.Event
	o.Heartbeat, o.Retry, o.Lifetime, o.WriteTimeout, o.Drain, o.Queue = c.Heartbeat, c.Retry, c.Lifetime, c.WriteTimeout, c.Drain, c.Queue
	o.TokenLife, o.StreamsPerAddress, o.PublishRate = c.TokenLife, c.StreamsPerAddress, c.PublishRate
	return pod.New(o)
}

// redis returns the address of the Redis to use, and what ends it if it is ours.
func (c *serveCommand) redis(log *slog.Logger) (address string, stop func(), err error) {
	if c.Redis != "" {
		return c.Redis, func() {}, nil
	}
	if loopback, err := isLoopback(c.EmbeddedListen); err != nil {
		return "", nil, err
	} else if !loopback {
		return "", nil, advise(errors.New("whoever reaches the Redis inside this process may publish orders and pair devices"),
			"let --embedded-listen be on 127.0.0.1", "--embedded-listen을 127.0.0.1로 지정하세요")
	}
	r, err := embeddedredis.Start(c.EmbeddedListen)
	if errors.Is(err, syscall.EADDRINUSE) {
		return "", nil, inUse(c.EmbeddedListen, "--embedded-listen")
	}
	if err != nil {
		return "", nil, advise(err, "choose another address with --embedded-listen", "--embedded-listen으로 다른 주소를 지정하세요")
	}
	log.Warn("NO --redis GIVEN: using a Redis inside this process; it FORGETS EVERY ORDER when this process ends", "redis", r.URL())
	return r.URL(), r.Close, nil
}
