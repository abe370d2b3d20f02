package pairing

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"jumun/shared/wire"
)

var (
	one = netip.MustParseAddr("192.0.2.1")
	two = netip.MustParseAddr("192.0.2.2")
)

func address(i int) netip.Addr {
	return netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)})
}

func TestOneAddressDoesNotHoldUpAnother(t *testing.T) {
	at, h := time.Unix(1722000000, 0), newThrottle()
	for range perAddress.free {
		if h.take(one, at) != 0 {
			t.Fatal("a free failure waits")
		}
	}
	if got := h.take(one, at); got != time.Second {
		t.Errorf("it waits %v", got)
	}
	if got := h.take(two, at); got != 0 {
		t.Errorf("another waits %v", got)
	}
	h.right(one)
	if got := h.take(one, at); got != 0 || h.all.count != 6 {
		t.Errorf("after a right one it waits %v, and %v are counted", got, h.all.count)
	}
}

func TestAnAddressIsForgottenAnHourAfterItsLastFailure(t *testing.T) {
	at, h := time.Unix(1722000000, 0), newThrottle()
	for range 10 {
		for h.take(one, at) > 0 {
			at = at.Add(time.Second)
		}
	}
	at = at.Add(forgetAfter - time.Second)
	h.take(two, at)
	if h.known[one].Value.(*guesser).count != 10 {
		t.Errorf("forgotten too early")
	}
	h.take(two, at.Add(time.Second))
	if len(h.known) != 1 || h.aged.Len() != 1 {
		t.Errorf("%d are known", len(h.known))
	}
}

func TestOfTooManyAddressesTheOldestIsForgotten(t *testing.T) {
	at, h := time.Unix(1722000000, 0), newThrottle()
	for i := range maxAddresses + 1 {
		h.remember(address(i), failures{1, at})
	}
	if len(h.known) != maxAddresses || h.aged.Len() != maxAddresses || h.known[address(0)] != nil || h.known[address(1)] == nil {
		t.Errorf("%d are known", len(h.known))
	}
	h.remember(address(1), failures{2, at})
	h.remember(address(0), failures{1, at})
	if h.known[address(1)] == nil || h.known[address(2)] != nil {
		t.Error("the one that failed just now was forgotten, and not the oldest")
	}
}

// guess sends n wrong codes, a gap of time apart, and returns how many were looked at.
func guess(t *testing.T, n int, gap time.Duration, sender func(i int) netip.Addr) (looked int) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffers()
		p := o.pairings()
		for i := range n {
			w := ask(p.Pair, "POST", wire.PairPath, request("42", "ABCD-EFGH", "x"), from(sender(i).String()))
			if w.Code != http.StatusForbidden && w.Code != http.StatusTooManyRequests {
				t.Fatalf("%d %s", w.Code, w.Body)
			}
			time.Sleep(gap)
		}
		looked = o.asked
		if o.counted[Wrong] != looked || o.counted[Throttled] != n-looked {
			t.Errorf("counted %v", o.counted)
		}
	})
	return looked
}

func TestTenThousandGuessesGetNowhere(t *testing.T) {
	same := func(int) netip.Addr { return one }
	tests := []struct {
		name   string
		gap    time.Duration
		sender func(int) netip.Addr
		want   int // how many are looked at
	}{
		{"from one address, at once", 0, same, 5},
		{"from one address, one a second for three hours", time.Second, same, 24},
		{"from 10,000 addresses, in a minute and a half", 10 * time.Millisecond, address, 116},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := guess(t, 10_000, tt.gap, tt.sender); got != tt.want {
				t.Errorf("%d were looked at, want %d", got, tt.want)
			}
		})
	}
}

func TestARightCodeWaitsAsWell(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffers()
		p := o.pairings()
		body := request("42", code(t, p, "42"), "카운터")
		for range perAddress.free {
			ask(p.Pair, "POST", wire.PairPath, request("42", "ABCD-EFGH", "x"))
		}
		w := ask(p.Pair, "POST", wire.PairPath, body)
		if w.Code != http.StatusTooManyRequests || w.Header().Get("Retry-After") != "1" || !strings.Contains(w.Body.String(), wire.ProblemTooMany) {
			t.Fatalf("%d %v %s", w.Code, w.Header(), w.Body)
		}
		time.Sleep(time.Second)
		answerOf(t, ask(p.Pair, "POST", wire.PairPath, body))
		if len(p.attempts.known) != 0 {
			t.Error("its failures are remembered after it was right")
		}
	})
}

func TestGuessesAtTheSameTimeDoNotGetThrough(t *testing.T) {
	o := newOffers()
	p := o.pairings()
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() { ask(p.Pair, "POST", wire.PairPath, request("42", "ABCD-EFGH", "x")) })
	}
	wg.Wait()
	if o.asked > perAddress.free+1 { // on a slow machine a second may pass
		t.Errorf("%d of 50 were looked at", o.asked)
	}
}

func TestHangingUpIsAnAttempt(t *testing.T) {
	o := newOffers()
	p := o.pairings()
	gone, hangUp := context.WithCancel(t.Context())
	p.o.Redeem = func(context.Context, string) (wire.Pairing, time.Time, error) {
		hangUp()
		return wire.Pairing{}, time.Time{}, context.Canceled
	}
	ask(p.Pair, "POST", wire.PairPath, request("42", "ABCD-EFGH", "x"), func(r *http.Request) { *r = *r.WithContext(gone) })
	if p.attempts.all.count != 1 {
		t.Errorf("%v attempts were counted", p.attempts.all.count)
	}
}

func TestAFullMillSendsAwayAtOnce(t *testing.T) {
	o := newOffers()
	p := o.pairings()
	o.holder = admin("42")
	for range maxWaiting {
		p.kdf.waiting <- struct{}{}
	}
	paired := ask(p.Pair, "POST", wire.PairPath, request("42", "ABCD-EFGH", "x"))
	made := ask(p.CreatePairing, "POST", wire.PairingsPath, `{"martId":"42"}`)
	for _, w := range []string{fmt.Sprint(paired.Code, paired.Body), fmt.Sprint(made.Code, made.Body)} {
		if !strings.HasPrefix(w, "429") || !strings.Contains(w, wire.ProblemTooMany) {
			t.Error(w)
		}
	}
	if p.attempts.all.count != 0 || o.counted[Throttled] != 1 {
		t.Errorf("%v attempts, counted %v", p.attempts.all.count, o.counted)
	}
}

func TestWhoWaitsForTheMillMayLeave(t *testing.T) {
	m := newKDFLimiter()
	for range maxComputing {
		m.computing <- struct{}{}
	}
	gone, hangUp := context.WithCancel(t.Context())
	hangUp()
	if _, err := m.key(gone, "ABCDEFGH", "42"); !errors.Is(err, context.Canceled) || len(m.waiting) != 0 {
		t.Errorf("%v, and %d are waiting", err, len(m.waiting))
	}
}
