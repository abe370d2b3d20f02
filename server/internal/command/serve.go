package command

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os/signal"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"jumun/server/internal/auth"
	"jumun/server/internal/devices"
	"jumun/server/internal/embeddedredis"
	"jumun/server/internal/escalation"
	"jumun/server/internal/eventlog"
	"jumun/server/internal/logqueue"
	"jumun/server/internal/pod"
	"jumun/server/internal/revocation"
	"jumun/shared/wire"
)

// A serveCommand has the flags of serve. The hidden ones are for tests.
type serveCommand struct {
	Listen string `default:"127.0.0.1:8080" help:"Address to serve devices on; port 0 takes a free one. For other machines give --keys too."`

	Redis          string `group:"Redis" help:"Redis to use: redis://host:6379, rediss://… or unix:///path; redis+sentinel://host:26379?master_name=NAME and redis+cluster://host:7000 with &addr=host:port for each further node. Without it and without --data a Redis inside this process is used, which forgets everything on exit. Behind Sentinels the password before the @ is theirs; that of the Redis is &password=. Give it by the variable, not by the flag."`
	Data           string `group:"Redis" placeholder:"DIR" help:"Keep everything in this folder, by a redis-server or valkey-server of this server's own, which has to be installed; for one server. Without --keys the key file is there too, and is made if there is none."`
	Replicas       int    `group:"Redis" default:"0" help:"Redis replicas that must have an order before it counts as recorded. With Sentinel give 1, so that a failover loses nothing: and keep two replicas, for while fewer than this are there, publishers get 503 and the topic waits."`
	EmbeddedListen string `group:"Redis" hidden:"" default:"${embedded}" help:"Address of the Redis inside this process."`

	Topic  string `group:"Orders in" default:"order" help:"Pub/Sub topic on which orders are published."`
	Intake string `group:"Orders in" default:"jumun:orders" help:"Stream to which orders are appended with XADD: those are taken even if no server ran at the time."`

	Retention time.Duration `group:"Log" default:"72h" help:"How long orders are kept for devices that are away."`
	Seen      time.Duration `group:"Log" default:"48h" help:"How long a repeated order is known as a repeat."`
	MaxEvents int           `group:"Log" default:"10000" help:"Events kept a mart, roughly; up to four times as many if the oldest is an open order."`

	Escalation string `group:"Escalation" placeholder:"FILE" help:"Policy that says who is told, by webhooks, of orders that nobody answers and of stores where nobody can be heard: see OPERATING.md. It is read again when it changes. Without it only the log and the metrics say so."`

	Heartbeat    time.Duration `group:"Streams" default:"20s" help:"How often a quiet stream carries a comment. Proxies cut silent ones after 60s."`
	Lifetime     time.Duration `group:"Streams" default:"30m" help:"How long a stream lives, to twice that: so connections spread over new servers."`
	Drain        time.Duration `group:"Streams" default:"20s" help:"On SIGTERM, the time over which the streams are ended. Give the orchestrator's grace period 10s more."`
	Retry        time.Duration `group:"Streams" hidden:"" default:"3s" help:"How long devices wait before they reconnect."`
	WriteTimeout time.Duration `group:"Streams" hidden:"" default:"10s" help:"How long a device may take for one event before it is cut off."`
	Queue        int           `group:"Streams" hidden:"" default:"64" help:"Events that may wait for one device before it is cut off."`

	keyFlags          `group:"Access"`
	TokenLife         time.Duration `group:"Access" default:"2160h" help:"How long the token of a paired device is good for; apps renew theirs when half of it is over."`
	StreamsPerAddress int           `group:"Access" default:"1000" help:"Streams and polls that one address may have at once, and connections without a token; 0: any number. Private addresses, loopback and trusted proxies have no limit."`
	PublishRate       int           `group:"Access" default:"1000" help:"Orders that one publisher may POST in a second."`
	Releases          string        `group:"Access" type:"path" placeholder:"DIR" help:"Folder of the app's versions, made by \"jumun-server release\": apps update themselves from it."`
	AllowedOrigins    []string      `group:"Access" placeholder:"ORIGIN" help:"Origins whose pages may connect as devices, such as https://admin.example.com. May be given several times."`
	TrustedProxies    []string      `group:"Access" placeholder:"CIDR" help:"Proxies whose X-Forwarded-For is believed, such as 10.0.0.0/8. May be given several times."`

	tlsFlags `group:"TLS"`

	LogFormat   logFormat `group:"Operating" enum:"text,json" default:"text" help:"How the log is written: text or json."`
	DebugListen string    `group:"Operating" placeholder:"127.0.0.1:6060" help:"Serve Go's profiles at /debug/pprof there, on this machine only."`
}

