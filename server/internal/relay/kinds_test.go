//go:build linux

package relay_test

import (
	"testing"

	"jumun/server/internal/redisconn"
	"jumun/server/internal/redistest"
)

func TestARelayWorksWithEachKindOfRedis(t *testing.T) {
	shops(t, func(t *testing.T, s *shop) {
		one := func(t *testing.T, url string) {
			o := s.options
			read(t, url)
			o.Redis, o.Intake = url, "jumun:orders"
			run(t, o)
			s.do("insert into jumun_outbox (mart_id, order_id) values ('42', '1001')")
			eventually(t, "the table is empty", func() bool { return s.count("jumun_outbox") == 0 })
			client, err := redisconn.Dial(url)
			if err != nil {
				t.Fatal(err)
			}
			defer client.Close()
			if n, err := client.XLen(t.Context(), "jumun:orders").Result(); n != 1 || err != nil {
				t.Errorf("%d entries, %v", n, err)
			}
		}
		redistest.OnBoth(t, one)
		t.Run("cluster", func(t *testing.T) { one(t, redistest.StartCluster(t).URL()) })
	})
}
