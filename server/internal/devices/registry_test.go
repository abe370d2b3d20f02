package devices

import (
	"context"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"jumun/server/internal/redistest"
	"jumun/shared/wire"
)

func quiet() *slog.Logger { return slog.New(slog.NewTextHandler(io.Discard, nil)) }

func open(t testing.TB, url string) *Registry {
	t.Helper()
	r, err := Open(url, Options{}, quiet())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.Close() })
	return r
}

// onEach runs a test on each kind of Redis.
func onEach(t *testing.T, test func(t *testing.T, r *Registry)) {
	redistest.OnEach(t, func(t *testing.T, url string) { test(t, open(t, url)) })
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (r *Registry) now(t *testing.T) time.Time {
	t.Helper()
	now, err := r.Now(t.Context())
	must(t, err)
	return now
}

// put has a stranger write a field of a hash.
func (r *Registry) put(t *testing.T, key, field string, value any) {
	t.Helper()
	must(t, r.client.HSet(t.Context(), key, field, value).Err())
}

func TestRedisSaysWhatTimeItIs(t *testing.T) {
	onEach(t, func(t *testing.T, r *Registry) {
		before := time.Now().Truncate(time.Millisecond)
		if now := r.now(t); now.Before(before) || now.After(time.Now()) || now.Location() != time.UTC {
			t.Errorf("it is %v, and began at %v", now, before)
		}
	})
}

func TestAWrongAddressIsRefusedWithoutRepeatingItsPassword(t *testing.T) {
	if _, err := Open("redis://:secret/@h", Options{}, quiet()); err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("the error is %v", err)
	}
}

func TestARedisThatIsAwayIsAnErrorSoon(t *testing.T) {
	for name, away := range map[string]func(*redistest.Redis){"killed": (*redistest.Redis).Kill, "frozen": (*redistest.Redis).Freeze} {
		t.Run(name, func(t *testing.T) {
			redis := redistest.Start(t)
			r := open(t, redis.URL())
			r.now(t)
			away(redis)
			for what, do := range everyCall(r) {
				t.Run(what, func(t *testing.T) {
					t.Parallel()
					began := time.Now()
					if err := do(t.Context()); err == nil {
						t.Error("no error")
					}
					if took := time.Since(began); took > 6*time.Second { // one answer's time, on a slow machine
						t.Errorf("it took %v", took)
					}
				})
			}
		})
	}
}

func everyCall(r *Registry) map[string]func(ctx context.Context) error {
	d := wire.Device{ID: "pc-1", MartID: "42"}
	return map[string]func(ctx context.Context) error{
		"Now":         func(ctx context.Context) error { _, err := r.Now(ctx); return err },
		"Offer":       func(ctx context.Context) error { return r.Offer(ctx, "k", gangnam, time.Minute) },
		"Redeem":      func(ctx context.Context) error { _, err := r.Redeem(ctx, "k"); return err },
		"Enrol":       func(ctx context.Context) error { return r.Enrol(ctx, d) },
		"Note":        func(ctx context.Context) error { return r.Note(ctx, []Note{{Came, d, "s", ""}, {Left, d, "s", ""}}) },
		"Devices":     func(ctx context.Context) error { _, err := r.Devices(ctx, "42"); return err },
		"Revoke":      func(ctx context.Context) error { return r.Revoke(ctx, wire.Revocation{Key: "k"}) },
		"Revocations": func(ctx context.Context) error { _, err := r.All(ctx); return err },
		"Restore": func(ctx context.Context) error {
			return r.Restore(ctx, []wire.Revocation{{Key: "k", At: time.Now()}})
		},
	}
}
