//go:build linux

package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver

	"jumun/desktop/e2e/harness"
	"jumun/server/sqltest"
	"jumun/shared/order"
)

// relays is how many run at once: each takes over from the other.
const relays = 2

// An outbox is a shop that commits orders into its own database, and the relays that bring them to Redis. The
// database is the truth: what stands in its table of orders was committed.
type outbox struct {
	programs *programs
	server   string // the server's program
	redis    string // its address
	dir      string // of the shop's scripts
	rate     int    // orders a second
	database *sqltest.Server

	mu     sync.Mutex // held while the shop or a relay is down
	shop   *harness.Process
	relays [relays]*harness.Process
}

func openOutbox(programs *programs, server string, redis *redis, dir string, rate int) (o *outbox, err error) {
	o = &outbox{programs: programs, server: server, redis: redis.addr(), dir: dir, rate: rate}
	if o.database, err = sqltest.Postgres(); err != nil {
		return nil, err
	}
	if err := o.prepare(); err != nil {
		return nil, errors.Join(err, o.database.Close())
	}
	for i := range o.relays {
		if err := o.startRelay(i); err != nil {
			return nil, errors.Join(err, o.database.Close())
		}
	}
	return o, nil
}

func (o *outbox) url() string {
	return fmt.Sprintf("postgres://root@127.0.0.1:%d/shop", o.database.Port)
}

// prepare makes the tables, and the scripts of the shop.
func (o *outbox) prepare() error {
	schema, err := exec.Command(o.server, "relay", "--schema", "postgres").Output()
	if err != nil {
		return err
	}
	err = o.query(func(db *sql.DB) error {
		_, err := db.Exec(string(schema) + "create table orders (id bigint generated always as identity, mart text)")
		return err
	})
	return errors.Join(err, os.WriteFile(o.script("commit"), []byte(place+"commit;\n"), 0o600),
		os.WriteFile(o.script("rollback"), []byte(place+"rollback;\n"), 0o600))
}

func (o *outbox) script(name string) string { return filepath.Join(o.dir, name+".sql") }

// committedSerial is how the serials of the shop's orders begin.
const committedSerial = "x-"

// place is what the shop does for an order: it keeps the order and writes the row. Half of the rows have a key; one in
// twenty is written twice, as by a shop that did not learn that its first transaction was committed.
var place = fmt.Sprintf(`\set mart random(0, %d)
begin;
with o as (insert into orders (mart) values ('m' || lpad((:mart)::text, 2, '0')) returning id, mart)
insert into jumun_outbox (mart_id, order_id, order_key, summary)
select mart, 'x-' || id %% %d, case when id %% 2 = 0 then '%[3]s' || id end, '%[3]s' || id
from o, generate_series(1, case when id %% 20 = 0 then 2 else 1 end);
`, marts-1, numbers, committedSerial)

func (o *outbox) startRelay(i int) (err error) {
	o.relays[i], err = o.programs.start(fmt.Sprintf("relay%d", i), o.server, "relay", "--postgres", o.url(), "--redis", "redis://"+o.redis, "--intake", intakeKey, "--listen", "127.0.0.1:0")
	return err
}

// startShop starts the shop: a tenth of its transactions is rolled back.
func (o *outbox) startShop() (err error) {
	o.shop, err = o.programs.start("shop", "pgbench", "-n", "-h", "127.0.0.1", "-p", strconv.Itoa(o.database.Port), "-U", "root", "-c", "4",
		"-R", strconv.Itoa(o.rate), "-T", "3600", "-f", o.script("commit")+"@9", "-f", o.script("rollback")+"@1", "shop")
	return err
}

// run lets the shop work until ctx ends, in the middle of its transactions, and then takes what it has committed
// as accepted.
func (o *outbox) run(ctx context.Context, p *publishers) error {
	if err := o.locked(o.startShop); err != nil {
		return err
	}
	<-ctx.Done()
	return o.locked(func() error {
		o.shop.Kill()
		return o.query(func(db *sql.DB) error { return committed(db, p) })
	})
}

func (o *outbox) locked(do func() error) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	return do()
}

func (o *outbox) query(do func(*sql.DB) error) error {
	db, err := sql.Open("pgx", o.url())
	if err != nil {
		return err
	}
	defer db.Close()
	return do(db)
}

// committed has the publishers accept what the database has, once no transaction of the shop is under way.
func committed(db *sql.DB, p *publishers) error {
	if err := harness.Until(context.Background(), "the shop's last transactions to end", func() error {
		var n int
		err := db.QueryRow("select count(*) from pg_stat_activity where application_name = 'pgbench'").Scan(&n)
		if err == nil && n > 0 {
			err = fmt.Errorf("%d are connected", n)
		}
		return err
	}); err != nil {
		return err
	}
	rows, err := db.Query("select mart, id, (select last_value from orders_id_seq) from orders")
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id, begun int
		var m order.MartID
		if err := rows.Scan(&m, &id, &begun); err != nil {
			return err
		}
		var placed order.Placement
		placed.Mart, placed.Summary = m, committedSerial+strconv.Itoa(id)
		p.accept(placed)
		p.accepted.committed[serial(placed.Summary)] = true
		p.report.count("orders that the shop committed", 1)
		p.report.most("orders that the shop committed, rolled back or was killed in", begun)
	}
	return rows.Err()
}

// killRelay kills one relay, and starts it again after a while.
func (o *outbox) killRelay(ctx context.Context, lasts time.Duration, random *rand.Rand) error {
	return o.locked(func() error {
		i := random.IntN(relays)
		o.relays[i].Kill()
		pause(ctx, lasts)
		return o.startRelay(i)
	})
}

// killShop kills the shop, and starts it again after a while, unless ctx has ended.
func (o *outbox) killShop(ctx context.Context, lasts time.Duration) error {
	return o.locked(func() error {
		o.shop.Kill()
		pause(ctx, lasts)
		if ctx.Err() != nil {
			return nil
		}
		return o.startShop()
	})
}

func (o *outbox) close() error { return o.database.Close() }
