// Package relay brings orders from a shop's outbox table to the intake stream: the shop's own transaction
// writes the row, so an order that is committed is an order that rings.
//
// A row is appended to the stream and then deleted, in one transaction that skips the rows of other relays.
// When a relay dies between the two, the row is appended once more, under the same key, and the log drops it
// as a repeat.
package relay

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"math"
	"time"

	"golang.org/x/time/rate"

	"jumun/server/internal/wait"
)

const (
	// batch is how many rows are forwarded at once: enough that round trips do not matter, and what is
	// repeated when this relay dies.
	batch = 256
	// start is less than any ID of a row.
	start = math.MinInt64
	// pollEvery is how often the table is read if nobody tells of a commit.
	pollEvery = time.Second
	// retryEvery is the pause after a failure.
	retryEvery = time.Second
	// probeEvery is how often Redis is asked whether it would take an order.
	probeEvery = 5 * time.Second
	// databaseTimeout is what the database may take for one batch, and to connect: by then it is away.
	databaseTimeout = 10 * time.Second
	// badFirst and badEvery are how many rows that are no order the log names: the table has all of them.
	badFirst, badEvery = 5, 10 * time.Second
)

// Options are what a Relay needs.
type Options struct {
	Postgres string // URL of the database; this one or MySQL
	MySQL    string // DSN of the database, as go-sql-driver/mysql writes it
	Redis    string // address of the servers' Redis
	Intake   string // key of the intake stream
	Replicas int    // replicas of Redis that must have an order before its row is deleted
	Log      *slog.Logger
}

// A Relay forwards the rows of one outbox table. Any number of relays may share a table.
type Relay struct {
	db     *sql.DB
	system *system
	intake *intake
	log    *slog.Logger
	noise  rate.Sometimes // rows that are no order
	health health
	counts counts

	probed time.Time // when Redis was last asked
	after  int64     // the next batch begins after the row of this ID: those before it stay
	stuck  error     // why rows before that could not be put aside; nil: they could, or there are none
}

// Open returns a Relay. It does not connect: database and Redis may start later. Its errors do not repeat
// an address, which may hold a password.
func Open(o Options) (*Relay, error) {
	in, err := openIntake(o)
	if err != nil {
		return nil, err
	}
	db, system, err := openDatabase(o)
	if err != nil {
		in.close()
		return nil, err
	}
	db.SetMaxOpenConns(1)
	db.SetMaxIdleConns(0) // a session has one connection, and ends with it
	r := &Relay{db: db, system: system, intake: in, log: o.Log, noise: rate.Sometimes{First: badFirst, Interval: badEvery}}
	r.counts = newCounts(r)
	return r, nil
}

// Database returns the address of the database, without a password.
func (r *Relay) Database() string { return r.system.address }

// Close closes the connections. The caller must not call it while Run runs.
func (r *Relay) Close() {
	_ = r.db.Close()
	r.intake.close()
}

// Run forwards orders until ctx ends and the batch that is under way is done. It always returns nil.
func (r *Relay) Run(ctx context.Context) error {
	for ctx.Err() == nil {
		if err := r.session(ctx); err != nil && ctx.Err() == nil {
			r.report(err)
			wait.For(ctx, retryEvery)
		}
	}
	return nil
}

// session forwards orders by one connection to the database until ctx ends or the database fails.
func (r *Relay) session(ctx context.Context) error {
	dialing, cancel := context.WithTimeout(ctx, databaseTimeout)
	defer cancel()
	conn, err := r.db.Conn(dialing)
	if err != nil {
		return r.system.refused(err)
	}
	defer conn.Close()
	if err := r.system.check(dialing, conn, outboxTable); err != nil {
		return err
	}
	if err := r.system.check(dialing, conn, badTable); err != nil {
		r.log.Warn("rows that are no order stay in the table: they cannot be put aside", "err", err)
	}
	r.after = start
	if err := r.system.listen(dialing, conn); err != nil {
		return err
	}
	for ctx.Err() == nil {
		if err := r.turn(ctx, conn); err != nil {
			return err
		}
	}
	return nil
}

// turn forwards a batch, and waits for more if it was not full. It returns errors of the database: when
// Redis fails, the connection to the database is kept.
func (r *Relay) turn(ctx context.Context, conn *sql.Conn) error {
	err := r.measure(ctx, conn)
	if err != nil {
		return err
	}
	more := false
	if err = r.probe(ctx); err == nil {
		more, err = r.forward(ctx, conn)
	}
	var redis *redisError
	var stuck *stuckError
	switch {
	case errors.As(err, &redis):
		r.report(err)
		r.probed = time.Time{} // ask before the next batch
		wait.For(ctx, retryEvery)
		return nil
	case errors.As(err, &stuck):
		r.report(r.explain(ctx, conn, stuck))
	case err != nil:
		return err
	default:
		r.report(nil)
	}
	if !more {
		return r.system.await(ctx, conn)
	}
	return nil
}

// probe asks Redis, once in a while, whether it would take an order: nobody should find out by the first one.
func (r *Relay) probe(ctx context.Context) error {
	if time.Since(r.probed) < probeEvery {
		return nil
	}
	err := r.intake.probe(ctx)
	if err == nil {
		r.probed = time.Now()
	}
	return err
}

// measure notes the age of the oldest row. If it sees none, it makes sure that there is none.
func (r *Relay) measure(ctx context.Context, conn *sql.Conn) error {
	ctx, cancel := context.WithTimeout(ctx, databaseTimeout)
	defer cancel()
	var id int64
	var seconds float64
	err := conn.QueryRowContext(ctx, r.system.age).Scan(&id, &seconds)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		r.health.setEmpty()
		return r.system.checkHidden(ctx, conn)
	case err != nil:
		return err
	}
	r.health.setOldest(id, time.Now().Add(-time.Duration(seconds*float64(time.Second))))
	return nil
}
