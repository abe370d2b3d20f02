package relay

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"jumun/shared/wire"
)

// forward appends the orders of the oldest rows to the intake stream, puts aside the rows that are no order, and deletes
// all of these. It reports whether there may be more rows. It completes even if ctx ends.
//
// Rows that cannot be put aside stay, and the next batch begins after them, until the end of the table: then it begins at
// the start again, where rows of a lower ID may have been committed meanwhile. All these calls return a *stuckError.
func (r *Relay) forward(ctx context.Context, conn *sql.Conn) (more bool, err error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), databaseTimeout)
	defer cancel()
	after := r.after
	if r.after = start; after == start {
		r.stuck = nil
	}
	tx, err := r.begin(ctx, conn)
	if err != nil {
		return false, err
	}
	defer tx.Rollback()
	rows, err := r.take(ctx, tx, after)
	if err != nil || len(rows) == 0 {
		return false, cmp.Or(err, r.stuck)
	}
	orders, bad := sorted(rows)
	if stuck := r.putAside(ctx, tx, bad); stuck != nil {
		r.stuck, bad = &stuckError{stuck}, nil // they stay, and the orders go
	}
	if err := remove(ctx, tx, orders, bad); err != nil {
		return false, err
	}
	if err := r.intake.add(ctx, orders); err != nil { // last, so that only a failing commit repeats it
		return false, err
	}
	if err := tx.Commit(); err != nil {
		return false, err
	}
	r.count(orders, bad)
	if more = len(rows) == batch; more && r.stuck != nil {
		r.after = rows[batch-1].id
	}
	return more, r.stuck
}

// A stuckError is the reason why rows that are no order could not be put aside.
type stuckError struct{ error }

// Unwrap returns the cause.
func (e *stuckError) Unwrap() error { return e.error }

// explain returns what to do about rows that could not be put aside, if that is known, or why.
func (r *Relay) explain(ctx context.Context, conn *sql.Conn, stuck *stuckError) error {
	ctx, cancel := context.WithTimeout(ctx, databaseTimeout)
	defer cancel()
	if err := r.system.check(ctx, conn, badTable); err != nil {
		return fmt.Errorf("rows that are no order cannot be put aside: %w", err)
	}
	return stuck
}

// begin begins a transaction. Of MySQL's default isolation, the reading of the last row would lock the end of the table,
// and the shop's inserts.
func (r *Relay) begin(ctx context.Context, conn *sql.Conn) (*sql.Tx, error) {
	tx, err := conn.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelReadCommitted})
	if err != nil || r.system.begin == "" {
		return tx, err
	}
	if _, err := tx.ExecContext(ctx, r.system.begin); err != nil {
		return nil, errors.Join(err, tx.Rollback())
	}
	return tx, nil
}

// A row is one row of the table.
type row struct {
	id    int64
	made  string // created_at, to the microsecond
	entry map[string]any
	bad   error // why it is no order
}

// take locks the oldest rows that no other relay has, of those whose ID is higher than after.
func (r *Relay) take(ctx context.Context, tx *sql.Tx, after int64) (taken []row, err error) {
	rows, err := tx.QueryContext(ctx, r.system.rows, after, batch)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var w row
		var cancelled bool
		var mart, number, key, summary, amount, placedAt string
		if err := rows.Scan(&w.id, &w.made, &mart, &number, &key, &cancelled, &summary, &amount, &placedAt); err != nil {
			return nil, err
		}
		w.entry = entry(mart, number, key, summary, amount, placedAt)
		w.identify(cancelled)
		taken = append(taken, w)
	}
	return taken, rows.Err()
}

// entry returns the fields of an entry of the intake stream, without those that are empty.
func entry(mart, number, key, summary, amount, placedAt string) map[string]any {
	fields := map[string]any{"martId": mart, "orderId": number, "key": key, "summary": summary, "amount": amount, "placedAt": placedAt}
	for name, value := range fields {
		if value == "" {
			delete(fields, name)
		}
	}
	return fields
}

// identify finds out whether the row is an order, and gives an order that has no key one of the row: so it
// is the same order when it is appended twice, and another one than that of any other row. A withdrawal
// gets none: it would name an order that does not exist.
func (w *row) identify(cancelled bool) {
	if cancelled {
		w.entry["cancelled"] = "true"
	}
	p, err := wire.ParseFields(w.entry)
	w.bad = err
	if err == nil && p.Key == "" && !p.Cancelled {
		w.entry["key"] = fmt.Sprintf("outbox-%d-%s", w.id, w.made)
	}
}

func sorted(rows []row) (orders, bad []row) {
	for _, w := range rows {
		if w.bad == nil {
			orders = append(orders, w)
		} else {
			bad = append(bad, w)
		}
	}
	return orders, bad
}

// putAside copies rows to badTable, each with its reason. If that fails, tx goes on without it.
func (r *Relay) putAside(ctx context.Context, tx *sql.Tx, bad []row) error {
	if len(bad) == 0 {
		return nil
	}
	if _, err := tx.ExecContext(ctx, "savepoint bad"); err != nil {
		return err
	}
	for _, w := range bad {
		reason := wire.ReasonOf(w.bad) + ": " + w.bad.Error()
		if _, err := tx.ExecContext(ctx, r.system.putAside+strconv.FormatInt(w.id, 10), reason); err != nil {
			_, undo := tx.ExecContext(ctx, "rollback to savepoint bad")
			return errors.Join(fmt.Errorf("rows that are no order cannot be put aside: %w", err), undo)
		}
	}
	return nil
}

func remove(ctx context.Context, tx *sql.Tx, rows ...[]row) error {
	var ids []string
	for _, part := range rows {
		for _, w := range part {
			ids = append(ids, strconv.FormatInt(w.id, 10))
		}
	}
	if len(ids) == 0 {
		return nil
	}
	_, err := tx.ExecContext(ctx, "delete from jumun_outbox where id in ("+strings.Join(ids, ",")+")")
	return err
}

// count counts what was forwarded, and logs rows that are no order.
func (r *Relay) count(orders, bad []row) {
	r.counts.sent.Add(float64(len(orders)))
	r.counts.bad.Add(float64(len(bad)))
	for _, w := range bad {
		r.noise.Do(func() {
			r.log.Warn("a row is no order: it is in "+badTable+" now", "id", w.id, "err", w.bad)
		})
	}
}
