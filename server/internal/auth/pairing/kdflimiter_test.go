package pairing

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"jumun/shared/wire"
)

// occupy has n computing, and returns what ends one of them.
func (l *kdfLimiter) occupy(t *testing.T) (leave func()) {
	t.Helper()
	for range maxComputing {
		if err := l.enter(t.Context(), 0); err != nil {
			t.Fatal(err)
		}
	}
	return l.leave
}

// come has one wait that failed so often, and then calls served. It must run in a bubble.
func (l *kdfLimiter) come(ctx context.Context, failed int, served func(error)) {
	go func() { served(l.enter(ctx, failed)) }()
	synctest.Wait()
}

func TestWhoFailedLessComputesFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l kdfLimiter
		leave := l.occupy(t)
		var order []int
		for i, failed := range []int{100, 3, 0, 100, 0, 3} {
			l.come(t.Context(), failed, func(err error) { order = append(order, i) })
		}
		for range 6 {
			leave()
			synctest.Wait()
		}
		if want := []int{2, 4, 1, 5, 0, 3}; !slices.Equal(order, want) {
			t.Errorf("served %v, want %v", order, want)
		}
	})
}

func TestAFullQueueHasRoomForWhoFailedLess(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l kdfLimiter
		leave := l.occupy(t)
		got := map[int]int{} // how many of those that failed so often were refused
		count := func(failed int) func(error) {
			return func(err error) {
				if errors.Is(err, errFull) {
					got[failed]++
				}
			}
		}
		for range maxWaiting {
			l.come(t.Context(), 9, count(9))
		}
		for range 3 {
			l.come(t.Context(), 0, count(0))
			l.come(t.Context(), 20, count(20))
		}
		if got[9] != 3 || got[0] != 0 || got[20] != 3 {
			t.Errorf("refused %v", got)
		}
		for range maxWaiting + maxComputing {
			leave()
			synctest.Wait()
		}
		if l.computing != 0 || len(l.waiting) != 0 {
			t.Errorf("%d compute, %d wait", l.computing, len(l.waiting))
		}
	})
}

func TestAFullQueueOfKeysRefusesAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newFakeRedis()
		p := o.handler()
		o.holder = admin("42")
		leave := p.kdf.occupy(t)
		for range maxWaiting {
			p.kdf.come(t.Context(), 0, func(error) {})
		}
		for range ownBackoff.Free {
			checkTooMany(t, ask(p.Pair, "POST", wire.PairPath, request("42", "ABCD-EFGH", "x")))
		}
		checkTooMany(t, ask(p.CreatePairing, "POST", wire.PairingsPath, `{"martId":"42"}`))
		if o.counted[Throttled] != ownBackoff.Free {
			t.Errorf("counted %v", o.counted)
		}
		for range maxWaiting + maxComputing {
			leave()
		}
		if w := ask(p.Pair, "POST", wire.PairPath, request("42", "ABCD-EFGH", "x")); w.Code != http.StatusForbidden {
			t.Errorf("being refused counted as an attempt: %d %s", w.Code, w.Body)
		}
	})
}

func checkTooMany(t *testing.T, w *httptest.ResponseRecorder) {
	t.Helper()
	if w.Code != http.StatusTooManyRequests || !strings.Contains(w.Body.String(), wire.ProblemTooMany) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestAClientMayLeaveTheQueueOfKeys(t *testing.T) {
	var l kdfLimiter
	l.occupy(t)
	ctx, hangUp := context.WithCancel(t.Context())
	hangUp()
	if _, err := l.hash(ctx, 0, codeOf("ABCDEFGH", "42")); !errors.Is(err, context.Canceled) || len(l.waiting) != 0 {
		t.Errorf("%v, and %d wait", err, len(l.waiting))
	}
}

func TestNoTurnIsLostWhenClientsComeAndHangUpAtTheSameTime(t *testing.T) {
	var l kdfLimiter
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() {
			for range 200 {
				ctx, hangUp := context.WithCancel(t.Context())
				all.Go(hangUp)
				if l.enter(ctx, rand.IntN(3)) == nil {
					l.leave()
				}
			}
		})
	}
	all.Wait()
	if l.computing != 0 || len(l.waiting) != 0 {
		t.Errorf("%d compute, %d wait", l.computing, len(l.waiting))
	}
}
