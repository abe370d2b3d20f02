//go:build linux

package relay_test

import (
	"context"
	"database/sql"
	"os"
	"regexp"
	"strings"
	"testing"

	"jumun/server/internal/redistest"
)

// snippets returns the blocks of OUTBOX.md in a language.
func snippets(t *testing.T, language string) (blocks []string) {
	t.Helper()
	raw, err := os.ReadFile("../../OUTBOX.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, block := range regexp.MustCompile("(?s)```"+language+"\n(.*?)```").FindAllStringSubmatch(string(raw), -1) {
		blocks = append(blocks, block[1])
	}
	return blocks
}

func TestTheSQLOfOutboxMdDoesWhatItSays(t *testing.T) {
	blocks := snippets(t, "sql")
	shops(t, func(t *testing.T, s *shop) {
		redis := redistest.Start(t)
		run := func(block string) {
			for statement := range strings.SplitSeq(strings.TrimSpace(block), ";\n") {
				s.do(strings.TrimSuffix(statement, ";"))
			}
		}
		s.do("insert into jumun_outbox (mart_id, order_id) values ('a mart', '1000')")
		r := s.run(redis)
		run(blocks[0])
		eventually(t, "the table is empty", func() bool { return s.count("jumun_outbox") == 0 })
		if n := len(stream(t, redis)); n != 2 || s.count("jumun_outbox_bad") != 1 {
			t.Errorf("%d entries, %d rows put aside", n, s.count("jumun_outbox_bad"))
		}
		r.stop()
		s.do("update jumun_outbox_bad set mart_id = '42'")
		run(blocks[1])
		s.run(redis)
		eventually(t, "the table is empty", func() bool { return s.count("jumun_outbox") == 0 })
		if n := len(stream(t, redis)); n != 3 || s.count("jumun_outbox_bad") != 0 {
			t.Errorf("%d entries, %d rows put aside", n, s.count("jumun_outbox_bad"))
		}
	})
}

type shopOrder struct{ Mart, Number, ID string }

func save(ctx context.Context, tx *sql.Tx, order shopOrder) error {
	_, err := tx.ExecContext(ctx, "create table if not exists saved (id int)")
	return err
}

// place is the Go of OUTBOX.md.
func place(ctx context.Context, db *sql.DB, order shopOrder) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if err := save(ctx, tx, order); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, "insert into jumun_outbox (mart_id, order_id, order_key) values ($1, $2, $3)",
		order.Mart, order.Number, order.ID); err != nil {
		return err
	}
	return tx.Commit()
}

// placeInMySQL is the same with ? in place of $1.
func placeInMySQL(ctx context.Context, db *sql.DB, order shopOrder) error {
	_, err := db.ExecContext(ctx, "insert into jumun_outbox (mart_id, order_id, order_key) values (?, ?, ?)", order.Mart, order.Number, order.ID)
	return err
}

func TestTheGoOfOutboxMdDoesWhatItSays(t *testing.T) {
	source, err := os.ReadFile("outbox_md_test.go")
	if err != nil {
		t.Fatal(err)
	}
	indented := strings.ReplaceAll("\n"+strings.TrimSpace(snippets(t, "go")[0]), "\n", "\n\t")
	if !strings.Contains(string(source), indented) {
		t.Error("it is another one than place")
	}
	shops(t, func(t *testing.T, s *shop) {
		redis := redistest.Start(t)
		s.run(redis)
		do := map[string]func(context.Context, *sql.DB, shopOrder) error{"postgres": place, "mysql": placeInMySQL}[s.kind]
		if err := do(t.Context(), s.DB, shopOrder{"42", "1001", "shop-7f3a"}); err != nil {
			t.Fatal(err)
		}
		eventually(t, "it is in the stream", func() bool { return len(stream(t, redis)) == 1 })
	})
}
