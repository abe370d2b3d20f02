package revocation

import (
	"fmt"
	"testing"
	"time"
)

// BenchmarkReadAll reads as many revocations as there may be.
func BenchmarkReadAll(b *testing.B) {
	s := open(b, redisURL(b))
	for from := range 10 {
		fill := `for i = ARGV[1], ARGV[1] + 99999 do redis.call('HSET', KEYS[1], 'device:device-made-up-' .. i, ARGV[2]) end return 1`
		must(b, s.client.Eval(b.Context(), fill, []string{key}, 100_000*from, fmt.Sprint(time.Now().UnixMilli())).Err())
	}
	b.ReportAllocs()
	for b.Loop() {
		v := NewSync(&List{}, s, func() {}, quiet())
		must(b, v.read(b.Context()))
		if v.list.Len() != Limit {
			b.Fatal(v.list.Len())
		}
	}
}