// Help has examples.
func (serveCommand) Help() string {
	return `Orders are published as {"martId":42,"orderId":1001} on the topic, POSTed to /v1/orders, or appended to the intake stream ` +
		"(XADD jumun:orders * martId 42 orderId 1001); each device reads /v1/marts/42/events.\n\n" +
		"Operators have /livez, /readyz and /metrics. On SIGTERM every stream is ended, spread over --drain; a second signal ends at once.\n\n" +
		"Examples:\n\n  jumun-server serve\n\n  jumun-server serve --data ./data\n\n  JUMUN_REDIS=redis://:password@redis:6379 jumun-server serve --topic order"
}

// Validate refuses flags that cannot work.
func (c *serveCommand) Validate() error {
	switch {
	case min(c.Heartbeat, c.Lifetime, c.Retention, c.Retry, c.WriteTimeout) <= 0:
		return errors.New("--heartbeat, --lifetime, --retention, --retry and --write-timeout must be positive")
	case c.Seen < wire.MinSeen:
		return fmt.Errorf("--seen must be at least %v: devices take less for a repeat", wire.MinSeen)
	case c.MaxEvents < 1 || c.PublishRate < 1 || c.Queue < 1:
		return errors.New("--max-events, --publish-rate and --queue must be positive")
	case c.Drain < 0 || c.Replicas < 0 || c.StreamsPerAddress < 0:
		return errors.New("--drain, --replicas and --streams-per-address must not be negative")
	case c.TokenLife < time.Hour || c.TokenLife > wire.MaxTokenLife:
		return fmt.Errorf("--token-life must be between 1h and %v", wire.MaxTokenLife)
	case c.Data != "" && c.Redis != "":
		return errors.New("give --redis or --data, not both: --data is for a Redis of this server's own")
	case c.Topic == "" || c.Intake == "":
		return errors.New("--topic and --intake must not be empty")
	}
	if _, err := auth.ParseTrustedProxies(c.TrustedProxies); err != nil {
		return fmt.Errorf("--trusted-proxies: %w", err)
	}
	if _, err := auth.ParseOrigins(c.AllowedOrigins); err != nil {
		return fmt.Errorf("--allowed-origins: %w", err)
	}
	return c.check()
}

// Run serves until ctx ends. Whatever the reader of stderr does, it serves on.
func (c *serveCommand) Run(ctx context.Context, flags *kong.Context, env environment) error {
	signal.Ignore(syscall.SIGPIPE) // which comes when that reader is dead
	lines := logqueue.New(env.stderr)
	defer lines.Close(flushTimeout)
	loopback, err := isLoopback(c.Listen)
	if err != nil {
		return err
	}
	log := c.LogFormat.to(lines)
	log.Info("jumun-server starts", append([]any{"version", env.version}, settings(flags)...)...)
	for _, name := range env.unknown {
		log.Warn("a variable is ignored: no setting of jumun-server has this name; see jumun-server serve --help", "variable", name)
	}
	c.warnOfReplicas(log)
	debug, err := c.debug(ctx, log)
	if err != nil {
		return err
	}
	if c.Data != "" && c.Keys == "" {
		if c.Keys, err = keysIn(c.Data); err != nil {
			return err
		}
	}
	keys, err := c.open(loopback, log)
	if err != nil {
		return err
	}
	listener, err := listen(ctx, c.Listen, "--listen")
	if err != nil {
		return err
	}
	defer listener.Close()
	listener, renewCertificate, err := c.secure(ctx, listener, log)
	if err != nil {
		return err
	}
	address, stop, err := c.startRedis(ctx, log)
	if ctx.Err() != nil {
		return nil
	}
	if err != nil {
		return err
	}
	defer stop()
	folder, err := openReleases(c.Releases)
	if err != nil {
		return err
	}
	if folder != nil {
		defer folder.Close()
	}
	return c.serve(ctx, listener, address, pod.Options{Releases: folder, Keys: keys.now, OnKeys: keys.onChange, Throwaway: keys.throwaway, RevokedFile: c.revokedFile(), Log: log, Version: env.version, LinesLost: lines.Lost}, keys.follow, renewCertificate, debug)
}

