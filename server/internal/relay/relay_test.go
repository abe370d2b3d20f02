//go:build linux

package relay_test

import (
	"fmt"
	"io"
	"net/http/httptest"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"jumun/server/internal/redistest"
	"jumun/shared/wire"
)

func TestACommittedRowReachesTheStreamAndOneThatIsRolledBackDoesNot(t *testing.T) {
	shops(t, func(t *testing.T, s *shop) {
		redis := redistest.Start(t)
		r := s.run(redis)
		tx, err := s.Begin()
		if err != nil {
			t.Fatal(err)
		}
		_, err = tx.Exec("insert into jumun_outbox (mart_id, order_id) values ('42', 'never')")
		if err := tx.Rollback(); err != nil {
			t.Fatal(err)
		}
		s.do("insert into jumun_outbox (mart_id, order_id, order_key, summary, amount, placed_at) values ('42', '1001', 'k-1', '라떼 2', '9000', '2026-07-27 20:00:00')")
		s.do("insert into jumun_outbox (mart_id, order_key, cancelled) values ('42', 'k-1', true)")
		eventually(t, "the table is empty", func() bool { return s.count("jumun_outbox") == 0 })
		r.stop()
		var got []map[string]any
		for _, e := range stream(t, redis) {
			got = append(got, e.Values)
		}
		want := []map[string]any{
			{"martId": "42", "orderId": "1001", "key": "k-1", "summary": "라떼 2", "amount": "9000", "placedAt": "2026-07-27T20:00:00.000000Z"},
			{"martId": "42", "key": "k-1", "cancelled": "true"},
		}
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%v, the stream has\n%v, want\n%v", err, got, want)
		}
	})
}

func TestEachRowWithoutAKeyIsAnOrderOfItsOwn(t *testing.T) {
	shops(t, func(t *testing.T, s *shop) {
		redis := redistest.Start(t)
		for _, key := range []string{"null", "''", "'" + strings.Repeat("k", 129) + "'"} {
			s.do("insert into jumun_outbox (mart_id, order_id, order_key) values ('42', '1001', " + key + ")")
		}
		s.run(redis)
		eventually(t, "the table is empty", func() bool { return s.count("jumun_outbox") == 0 })
		keys := make(map[any]bool)
		for _, e := range stream(t, redis) {
			p, err := wire.ParseFields(e.Values)
			if err != nil {
				t.Error(err)
			}
			keys[p.Key] = p.Key != ""
		}
		if len(keys) != 3 || keys[""] {
			t.Errorf("the keys are %v", keys)
		}
	})
}

func TestARowThatIsNoOrderIsPutAsideWithTheReasonAndHoldsUpNone(t *testing.T) {
	shops(t, func(t *testing.T, s *shop) {
		redis := redistest.Start(t)
		s.do("insert into jumun_outbox (order_id) values ('1000')")
		s.do("insert into jumun_outbox (mart_id, order_id) values ('a mart', '1000')")
		s.do("insert into jumun_outbox (mart_id, order_id, summary) values ('42', '1001', '" + strings.Repeat("긴", 5000) + "')")
		r := s.run(redis)
		eventually(t, "the table is empty", func() bool { return s.count("jumun_outbox") == 0 })
		if n := len(stream(t, redis)); n != 1 {
			t.Errorf("the stream has %d entries", n)
		}
		rows, err := s.Query("select reason, order_id from jumun_outbox_bad order by bad_id")
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		n := 0
		for ; rows.Next(); n++ {
			var reason, number string
			if err := rows.Scan(&reason, &number); err != nil || !strings.HasPrefix(reason, "mart-id: ") || number != "1000" {
				t.Errorf("%q, %q, %v", reason, number, err)
			}
		}
		if n != 2 {
			t.Errorf("%d rows were put aside", n)
		}
		if log := r.log.String(); strings.Count(log, "a row is no order") != 2 {
			t.Error(log)
		}
		if got := metrics(r); !strings.Contains(got, "\njumun_outbox_bad_total 2\n") || !strings.Contains(got, "\njumun_outbox_sent_total 1\n") {
			t.Error(got)
		}
	})
}

func TestRowsThatCannotBePutAsideStayAndHoldUpNone(t *testing.T) {
	shops(t, func(t *testing.T, s *shop) {
		s.do("alter table jumun_outbox_bad rename to away")
		s.do("insert into jumun_outbox (order_id) values ('1000')")
		s.do("insert into jumun_outbox (mart_id, order_id) values ('42', '1001')")
		r := s.run(redistest.Start(t))
		eventually(t, "the order is gone and the other row is not", func() bool { return s.count("jumun_outbox") == 1 })
		eventually(t, "that is said", func() bool { return strings.Contains(r.log.String(), "there is no table jumun_outbox_bad") })
		s.do("alter table away rename to jumun_outbox_bad")
		eventually(t, "it was put aside", func() bool { return s.count("jumun_outbox_bad") == 1 })
	})
}

