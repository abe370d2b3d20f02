package command

import (
	"context"
	"testing"
	"time"

	"jumun/server/internal/auth"
	"jumun/server/internal/devices"
	"jumun/server/internal/hub"
	"jumun/server/internal/redistest"
	"jumun/shared/wire"
)

func TestARevocationWhoseHintWasLostIsFound(t *testing.T) {
	redis := redistest.Start(t)
	r, err := devices.Open(redis.URL(), devices.Options{}, quietly())
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	v := &revocations{known: &auth.Revoked{}, roster: r, hub: hub.New(1, hub.Hooks{}), log: quietly(), anyway: time.Millisecond}
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
