package keyring

import (
	"context"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"jumun/server/internal/auth/token"
	"jumun/server/internal/redistest"
	"jumun/shared/wire"
)

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

// one returns a token of a holder and key, which expires in a while.
func one(holder, key string, in time.Duration) token.Token {
	now := time.Now()
	return token.Token{Claims: wire.Claims{Subject: holder, IssuedAt: now.Unix(), Expires: now.Add(in).Unix()}, Key: key}
}

// written runs h until it has stored what waits.
func written(t *testing.T, h *Holders) {
	t.Helper()
	ended, stop := context.WithCancel(t.Context())
	stop()
	must(t, h.Run(ended))
}

func counts(t *testing.T, s *Store, kids ...string) (all []int64) {
	t.Helper()
	held, err := s.Count(t.Context(), kids)
	must(t, err)
	for _, kid := range kids {
		all = append(all, held[kid].Tokens)
	}
	return all
}

func TestTokensAreCountedByTheKeyThatTheyNeed(t *testing.T) {
	redistest.OnEach(t, func(t *testing.T, url string) {
		s := open(t, url)
		keys := parse(t, jwk("a", "a", ""), jwk("b", "b", ""), jwk("l", "l", `,"marts":["42"]`))
		h := NewHolders(s, func() *token.Keys { return keys }, quiet())
		lent, made, renewed := one("pc-1", "l", time.Hour), one("pc-1", "b", time.Hour), one("pc-1", "b", 3*time.Hour)
		lent.Lent, made.Lent = "l", "l"
		made.Origin, renewed.Origin = wire.Origin{Key: "l", IssuedAt: 1, Lent: true}, wire.Origin{Key: "a", IssuedAt: 1}
		steps := []struct {
			name string
			do   func()
			want [3]int64 // of a, b and l
		}{
			{"two devices", func() { h.Used(one("pc-1", "a", time.Hour)); h.Used(one("pc-2", "a", time.Hour)) }, [3]int64{2, 0, 0}},
			{"again", func() { h.Used(one("pc-1", "a", time.Hour)) }, [3]int64{2, 0, 0}},
			{"one has got a new token", func() { h.Issued(one("pc-1", "b", 2*time.Hour)) }, [3]int64{2, 1, 0}},
			{"and uses it", func() { h.Used(one("pc-1", "b", 2*time.Hour)) }, [3]int64{1, 1, 0}},
			{"somebody has the old one still", func() { h.Used(one("pc-1", "a", time.Hour)) }, [3]int64{2, 0, 0}},
			{"back", func() { h.Used(one("pc-1", "b", 2*time.Hour)) }, [3]int64{1, 1, 0}},
			{"the subject again, by a lent key", func() { h.Used(lent) }, [3]int64{1, 1, 1}},
			{"renewed from it: it needs both", func() { h.Used(made) }, [3]int64{1, 2, 1}},
			{"renewed again: it was the first key's, and is not", func() { h.Used(renewed) }, [3]int64{1, 2, 1}},
			{"one that has expired", func() { h.Used(one("pc-9", "a", -time.Second)) }, [3]int64{1, 2, 1}},
		}
		for _, step := range steps {
			step.do()
			written(t, h)
			if got := [3]int64(counts(t, s, "a", "b", "l")); got != step.want {
				t.Errorf("%s: %v, want %v", step.name, got, step.want)
			}
		}
		held, err := s.Count(t.Context(), []string{"a", "b", "l"})
		must(t, err)
		if held["a"].Renewed != 1 || held["b"].Renewed+held["l"].Renewed != 0 {
			t.Errorf("made of their tokens, and of another key now: %+v", held)
		}
		if left := time.Until(held["b"].Last); left < 2*time.Hour || left > 3*time.Hour {
			t.Errorf("the last of b ends in %v", left)
		}
	})
}

func TestAHolderOfALentKeyDoesNotFillRedis(t *testing.T) {
	s := open(t, redistest.Start(t).URL())
	s.most, s.mostLent = 300, 100
	keys := parse(t, jwk("a", "a", ""), jwk("l", "l", `,"marts":["42"]`))
	h := NewHolders(s, func() *token.Keys { return keys }, quiet())
	for n := range 1000 {
		lent, made := one(fmt.Sprint("pc-", n), "l", time.Hour), one(fmt.Sprint("pc-", n), "a", time.Hour)
		lent.Lent, made.Lent, made.Origin = "l", "l", wire.Origin{Key: "l", IssuedAt: 1, Lent: true}
		h.Used(lent)
		h.Used(made)
	}
	written(t, h)
	if got := counts(t, s, "a", "l"); got[0] != 100 || got[1] != 100 {
		t.Errorf("%v are kept", got)
	}
	h.Used(one("pc-1", "a", time.Hour))
	written(t, h)
	if got := counts(t, s, "a"); got[0] != 101 {
		t.Errorf("%v are kept: a genuine device does not count", got)
	}
}

func TestWhatRedisDidNotTakeIsStoredWhenItIsUsedAgain(t *testing.T) {
	redis := redistest.Start(t)
	s := open(t, redis.URL())
	keys := parse(t, jwk("a", "a", ""))
	h := NewHolders(s, func() *token.Keys { return keys }, quiet())
	redis.Kill()
	h.Used(one("pc-1", "a", time.Hour))
	written(t, h)
	redis.Restart()
	h.Used(one("pc-1", "a", time.Hour))
	written(t, h)
	if got := counts(t, s, "a"); got[0] != 1 {
		t.Errorf("%v are counted", got)
	}
}

func BenchmarkUsedAgain(b *testing.B) {
	keys := parse(b, jwk("a", "a", ""))
	h := NewHolders(nil, func() *token.Keys { return keys }, quiet())
	t := one("device-ABCDEFGHIJKLMNOPQRSTUVWXYZ", "a", time.Hour)
	b.ReportAllocs()
	for b.Loop() {
		h.Used(t)
	}
}
