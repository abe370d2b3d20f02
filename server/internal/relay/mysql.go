package relay

import (
	"context"
	"database/sql"
	"errors"

	"github.com/go-sql-driver/mysql"

	"jumun/server/internal/wait"
)

var errMySQLDSN = errors.New("the DSN of the database is not like user:password@tcp(host:3306)/database, or it has an option that does not exist")

func openMySQL(dsn string) (*sql.DB, *system, error) {
	config, err := mysql.ParseDSN(dsn)
	if err != nil {
		return nil, nil, errMySQLDSN
	}
	if config.Params == nil {
		config.Params = make(map[string]string)
	}
	config.Params["time_zone"] = "'+00:00'"
	config.Params["wait_timeout"] = abandonedAfter
	// The driver rolls back without asking a context: a network that is gone would hold the relay for ever.
	config.ReadTimeout, config.WriteTimeout = databaseTimeout, databaseTimeout
	// In another character set keys become question marks, and two orders one.
	if err := config.Apply(mysql.Charset("utf8mb4", "")); err != nil {
		return nil, nil, errMySQLDSN
	}
	config.Logger = &mysql.NopLogger{} // what it says comes to the callers as errors too
	connector, err := mysql.NewConnector(config)
	if err != nil {
		return nil, nil, errMySQLDSN
	}
	return sql.OpenDB(connector), &system{
		name:     "mysql",
		address:  config.Addr + "/" + config.DBName,
		rows:     rowsQuery("date_format(created_at, '%Y%m%d%H%i%s%f')", "date_format(placed_at, '%Y-%m-%dT%H:%i:%s.%fZ')", "?", "?"),
		age:      "select id, coalesce(timestampdiff(microsecond, created_at, now(6)) / 1e6, 0) from jumun_outbox order by id limit 1",
		putAside: putAsideQuery("?"),
		who:      "select concat(quote(substring_index(current_user(), '@', 1)), '@', quote(substring_index(current_user(), '@', -1))), concat(database(), '.')",
		needs:    map[string][]string{outboxTable: {"SELECT", "DELETE"}, badTable: {"INSERT"}},
		listen:   func(context.Context, *sql.Conn) error { return nil },
		await: func(ctx context.Context, _ *sql.Conn) error {
			wait.For(ctx, pollEvery)
			return nil
		},
	}, nil
}
