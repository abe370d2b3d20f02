//go:build linux

package relay_test

import (
	"fmt"
	"io"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"jumun/server/internal/redistest"
	"jumun/server/sqltest"
)

func TestARowWithoutAUsableTimeHoldsUpNone(t *testing.T) {
	shops(t, func(t *testing.T, s *shop) {
		redis := redistest.Start(t)
		s.do(map[string]string{
			"postgres": "insert into jumun_outbox (mart_id, order_id, created_at) values ('42', '1001', 'infinity'), ('42', '1002', '-infinity')",
			"mysql":    "set statement sql_mode = '' for insert into jumun_outbox (mart_id, order_id, created_at) values ('42', '1001', '0000-00-00'), ('42', '1002', '0000-00-00')",
		}[s.kind])
		s.do("insert into jumun_outbox (mart_id, order_id) values ('42', '1003')")
		s.run(redis)
		eventually(t, "the table is empty", func() bool { return s.count("jumun_outbox") == 0 })
		keys := make(map[any]bool)
		for _, e := range stream(t, redis) {
			keys[e.Values["key"]] = true
		}
		if len(keys) != 3 {
			t.Errorf("the stream has orders with the keys %v", keys)
		}
	})
}

func TestARowOfAClockThatIsAheadIsSeenToWait(t *testing.T) {
	shops(t, func(t *testing.T, s *shop) {
		s.do(map[string]string{
			"postgres": "insert into jumun_outbox (mart_id, order_id, created_at) values ('42', '1001', now() + interval '9 hours')",
			"mysql":    "insert into jumun_outbox (mart_id, order_id, created_at) values ('42', '1001', now() + interval 9 hour)",
		}[s.kind])
		busy, err := s.Begin()
		if err != nil {
			t.Fatal(err)
		}
		defer busy.Rollback()
		if _, err := busy.Exec("select id from jumun_outbox for update"); err != nil {
			t.Fatal(err)
		}
		r := s.run(redistest.Start(t))
		eventually(t, "it is seen", func() bool { return !strings.Contains(metrics(r), "jumun_outbox_oldest_seconds 0\n") })
	})
}

func TestTheAddressOfMySQLDoesNotSayHowTextsAreRead(t *testing.T) {
	sqltest.Need(t)
	s := newShop(t, "mysql")
	redis := redistest.Start(t)
	s.options.MySQL += "?charset=latin1"
	s.do("insert into jumun_outbox (mart_id, order_id, order_key, summary) values ('42', '1001', '주문-가', '🍕'), ('42', '1002', '주문-나', '🍔')")
	s.run(redis)
	eventually(t, "the table is empty", func() bool { return s.count("jumun_outbox") == 0 })
	var got []string
	for _, e := range stream(t, redis) {
		got = append(got, fmt.Sprint(e.Values["key"], e.Values["summary"]))
	}
	if strings.Join(got, " ") != "주문-가🍕 주문-나🍔" {
		t.Errorf("the stream has %q", got)
	}
}

func TestAnyNumberOfRowsThatCannotBePutAsideHoldsUpNone(t *testing.T) {
	shops(t, func(t *testing.T, s *shop) {
		s.do("alter table jumun_outbox_bad rename to away")
		const bad = 600 // more than two batches
		s.do("insert into jumun_outbox (order_id) values ('1')" + strings.Repeat(", ('1')", bad-1))
		s.do("insert into jumun_outbox (mart_id, order_id) values ('42', '1001')")
		r := s.run(redistest.Start(t))
		eventually(t, "the order is gone and the other rows are not", func() bool { return s.count("jumun_outbox") == bad })
		eventually(t, "that is said", func() bool { return strings.Contains(r.log.String(), "there is no table jumun_outbox_bad") })
		for i := range 3 {
			s.do(fmt.Sprintf("insert into jumun_outbox (mart_id, order_id) values ('42', '%d')", i))
			eventually(t, "the next one too", func() bool { return s.count("jumun_outbox") == bad })
			if ready(r) {
				t.Error("it is ready")
			}
		}
		if log := r.log.String(); strings.Count(log, "\n") > 3 || strings.Contains(log, "forwarded again") {
			t.Errorf("it says too much:\n%s", log)
		}
		s.do("alter table away rename to jumun_outbox_bad")
		eventually(t, "all were put aside", func() bool { return s.count("jumun_outbox_bad") == bad })
		eventually(t, "ready", func() bool { return ready(r) })
	})
}

