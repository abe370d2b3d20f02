//go:build linux

package relay_test

import (
	"strings"
	"testing"

	"jumun/server/internal/redistest"
	"jumun/server/sqltest"
)

func TestAMissingRightIsNamedAndTheGrantThatIsSaidIsEnough(t *testing.T) {
	shops(t, func(t *testing.T, s *shop) {
		user := "relay" + s.name
		s.do(map[string]string{"postgres": "create role " + user + " login", "mysql": "create user " + user}[s.kind])
		if s.kind == "mysql" { // or it may not even connect
			s.do("grant select on " + s.name + ".jumun_outbox_bad to " + user)
		}
		s.use(user)
		s.do("insert into jumun_outbox (mart_id, order_id) values ('42', '1001')")
		s.do("insert into jumun_outbox (mart_id) values ('42')")
		r := s.run(redistest.Start(t))
		for range 2 { // for one table, then for the other
			eventually(t, "a GRANT is said", func() bool { return strings.Contains(r.log.String(), "run there: GRANT") })
			_, said, _ := strings.Cut(r.log.String(), "run there: ")
			grant, _, _ := strings.Cut(said, "\"\n")
			t.Log(grant)
			s.do(grant)
			r.stop()
			r = s.run(redistest.Start(t))
		}
		eventually(t, "both rows are done with", func() bool { return s.count("jumun_outbox") == 0 && s.count("jumun_outbox_bad") == 1 })
	})
}

func TestTheRightThatRedisWantsIsNamedAndIsEnough(t *testing.T) {
	shops(t, func(t *testing.T, s *shop) {
		redis := redistest.Start(t)
		read(t, redis.URL())
		redis.Ask("ACL", "SETUSER", "relay", "on", "nopass")
		o := s.options
		o.Redis, o.Intake = strings.Replace(redis.URL(), "://", "://relay:x@", 1), "jumun:orders"
		s.do("insert into jumun_outbox (mart_id, order_id) values ('42', '1001')")
		r := run(t, o)
		eventually(t, "the right is said", func() bool { return strings.Contains(r.log.String(), "ACL SETUSER relay +xadd ~jumun:orders") })
		redis.Ask("ACL", "SETUSER", "relay", "+xadd", "~jumun:orders")
		eventually(t, "the table is empty", func() bool { return s.count("jumun_outbox") == 0 })
	})
}

func TestTablesThatAreMissingAreNamed(t *testing.T) {
	shops(t, func(t *testing.T, s *shop) {
		s.do("drop table jumun_outbox")
		r := s.run(redistest.Start(t))
		eventually(t, "that is said", func() bool {
			return strings.Contains(r.log.String(), `there is no table jumun_outbox, or this user may not see it: make it by what \"jumun-server relay --schema `+s.kind)
		})
	})
}

func TestRowsThatTheDatabaseHidesFromTheRelayAreNotTakenForNone(t *testing.T) {
	sqltest.Need(t)
	s := newShop(t, "postgres")
	user := "relay" + s.name
	s.do("create role " + user + " login")
	s.do("grant select, update, delete on jumun_outbox to " + user)
	s.do("grant insert on jumun_outbox_bad to " + user)
	s.do("alter table jumun_outbox enable row level security")
	s.do("insert into jumun_outbox (mart_id, order_id) values ('42', '1001')")
	s.use(user)
	r := s.run(redistest.Start(t))
	eventually(t, "that is said", func() bool { return strings.Contains(r.log.String(), "run there: CREATE POLICY") })
	if ready(r) {
		t.Error("it is ready")
	}
	_, said, _ := strings.Cut(r.log.String(), "run there: ")
	policy, _, _ := strings.Cut(said, "\"\n")
	s.do(policy)
	eventually(t, "the table is empty", func() bool { return s.count("jumun_outbox") == 0 })
	eventually(t, "ready", func() bool { return ready(r) })
	s.do("drop policy jumun_relay on jumun_outbox")
	eventually(t, "a policy that is taken away while it runs is noticed", func() bool { return !ready(r) })
}
