package relay

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
)

var errPostgresURL = errors.New("the address of the database is not like postgres://user:password@host:5432/database, or special characters of its password are not written as %XX")

func openPostgres(url string) (*sql.DB, *system, error) {
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, nil, errPostgresURL
	}
	config.DefaultQueryExecMode = pgx.QueryExecModeExec // a pooler in between may not keep prepared statements
	config.RuntimeParams["client_encoding"] = "UTF8"
	config.RuntimeParams["application_name"] = "jumun relay"
	var n notifications
	config.OnNotification = n.note
	return stdlib.OpenDB(*config), &system{
		name:    "postgres",
		address: fmt.Sprintf("%s:%d/%s", config.Host, config.Port, config.Database),
		rows: rowsQuery(`to_char(created_at at time zone 'UTC', 'YYYYMMDDHH24MISSUS')`,
			`to_char(placed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`, "$1", "$2"),
		age:      "select id, case when isfinite(created_at) then extract(epoch from clock_timestamp() - created_at)::float8 else 0 end from jumun_outbox order by id limit 1",
		begin:    "set local idle_in_transaction_session_timeout = '" + abandonedAfter + "s'", // local: a pooler lends the connection to others
		putAside: putAsideQuery("$1::text"),
		who:      "select quote_ident(current_user), ''",
		hides:    hidesQuery,
		needs:    map[string][]string{outboxTable: {"SELECT", "UPDATE", "DELETE"}, badTable: {"INSERT"}}, // to lock a row needs UPDATE
		listen:   n.listen,
		await:    n.await,
	}, nil
}

// hidesQuery returns whether row level security is on for this user, and some command that a relay needs has no policy for it.
const hidesQuery = `
select row_security_active('jumun_outbox') and exists (
  select from (values ('r'), ('w'), ('d')) as needed (command) where not exists (
    select from pg_policy, unnest(polroles) as role
    where polrelid = 'jumun_outbox'::regclass and polpermissive and polcmd::text in (needed.command, '*')
      and case when role = 0 then true else pg_has_role(role, 'usage') end))`

// notifications are what the database tells of commits. One session at a time uses them.
type notifications struct {
	heard bool // one, since the last await
}

func (n *notifications) note(*pgconn.PgConn, *pgconn.Notification) { n.heard = true }

func (n *notifications) listen(ctx context.Context, conn *sql.Conn) error {
	n.heard = false
	_, err := conn.ExecContext(ctx, "listen jumun_outbox")
	return err
}

// await waits for a notification, and no longer than pollEvery: a pooler in between passes none on.
func (n *notifications) await(ctx context.Context, conn *sql.Conn) error {
	defer func() { n.heard = false }()
	if n.heard { // while the last batch was forwarded
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, pollEvery)
	defer cancel()
	return conn.Raw(func(c any) error {
		err := c.(*stdlib.Conn).Conn().PgConn().WaitForNotification(ctx)
		if ctx.Err() != nil {
			return nil
		}
		return err
	})
}