func TestRowsStayWhereNoServerReadsTheStream(t *testing.T) {
	shops(t, func(t *testing.T, s *shop) {
		redis := redistest.Start(t)
		s.do("insert into jumun_outbox (mart_id, order_id) values ('42', '1001')")
		o := s.options
		o.Redis, o.Intake = redis.URL()+"/1", "jumun:orders" // the servers use the database 0
		read(t, redis.URL())
		r := run(t, o)
		eventually(t, "that is said", func() bool {
			return strings.Contains(r.log.String(), "no server has ever read the stream jumun:orders")
		})
		if s.count("jumun_outbox") != 1 || ready(r) {
			t.Error("the row is gone, or the relay is ready")
		}
		read(t, o.Redis)
		eventually(t, "the table is empty", func() bool { return s.count("jumun_outbox") == 0 })
	})
}

func TestARelayThatVanishesHoldsItsRowsForSecondsOnly(t *testing.T) {
	shops(t, func(t *testing.T, s *shop) {
		between := newCable(t, fmt.Sprintf("127.0.0.1:%d", s.server.Port))
		frozen := redistest.Start(t)
		read(t, frozen.URL())
		o := s.options
		o.Postgres, o.MySQL = between.redirect(o.Postgres), between.redirect(o.MySQL)
		o.Redis, o.Intake = frozen.URL(), "jumun:orders"
		vanishing := run(t, o)
		eventually(t, "ready", func() bool { return ready(vanishing) })
		frozen.Freeze()
		s.do("insert into jumun_outbox (mart_id, order_id) values ('42', '1001')")
		eventually(t, "the row is held", func() bool { return s.countFree() == 0 })
		between.cut.Store(true)
		s.run(redistest.Start(t))
		eventually(t, "another relay has forwarded it", func() bool { return s.count("jumun_outbox") == 0 })
	})
}

// countFree returns how many rows no relay holds.
func (s *shop) countFree() (n int) {
	s.t.Helper()
	if err := s.QueryRow("select count(*) from (select id from jumun_outbox for update skip locked) as free").Scan(&n); err != nil {
		s.t.Fatal(err)
	}
	return n
}

// A cable is a proxy. When it is cut, what comes is dropped and nothing is closed: neither end learns of it.
type cable struct {
	cut  atomic.Bool
	from string
	to   string
}

func newCable(t *testing.T, to string) *cable {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	c := &cable{from: l.Addr().String(), to: to}
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go c.pass(conn)
		}
	}()
	return c
}

func (c *cable) pass(near net.Conn) {
	far, err := net.DialTimeout("tcp", c.to, time.Second)
	if err != nil {
		_ = near.Close()
		return
	}
	go c.copy(far, near)
	c.copy(near, far)
}

// copy passes on what comes from one end, and the end of it, unless the cable is cut.
func (c *cable) copy(to io.WriteCloser, from io.Reader) {
	buf := make([]byte, 32<<10)
	for {
		n, err := from.Read(buf)
		switch {
		case c.cut.Load() && err != nil:
			return
		case c.cut.Load():
			continue
		}
		if _, failed := to.Write(buf[:n]); err != nil || failed != nil {
			_ = to.Close()
			return
		}
	}
}

// redirect makes an address one of the cable.
func (c *cable) redirect(address string) string { return strings.ReplaceAll(address, c.to, c.from) }
