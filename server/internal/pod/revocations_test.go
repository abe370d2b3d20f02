package pod

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"jumun/server/internal/auth"
	"jumun/server/internal/devices"
	"jumun/server/internal/hub"
	"jumun/server/internal/redistest"
	"jumun/server/internal/wait"
	"jumun/shared/wire"
)

func TestARevocationWhoseHintWasLostIsFound(t *testing.T) {
	redis := redistest.Start(t)
	r, err := devices.Open(redis.URL(), devices.Options{}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	v := &revocations{known: &auth.Revoked{}, roster: r, hub: hub.New(1, hub.Hooks{}), log: slog.New(slog.DiscardHandler), anyway: time.Millisecond}
	done := make(chan struct{})
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		defer close(done)
		v.look(ctx)
	}()
	if err := r.Revoke(t.Context(), wire.Revocation{Key: "leaked"}); err != nil {
		t.Fatal(err)
	}
	for late := time.Now().Add(30 * time.Second); !v.known.VoidsKey("leaked"); wait.For(t.Context(), time.Millisecond) {
		if time.Now().After(late) {
			t.Fatal("the revocation is not known after 30 s")
		}
	}
	cancel()
	<-done
}
