package relay

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/go-sql-driver/mysql"
	"github.com/jackc/pgx/v5/pgconn"
)

// harmless is a form of each right's command that changes nothing.
var harmless = map[string]string{
	"SELECT": "select 1 from %s where 1 = 0",
	"UPDATE": "update %s set cancelled = false where 1 = 0",
	"DELETE": "delete from %s where 1 = 0",
	"INSERT": "insert into %s (reason) select '' from jumun_outbox where 1 = 0",
}

// check tries what a relay does with a table, and says what is missing.
func (s *system) check(ctx context.Context, conn *sql.Conn, table string) error {
	var missing []string
	for _, right := range s.needs[table] {
		_, err := conn.ExecContext(ctx, fmt.Sprintf(harmless[right], table))
		switch {
		case isDenied(err):
			missing = append(missing, right)
		case isAbsent(err):
			return fmt.Errorf(`there is no table %s, or this user may not see it: make it by what "jumun-server relay --schema %s" prints (%w)`, table, s.name, err)
		case err != nil:
			return err
		}
	}
	if len(missing) == 0 {
		return nil
	}
	var user, before string
	if err := conn.QueryRowContext(ctx, s.who).Scan(&user, &before); err != nil {
		return err
	}
	return fmt.Errorf("the user of the database has too few rights: run there: GRANT %s ON %s%s TO %s", strings.Join(missing, ", "), before, table, user)
}

// checkHidden returns an error that names what to run, if the database hides all rows from this user: a relay that sees no row
// would take that for a quiet day.
func (s *system) checkHidden(ctx context.Context, conn *sql.Conn) error {
	if s.hides == "" {
		return nil
	}
	var hidden bool
	if err := conn.QueryRowContext(ctx, s.hides).Scan(&hidden); err != nil || !hidden {
		return err
	}
	var user, before string
	if err := conn.QueryRowContext(ctx, s.who).Scan(&user, &before); err != nil {
		return err
	}
	return fmt.Errorf("the row level security of %s hides its rows from the relay: run there: CREATE POLICY jumun_relay ON %s TO %s USING (true)", outboxTable, outboxTable, user)
}

// isDenied reports whether err says that the user may not do something.
func isDenied(err error) bool { return is(err, []string{"42501"}, 1142, 1143) }

// isAbsent reports whether err says that there is no such table.
func isAbsent(err error) bool { return is(err, []string{"42P01"}, 1146) }

// is reports whether err has one of these codes, of PostgreSQL or of MySQL.
func is(err error, postgres []string, numbers ...uint16) bool {
	var p *pgconn.PgError
	var m *mysql.MySQLError
	return errors.As(err, &p) && slices.Contains(postgres, p.Code) || errors.As(err, &m) && slices.Contains(numbers, m.Number)
}

// refused returns why the database took no connection, with what to do about it if the user may not use the database.
func (s *system) refused(err error) error {
	if is(err, []string{"42501"}) {
		return fmt.Errorf("run there: GRANT CONNECT ON DATABASE … TO …, with the names in this: %w", err)
	}
	if is(err, nil, 1044) {
		return fmt.Errorf("run there: GRANT SELECT, DELETE ON jumun_outbox TO …; GRANT INSERT ON jumun_outbox_bad TO …, with the names in this: %w", err)
	}
	return fmt.Errorf("the database is away: %w", err)
}