func TestSeveralRelaysForwardEachRowOnce(t *testing.T) {
	shops(t, func(t *testing.T, s *shop) {
		const relays, writers, each = 3, 4, 500
		redis := redistest.Start(t)
		for range relays {
			s.run(redis)
		}
		var shop sync.WaitGroup
		for w := range writers {
			shop.Go(func() {
				for i := range each {
					if _, err := s.Exec(fmt.Sprintf("insert into jumun_outbox (mart_id, order_id) values ('m%d', '%d')", w, i)); err != nil {
						t.Error(err)
					}
				}
			})
		}
		shop.Wait()
		eventually(t, "the table is empty", func() bool { return s.count("jumun_outbox") == 0 })
		seen := make(map[any]bool)
		for _, e := range stream(t, redis) {
			seen[e.Values["key"]] = true
		}
		if n := len(stream(t, redis)); n != writers*each || len(seen) != n {
			t.Errorf("the stream has %d entries with %d keys, want %d", n, len(seen), writers*each)
		}
	})
}

func TestWhileRedisHangsTheRowsStayAndTheShopIsNotHeldUp(t *testing.T) {
	shops(t, func(t *testing.T, s *shop) {
		redis := redistest.Start(t)
		r := s.run(redis)
		eventually(t, "ready", func() bool { return ready(r) })
		redis.Freeze()
		orders := 0
		eventually(t, "Redis is found to hang", func() bool { // the relay holds the first rows meanwhile
			begun := time.Now()
			s.do(fmt.Sprintf("insert into jumun_outbox (mart_id, order_id) values ('42', '%d')", orders))
			if took := time.Since(begun); took > time.Second {
				t.Errorf("an insert took %v", took)
			}
			orders++
			return !ready(r)
		})
		if n := s.count("jumun_outbox"); n != orders {
			t.Errorf("%d rows are left of %d", n, orders)
		}
		if got := metrics(r); strings.Contains(got, "jumun_outbox_oldest_seconds 0\n") || !strings.Contains(got, "jumun_outbox_up 0\n") {
			t.Error(got)
		}
		redis.Thaw()
		eventually(t, "the table is empty", func() bool { return s.count("jumun_outbox") == 0 })
		eventually(t, "ready again", func() bool { return ready(r) && strings.Contains(r.log.String(), "forwarded again") })
		keys := make(map[any]bool)
		for _, e := range stream(t, redis) {
			keys[e.Values["key"]] = true
		}
		if len(keys) != orders {
			t.Errorf("%d orders have %d keys: what was appended twice must have one", orders, len(keys))
		}
	})
}

func TestADatabaseThatGoesAwayIsWaitedForAndSaidOnce(t *testing.T) {
	shops(t, func(t *testing.T, s *shop) {
		r := s.run(redistest.Start(t))
		eventually(t, "ready", func() bool { return ready(r) })
		s.server.Kill()
		eventually(t, "that is said", func() bool { return strings.Contains(r.log.String(), "orders wait in the outbox") })
		if ready(r) {
			t.Error("it is ready")
		}
		if err := s.server.Start(); err != nil {
			t.Fatal(err)
		}
		s.do("insert into jumun_outbox (mart_id, order_id) values ('42', '1001')")
		eventually(t, "the table is empty", func() bool { return s.count("jumun_outbox") == 0 })
		if n := strings.Count(r.log.String(), "orders wait in the outbox"); n != 1 {
			t.Errorf("said %d times:\n%s", n, r.log.String())
		}
	})
}

func TestPostgreSQLTellsOfACommitAtOnce(t *testing.T) {
	shops(t, func(t *testing.T, s *shop) {
		if s.kind != "postgres" {
			t.Skip("MySQL has no notifications")
		}
		r := s.run(redistest.Start(t))
		eventually(t, "ready", func() bool { return ready(r) })
		begun := time.Now()
		const orders = 10
		for i := range orders {
			s.do(fmt.Sprintf("insert into jumun_outbox (mart_id, order_id) values ('42', '%d')", i))
			eventually(t, "the table is empty", func() bool { return s.count("jumun_outbox") == 0 })
		}
		if took := time.Since(begun); took > orders*time.Second/3 {
			t.Errorf("%d orders took %v: they are found by polling", orders, took)
		}
	})
}

func TestARowStaysUntilEnoughReplicasHaveItsOrder(t *testing.T) {
	shops(t, func(t *testing.T, s *shop) {
		master := redistest.Start(t)
		s.options.Replicas = 1
		s.do("insert into jumun_outbox (mart_id, order_id) values ('42', '1001')")
		r := s.run(master)
		eventually(t, "that is said", func() bool {
			return strings.Contains(r.log.String(), "0 replicas have taken the orders, 1 are required")
		})
		if n := s.count("jumun_outbox"); n != 1 || len(stream(t, master)) > 0 {
			t.Errorf("%d rows are left, %d orders appended", n, len(stream(t, master)))
		}
		host, port, _ := strings.Cut(master.Addr(), ":")
		redistest.Start(t, "--replicaof", host, port)
		eventually(t, "the table is empty", func() bool { return s.count("jumun_outbox") == 0 })
	})
}

func ready(r *running) bool { return get(r, wire.ReadyPath).Code == 200 }

func metrics(r *running) string {
	text, _ := io.ReadAll(get(r, wire.MetricsPath).Body)
	return string(text)
}

func get(r *running, path string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	r.Handler().ServeHTTP(w, httptest.NewRequest("GET", path, nil))
	return w
}
