package pairing

import (
	"context"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"jumun/shared/wire"
)

var one = netip.MustParseAddr("192.0.2.1")

func address(i int) netip.Addr {
	return netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)})
}

// prefix returns the /64 number i of 2001:db8::/32, which has 65,536 in each /48.
func prefix(i int) netip.Addr {
	return netip.AddrFrom16([16]byte{0x20, 0x01, 0x0d, 0xb8, byte(i >> 24), byte(i >> 16), byte(i >> 8), byte(i)})
}

// guess sends n wrong codes, a gap of time apart, and returns how many reached Redis.
func guess(t *testing.T, n int, gap time.Duration, sender func(i int) netip.Addr) (tried int) {
	synctest.Test(t, func(t *testing.T) {
		o := newFakeRedis()
		p := o.handler()
		for i := range n {
			w := ask(p.Pair, "POST", wire.PairPath, request("42", "ABCD-EFGH", "x"), from(sender(i).String()))
			if w.Code != http.StatusForbidden && w.Code != http.StatusTooManyRequests {
				t.Fatalf("%d %s", w.Code, w.Body)
			}
			time.Sleep(gap)
		}
		tried = o.redeems
		if o.counted[Wrong] != tried || o.counted[Throttled] != n-tried {
			t.Errorf("counted %v", o.counted)
		}
	})
	return tried
}

func TestFewOfTenThousandGuessesAreTried(t *testing.T) {
	same := func(int) netip.Addr { return one }
	tests := []struct {
		name   string
		gap    time.Duration
		sender func(int) netip.Addr
		want   int // how many reach Redis
	}{
		{"from one address, at once", 0, same, 5},
		{"from one address, one a second for three hours", time.Second, same, 24},
		{"from 256 IPv4 neighbours, in a minute and a half", 10 * time.Millisecond, func(i int) netip.Addr { return address(i % 256) }, 116},
		{"from a /56, in a minute and a half", 10 * time.Millisecond, func(i int) netip.Addr { return prefix(i % 256) }, 27},
		{"from a /48, in four minutes", 25 * time.Millisecond, func(i int) netip.Addr { return prefix(i * 7 % 65536) }, 131},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := guess(t, 10_000, tt.gap, tt.sender); got != tt.want {
				t.Errorf("%d reached Redis, want %d", got, tt.want)
			}
		})
	}
}

func TestARightCodeMustWaitToo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newFakeRedis()
		p := o.handler()
		body := request("42", code(t, p, "42"), "카운터")
		for range ownBackoff.Free {
			ask(p.Pair, "POST", wire.PairPath, request("42", "ABCD-EFGH", "x"))
		}
		w := ask(p.Pair, "POST", wire.PairPath, body)
		if w.Code != http.StatusTooManyRequests || w.Header().Get("Retry-After") != "1" || !strings.Contains(w.Body.String(), wire.ProblemTooMany) {
			t.Fatalf("%d %v %s", w.Code, w.Header(), w.Body)
		}
		time.Sleep(time.Second)
		answerOf(t, ask(p.Pair, "POST", wire.PairPath, body))
		for range ownBackoff.Free {
			if w := ask(p.Pair, "POST", wire.PairPath, request("42", "ABCD-EFGH", "x")); w.Code != http.StatusForbidden {
				t.Errorf("its failures are remembered after a success: %d", w.Code)
			}
		}
	})
}

func TestGuessesAtTheSameTimeAreHeldUp(t *testing.T) {
	o := newFakeRedis()
	p := o.handler()
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() { ask(p.Pair, "POST", wire.PairPath, request("42", "ABCD-EFGH", "x")) })
	}
	wg.Wait()
	if o.redeems > ownBackoff.Free+1 { // on a slow machine a second may pass
		t.Errorf("%d of 50 reached Redis", o.redeems)
	}
}

func TestHangingUpCountsAsAnAttempt(t *testing.T) {
	o := newFakeRedis()
	p := o.handler()
	for range ownBackoff.Free {
		client, hangUp := context.WithCancel(t.Context())
		hungUp := func(r *http.Request) { hangUp(); *r = *r.WithContext(client) }
		ask(p.Pair, "POST", wire.PairPath, request("42", "ABCD-EFGH", "x"), hungUp)
	}
	if w := ask(p.Pair, "POST", wire.PairPath, request("42", "ABCD-EFGH", "x")); w.Code != http.StatusTooManyRequests {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}
