package relay

import (
	"context"
	"database/sql"
	_ "embed" // the schemas
	"strings"
)

// The tables.
const (
	outboxTable = "jumun_outbox"
	badTable    = "jumun_outbox_bad"
)

// Schemas are the SQL that makes the tables, by the name of the system.
var Schemas = map[string]string{"postgres": postgresSchema, "mysql": mysqlSchema}

//go:embed schema/postgres.sql
var postgresSchema string

//go:embed schema/mysql.sql
var mysqlSchema string

// maxText is how many characters of a text are read: an ID of that length is none, and a summary is cut
// sooner.
const maxText = "1000"

// abandonedAfter is after how many seconds the database ends a transaction in which nothing happens, and gives its rows to
// other relays: the relay of it was frozen, or lost its network, of which a database learns after hours. No transaction
// that goes on is idle for so long: databaseTimeout ends it.
const abandonedAfter = "15"

// A system is what differs between database systems.
type system struct {
	name     string              // as in Schemas
	address  string              // of the database, without a password
	rows     string              // locks and returns the oldest rows
	age      string              // returns the ID of the oldest row, and its age in seconds
	begin    string              // the first statement of a transaction; empty: there is none
	putAside string              // copies the row whose ID follows to badTable, with a reason
	who      string              // returns the user and what stands before a table's name, both for GRANT
	hides    string              // returns whether no row of outboxTable can be seen by this user; empty: rows are not hidden
	needs    map[string][]string // rights, by the table
	listen   func(ctx context.Context, conn *sql.Conn) error
	await    func(ctx context.Context, conn *sql.Conn) error // returns when rows may have come
}

// rowsQuery returns the query of rows; after and limit are its parameters. moment makes a column an RFC 3339 time, made is
// a time with microseconds: null if it is none, such as infinity.
func rowsQuery(made, moment, after, limit string) string {
	var text []string
	for _, column := range []string{"mart_id", "order_id", "order_key"} {
		text = append(text, "coalesce(left("+column+", "+maxText+"), '')")
	}
	return "select id, coalesce(" + made + ", ''), " + strings.Join(text, ", ") + ", cancelled, coalesce(left(summary, " + maxText + "), ''), coalesce(left(amount, " + maxText + "), ''), coalesce(" + moment + ", '')" +
		" from jumun_outbox where id > " + after + " order by id limit " + limit + " for update skip locked"
}

// putAsideQuery returns the query of putAside; reason is its parameter.
func putAsideQuery(reason string) string {
	const columns = "id, created_at, mart_id, order_id, order_key, cancelled, summary, amount, placed_at"
	return "insert into jumun_outbox_bad (reason, " + columns + ") select " + reason + ", " + columns + " from jumun_outbox where id = "
}

// openDatabase returns the database of o. It does not connect.
func openDatabase(o Options) (*sql.DB, *system, error) {
	if o.Postgres != "" {
		return openPostgres(o.Postgres)
	}
	return openMySQL(o.MySQL)
}
