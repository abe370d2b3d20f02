package main

import (
	"context"
	"testing"
	"time"

	"jumun/server/access"
	"jumun/server/hub"
	"jumun/server/orderlog/redistest"
	"jumun/server/roster"
	"jumun/shared/wire"
)

func TestARevocationWhoseHintWasLostIsFound(t *testing.T) {
	redis := redistest.Start(t)
	r, err := roster.Open(redis.URL(), roster.Options{}, quietly())
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	v := &revocations{known: &access.Revoked{}, roster: r, hub: hub.New(1, hub.Hooks{}), log: quietly(), anyway: time.Millisecond}
	done := make(chan struct{})
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		defer close(done)
		v.look(ctx)
	}()
	if err := r.Revoke(t.Context(), wire.Revocation{Key: "leaked"}); err != nil {
		t.Fatal(err)
	}
	eventually(t, "known", func() bool { return v.known.VoidsKey("leaked") })
	cancel()
	<-done
}
