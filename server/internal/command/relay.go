package command

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os/signal"
	"syscall"
	"time"

	"jumun/server/internal/logqueue"
	"jumun/server/internal/relay"
)

// A relayCommand has the flags of relay.
type relayCommand struct {
	Postgres string `xor:"database" placeholder:"URL" help:"PostgreSQL with the table, as postgres://user@host:5432/database. Give a password by the variable, by PGPASSWORD or by ~/.pgpass."`
	MySQL    string `name:"mysql" xor:"database" placeholder:"DSN" help:"MySQL or MariaDB with the table, as user:password@tcp(host:3306)/database. Give it by the variable."`
	Schema   string `enum:"postgres,mysql," default:"" help:"Print the SQL that makes the tables, for postgres or mysql, and do nothing else."`
	redisFlag
	Intake    string    `default:"jumun:orders" help:"Stream to which orders are appended: that of the servers."`
	Replicas  int       `default:"0" help:"Redis replicas that must have an order before its row is deleted, as for the servers."`
	Listen    string    `default:"127.0.0.1:8081" help:"Address of /livez, /readyz and /metrics."`
	LogFormat logFormat `enum:"text,json" default:"text" help:"How the log is written: text or json."`
}

// Help has examples.
func (relayCommand) Help() string {
	return "A shop that writes its order and a row of jumun_outbox in one transaction loses no order between its database and jumun. " +
		"The relay hands the rows to the servers. Several relays may run at once. OUTBOX.md has more.\n\n" +
		"Examples:\n\n  jumun-server relay --schema postgres | psql shop\n\n" +
		"  JUMUN_POSTGRES=postgres://relay:password@db/shop JUMUN_REDIS=redis://redis jumun-server relay"
}

// Validate refuses flags that cannot work.
func (c *relayCommand) Validate() error {
	switch {
	case c.Schema != "":
		return nil
	case c.Postgres == "" && c.MySQL == "":
		return errors.New("give --postgres or --mysql, or --schema")
	case c.Intake == "" || c.Replicas < 0:
		return errors.New("--intake must not be empty, --replicas not negative")
	}
	return nil
}

// Run relays orders until ctx ends.
func (c *relayCommand) Run(ctx context.Context, env environment) error {
	if c.Schema != "" {
		_, err := fmt.Fprint(env.stdout, relay.Schemas[c.Schema])
		return err
	}
	signal.Ignore(syscall.SIGPIPE) // which comes when the reader of stderr is dead
	lines := logqueue.New(env.stderr)
	defer lines.Close(flushTimeout)
	log := c.LogFormat.to(lines)
	r, err := relay.Open(relay.Options{Postgres: c.Postgres, MySQL: c.MySQL, Redis: c.address(), Intake: c.Intake, Replicas: c.Replicas, Log: log})
	if err != nil {
		return advise(err, `see "jumun-server relay --help"`, `"jumun-server relay --help"를 보세요`)
	}
	defer r.Close()
	listener, err := listen(ctx, c.Listen, "--listen")
	if err != nil {
		return err
	}
	log.Info("relaying orders", "version", env.version, "database", r.Database(), "redis", withoutPassword(c.address()), "intake", c.Intake)
	defer serveProbes(listener, r.Handler(), log)()
	return r.Run(ctx)
}

// probeTimeout is for how long a connection for probes may do nothing, or not take an answer: whoever holds many must not
// use up the descriptors that the relay needs for its database.
const probeTimeout = 5 * time.Second

// serveProbes serves handler on l, until the function that it returns is called.
func serveProbes(l net.Listener, handler http.Handler, log *slog.Logger) (stop func()) {
	server := &http.Server{Handler: handler, ReadHeaderTimeout: probeTimeout, WriteTimeout: probeTimeout, IdleTimeout: probeTimeout, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug)}
	log.Info("listening on http://" + l.Addr().String())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = server.Serve(l) // it ends by Close
	}()
	return func() {
		_ = server.Close() // what it serves takes no time
		<-ended
	}
}