// startRedis returns the address of the Redis to use, and what stops it if it is ours.
func (c *serveCommand) startRedis(ctx context.Context, log *slog.Logger) (address string, stop func(), err error) {
	if c.Redis != "" {
		return embeddedredis.Find(c.Redis), func() {}, nil
	}
	if c.Data != "" {
		r, err := startLocal(ctx, c.Data, log)
		if err != nil {
			return "", nil, err
		}
		return r.URL(), r.Close, nil
	}
	r, err := startEmbedded(c.EmbeddedListen, log)
	if err != nil {
		return "", nil, err
	}
	return r.URL(), r.Close, nil
}

// serve runs a pod with the flags, and the functions beside it, until ctx ends.
func (c *serveCommand) serve(ctx context.Context, l net.Listener, redis string, o pod.Options, beside ...runner) error {
	var err error
	if o.Orders, err = openLog(redis, eventlog.Options{Retention: c.Retention, Seen: c.Seen, MaxLen: c.MaxEvents, Replicas: c.Replicas, Topic: c.Topic, Intake: c.Intake}, o.Log); err != nil {
		return err
	}
	defer o.Orders.Close()
	o.Log.Info("taking orders", "redis", withoutPassword(redis), "topic", c.Topic, "intake", c.Intake)
	if err := inspect(ctx, o.Orders); err != nil {
		return err
	}
	if o.Devices, err = openDevices(redis, devices.Options{StreamLife: 2 * c.Lifetime}, o.Log); err != nil {
		return err
	}
	defer o.Devices.Close()
	trusted, err := auth.ParseTrustedProxies(c.TrustedProxies)
	if err != nil {
		return err
	}
	o.ClientIP = auth.NewClientIP(trusted, o.Log)
	if o.Origins, err = auth.ParseOrigins(c.AllowedOrigins); err != nil {
		return err
	}
	if o.PolicyFile = c.Escalation; c.Escalation != "" {
		if _, err := escalation.LoadPolicy(c.Escalation); err != nil {
			return advise(err, `put that right; "jumun-server check" reads the file without serving`, `그 줄을 고치세요. "jumun-server check"로 미리 확인할 수 있습니다`)
		}
	}
	o.Scheme, o.Topic, o.Intake = c.scheme(), c.Topic, c.Intake
	o.Heartbeat, o.Retry, o.Lifetime, o.WriteTimeout, o.Drain, o.Queue = c.Heartbeat, c.Retry, c.Lifetime, c.WriteTimeout, c.Drain, c.Queue
	o.TokenLife, o.StreamsPerAddress, o.PublishRate, o.MaxEvents = c.TokenLife, c.StreamsPerAddress, c.PublishRate, c.MaxEvents
	server, err := pod.New(o)
	if errors.Is(err, revocation.ErrUnreadable) {
		return advise(err, "make the file readable for the user of the server, or put back a copy of it", "서버를 실행하는 사용자가 읽을 수 있게 하거나 사본을 되돌려 놓으세요")
	}
	if err != nil {
		return err
	}
	if err := server.Run(ctx, l, beside...); err != nil {
		return advise(err, "start it again", "서버를 다시 시작하세요")
	}
	return nil
}
