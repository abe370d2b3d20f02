//go:build linux

package relay_test

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	_ "github.com/go-sql-driver/mysql"
	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/redis/go-redis/v9"

	"jumun/server/internal/redisconn"
	"jumun/server/internal/redistest"
	"jumun/server/internal/relay"
	"jumun/server/sqltest"
)

// patience is how long a test waits for what must come: long, since it ends a failure only.
const patience = 30 * time.Second

var (
	startPostgres = sync.OnceValues(sqltest.Postgres)
	startMariaDB  = sync.OnceValues(sqltest.MariaDB)
)

func TestMain(m *testing.M) {
	redisconn.SilenceLibrary()
	code := m.Run()
	if os.Getenv("JUMUN_TEST_DATABASES") != "" {
		for _, start := range []func() (*sqltest.Server, error){startPostgres, startMariaDB} {
			if s, err := start(); err == nil {
				_ = s.Close()
			}
		}
	}
	os.Exit(code)
}

// A shop is a database with the tables, and what a relay needs to reach it.
type shop struct {
	*sql.DB
	t       *testing.T
	kind    string // "postgres" or "mysql"
	name    string // of the database
	server  *sqltest.Server
	options relay.Options
}

// shops calls test with a new database of each kind.
func shops(t *testing.T, test func(*testing.T, *shop)) {
	sqltest.Need(t)
	for _, kind := range []string{"postgres", "mysql"} {
		t.Run(kind, func(t *testing.T) { test(t, newShop(t, kind)) })
	}
}

func newShop(t *testing.T, kind string) *shop {
	t.Helper()
	start := map[string]func() (*sqltest.Server, error){"postgres": startPostgres, "mysql": startMariaDB}[kind]
	server, err := start()
	if err != nil {
		t.Fatal(err)
	}
	s := &shop{t: t, kind: kind, server: server, name: fmt.Sprintf("shop%d", time.Now().UnixNano())}
	admin := s.open("root", "shop")
	if _, err := admin.Exec("create database " + s.name); err != nil {
		t.Fatal(err)
	}
	s.DB = s.open("root", s.name)
	s.script(relay.Schemas[kind])
	s.use("root")
	return s
}

// dsn returns the address of a database for a user.
func (s *shop) dsn(user, name string) string {
	if s.kind == "postgres" {
		return fmt.Sprintf("postgres://%s@127.0.0.1:%d/%s", user, s.server.Port, name)
	}
	return fmt.Sprintf("%s@tcp(127.0.0.1:%d)/%s", user, s.server.Port, name)
}

func (s *shop) open(user, name string) *sql.DB {
	s.t.Helper()
	db, err := sql.Open(map[string]string{"postgres": "pgx", "mysql": "mysql"}[s.kind], s.dsn(user, name))
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = db.Close() })
	return db
}

// use sets the user that the relay is.
func (s *shop) use(user string) {
	s.options.Postgres, s.options.MySQL = s.dsn(user, s.name), ""
	if s.kind == "mysql" {
		s.options.Postgres, s.options.MySQL = "", s.dsn(user, s.name)
	}
}

// script runs what a schema has. The driver for MySQL takes one statement at a time.
func (s *shop) script(statements string) {
	s.t.Helper()
	if s.kind == "postgres" {
		s.do(statements)
		return
	}
	for statement := range strings.SplitSeq(statements, ";\n") {
		if strings.Contains(statement, "create table") {
			s.do(statement)
		}
	}
}

func (s *shop) do(statement string) {
	s.t.Helper()
	if _, err := s.Exec(statement); err != nil {
		s.t.Fatalf("%v\n%s", err, statement)
	}
}

// count returns how many rows a table has.
func (s *shop) count(table string) (n int) {
	s.t.Helper()
	if err := s.QueryRow("select count(*) from " + table).Scan(&n); err != nil {
		s.t.Fatal(err)
	}
	return n
}

// A running relay.
type running struct {
	*relay.Relay
	log  *lines
	stop func()
}

// run runs a relay from the shop to a Redis that servers use; the test's end stops it.
func (s *shop) run(to *redistest.Redis) *running {
	s.t.Helper()
	read(s.t, to.URL())
	o := s.options
	o.Redis, o.Intake = to.URL(), "jumun:orders"
	return run(s.t, o)
}

func run(t *testing.T, o relay.Options) *running {
	t.Helper()
	log := &lines{}
	o.Log = slog.New(slog.NewTextHandler(log, nil))
	r, err := relay.Open(o)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = r.Run(ctx)
	}()
	stop := sync.OnceFunc(func() { cancel(); <-ended; r.Close() })
	t.Cleanup(stop)
	return &running{r, log, stop}
}

// lines is a log.
type lines struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

// eventually waits until something is so.
func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	deadline := time.After(patience)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !is() {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("not so after %v: %s", patience, what)
		}
	}
}

// read makes the intake stream of a Redis as a server does that reads it.
func read(t *testing.T, url string) {
	t.Helper()
	client, err := redisconn.Dial(url)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	if err := client.XGroupCreateMkStream(t.Context(), "jumun:orders", "jumun", "0").Err(); err != nil && !redis.HasErrorPrefix(err, "BUSYGROUP") {
		t.Fatal(err)
	}
}

// stream returns the entries of the intake stream.
func stream(t *testing.T, r *redistest.Redis) []redis.XMessage {
	t.Helper()
	client, err := redisconn.Dial(r.URL())
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	entries, err := client.XRange(t.Context(), "jumun:orders", "-", "+").Result()
	if err != nil {
		t.Fatal(err)
	}
	return entries
}
