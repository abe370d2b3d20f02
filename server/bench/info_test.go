//go:build linux

package main

import "testing"

func TestWhatRedisSaysOfItselfIsFound(t *testing.T) {
	const said = "# Commandstats\r\ncmdstat_xadd:calls=7,usec=70,usec_per_call=10.00\r\n" +
		"cmdstat_eval:calls=1,usec=9,usec_per_call=9.00\r\ncmdstat_evalsha:calls=12,usec=345,usec_per_call=28.75\r\n# Memory\r\nused_memory:8192\r\n"
	for name, tt := range map[string]struct{ got, want int }{
		"entries": {numberIn([]byte(said), xadds), 7},
		"scripts": {numberIn([]byte(said), scripts), 12},
		"time":    {numberIn([]byte(said), scriptTime), 345},
		"memory":  {numberIn([]byte(said), usedMemory), 8192},
		"nothing": {numberIn([]byte("# Commandstats\r\n"), scripts), 0},
	} {
		if tt.got != tt.want {
			t.Errorf("%s: %d, not %d", name, tt.got, tt.want)
		}
	}
}

func FuzzNumberIn(f *testing.F) {
	f.Add([]byte("used_memory:123\r\nused_memory_human:1B"))
	f.Fuzz(func(t *testing.T, in []byte) {
		if n := numberIn(in, usedMemory); n < 0 {
			t.Errorf("%d", n)
		}
	})
}
