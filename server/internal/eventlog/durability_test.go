package eventlog

import (
	"testing"
)

func FuzzForgetful(f *testing.F) {
	f.Add("# Memory\r\nmaxmemory_policy:noeviction\r\naof_enabled:1\r\n")
	f.Add("aof_enabled:0\nmaxmemory_policy:allkeys-lru")
	f.Fuzz(func(t *testing.T, info string) {
		if n := len(forgetful(info)); n > 2 {
			t.Fatalf("%d pieces of advice", n)
		}
	})
}
