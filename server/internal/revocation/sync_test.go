package revocation

import (
	"context"
	"testing"
	"time"

	"jumun/server/internal/redistest"
	"jumun/server/internal/wait"
	"jumun/shared/wire"
)

func TestARevocationWhoseHintWasLostIsFound(t *testing.T) {
	redis := redistest.Start(t)
	store, list := open(t, redis.URL()), &List{}
	v := NewSync(list, store, func() {}, quiet())
	v.every = time.Millisecond
	done := make(chan struct{})
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		defer close(done)
		v.readOnHints(ctx)
	}()
	if err := store.Revoke(t.Context(), wire.Revocation{Key: "leaked"}); err != nil {
		t.Fatal(err)
	}
	for late := time.Now().Add(30 * time.Second); !list.VoidsKey("leaked"); wait.For(t.Context(), time.Millisecond) {
		if time.Now().After(late) {
			t.Fatal("the revocation is not known after 30 s")
		}
	}
	cancel()
	<-done
}
