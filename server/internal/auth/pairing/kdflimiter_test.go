package pairing

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"jumun/shared/wire"
)

func TestAFullQueueOfKeysRefusesAtOnce(t *testing.T) {
	o := newFakeRedis()
	p := o.handler()
	o.holder = admin("42")
	for range maxPending {
		p.kdf.pending <- struct{}{}
	}
	for range perAddress.Free {
		w := ask(p.Pair, "POST", wire.PairPath, request("42", "ABCD-EFGH", "x"))
		checkTooMany(t, w)
	}
	checkTooMany(t, ask(p.CreatePairing, "POST", wire.PairingsPath, `{"martId":"42"}`))
	if o.counted[Throttled] != perAddress.Free {
		t.Errorf("counted %v", o.counted)
	}
	<-p.kdf.pending
	if w := ask(p.Pair, "POST", wire.PairPath, request("42", "ABCD-EFGH", "x")); w.Code != http.StatusForbidden {
		t.Errorf("being refused counted as an attempt: %d %s", w.Code, w.Body)
	}
}

func checkTooMany(t *testing.T, w *httptest.ResponseRecorder) {
	t.Helper()
	if w.Code != http.StatusTooManyRequests || !strings.Contains(w.Body.String(), wire.ProblemTooMany) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestAClientMayLeaveTheQueueOfKeys(t *testing.T) {
	l := newKDFLimiter()
	for range maxComputing {
		l.computing <- struct{}{}
	}
	ctx, hangUp := context.WithCancel(t.Context())
	hangUp()
	if _, err := l.key(ctx, "ABCDEFGH", "42"); !errors.Is(err, context.Canceled) || len(l.pending) != 0 {
		t.Errorf("%v, and %d are pending", err, len(l.pending))
	}
}
