package revocation

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"jumun/server/internal/auth/token"
	"jumun/shared/order"
	"jumun/shared/wire"
)

const life = 90 * 24 * 3600 // of a token, in seconds

// issued returns the token of pc-1 that was issued at a time and lives as long as those of a server do.
func issued(at int64) token.Token {
	return token.Token{Claims: wire.Claims{Subject: "pc-1", Role: wire.RoleDevice, Marts: []order.MartID{"42"}, IssuedAt: at, Expires: at + life, Renew: wire.Forever}, Key: "k1"}
}

// renew renews a token and returns the new one.
func (s *Store) renew(t *testing.T, list *List, old token.Token) (next token.Token, again bool) {
	t.Helper()
	r, err := s.Renew(t.Context(), list, old, life)
	must(t, err)
	return token.Token{Claims: old.Next(r.IssuedAt, life), Key: "k2"}, r.Again
}

// void reports whether a token is void by what Redis has, and that then it is not renewed.
func (s *Store) void(t *testing.T, old token.Token) bool {
	t.Helper()
	list := &List{}
	must(t, s.Refresh(t.Context(), list, old))
	if !list.Voids(old, "42") {
		return false
	}
	if _, err := s.Renew(t.Context(), &List{}, old, life); !errors.Is(err, ErrVoid) {
		t.Errorf("it is void, and its renewal: %v", err)
	}
	return true
}

func TestInNormalLifeARenewalLeavesNothingInTheList(t *testing.T) {
	onEach(t, func(t *testing.T, s *Store) {
		now := s.now(t).Unix()
		// Each is renewed when half its life is over: the one before it has expired then.
		first := issued(now - life/2 - 3600)
		second, again := s.renew(t, &List{}, first)
		if again || second.IssuedAt < now || second.Origin != (wire.Origin{Key: "k1", IssuedAt: first.IssuedAt}) {
			t.Errorf("the second is %+v, again %v", second, again)
		}
		third := issued(second.IssuedAt + 1) // made elsewhere, while the first is still valid
		must(t, s.client.HSet(t.Context(), renewedKey(third), "before", 0, "exp", now-1).Err())
		if _, again := s.renew(t, &List{}, third); again {
			t.Error("the third was renewed before")
		}
		if got := s.all(t); len(got) != 0 {
			t.Errorf("the list has %+v", got)
		}
	})
}

func TestTokensOfOneSecondAreInOrder(t *testing.T) {
	s := open(t, redisURL(t))
	last := issued(s.now(t).Unix() - 10)
	for range 5 {
		next, again := s.renew(t, &List{}, last)
		if again || next.IssuedAt <= last.IssuedAt {
			t.Fatalf("%d follows %d, again %v", next.IssuedAt, last.IssuedAt, again)
		}
		last = next
	}
	ahead := issued(s.now(t).Unix() + 3600) // by the clock of another machine
	if next, _ := s.renew(t, &List{}, ahead); next.IssuedAt != ahead.IssuedAt+1 {
		t.Errorf("%d follows %d", next.IssuedAt, ahead.IssuedAt)
	}
}

func TestALostAnswerLosesNobodyAndIsNoted(t *testing.T) {
	onEach(t, func(t *testing.T, s *Store) {
		old := issued(s.now(t).Unix() - 1000)
		lost, _ := s.renew(t, &List{}, old) // it never arrived
		next, again := s.renew(t, &List{}, old)
		if !again {
			t.Error("nobody noticed that it was renewed twice")
		}
		if s.void(t, next) {
			t.Error("the new token is void")
		}
		final, again := s.renew(t, &List{}, next)
		if again || s.void(t, final) || !s.void(t, old) || !s.void(t, lost) {
			t.Errorf("again %v; void are the last one %v, the old one %v, and the one that was lost %v", again, s.void(t, final), s.void(t, old), s.void(t, lost))
		}
	})
}

func TestOfTwoWhoRenewTheSameTokenOneIsFoundOut(t *testing.T) {
	onEach(t, func(t *testing.T, s *Store) {
		copied := issued(s.now(t).Unix() - 1000)
		shops, _ := s.renew(t, &List{}, copied)
		thiefs, again := s.renew(t, &List{}, copied)
		if !again {
			t.Error("the second renewal was not noticed")
		}
		if shops, again = s.renew(t, &List{}, shops); !again {
			t.Error("that the shop renewed a token that was not the newest was not noticed")
		}
		list := &List{}
		shops, _ = s.renew(t, list, shops)
		must(t, s.Refresh(t.Context(), list, thiefs))
		if !list.Replaced(thiefs) || list.Replaced(shops) || !s.void(t, thiefs) {
			t.Errorf("the thief's token is replaced: %v; the shop's: %v", list.Replaced(thiefs), list.Replaced(shops))
		}
		if got := s.all(t); len(got) != 1 || !got[0].Older {
			t.Errorf("the list has %+v", got)
		}
	})
}

func TestWhatIsRevokedIsNotRenewed(t *testing.T) {
	origin := wire.Origin{Key: "leaked", IssuedAt: 1, Lent: true}
	tests := []struct {
		name    string
		revoked wire.Revocation
		void    bool
	}{
		{"its holder", wire.Revocation{Device: "leaked/pc-1"}, true},
		{"its subject, by a server of before", wire.Revocation{Device: "pc-1"}, true},
		{"the subject of another key", wire.Revocation{Device: "other/pc-1"}, false},
		{"the key that signed it", wire.Revocation{Key: "k1"}, true},
		{"the key of its first token", wire.Revocation{Key: "leaked"}, true},
		{"its mart, which it loses", wire.Revocation{MartID: "42"}, false},
		{"its holder at its mart, which it loses", wire.Revocation{Device: "leaked/pc-1", MartID: "42"}, false},
		{"another mart", wire.Revocation{MartID: "43"}, false},
	}
	onEach(t, func(t *testing.T, s *Store) {
		for i, tt := range tests {
			must(t, s.client.Del(t.Context(), key).Err())
			must(t, s.Revoke(t.Context(), tt.revoked))
			list, old := &List{}, issued(s.now(t).Unix()-1000+int64(i))
			old.Origin, old.Lent = origin, "leaked"
			_, err := s.Renew(t.Context(), list, old, life)
			if errors.Is(err, ErrVoid) != tt.void || err != nil && !tt.void {
				t.Errorf("%s: %v", tt.name, err)
			}
			if loses := tt.void || tt.revoked.MartID == "42"; list.Voids(old, "42") != loses {
				t.Errorf("%s: what is known after the renewal voids it: %v", tt.name, !loses)
			}
			_, err = s.Undo(t.Context(), tt.revoked)
			must(t, err)
			if _, err := s.Renew(t.Context(), list, old, life); err != nil || list.Voids(old, "42") {
				t.Errorf("%s, and that was taken back: %v", tt.name, err)
			}
		}
	})
}

func TestOfHoldersThatAreMadeUpNothingStaysInRedis(t *testing.T) {
	onEach(t, func(t *testing.T, s *Store) {
		made := issued(s.now(t).Unix() + 10)
		made.Lent, made.Key = "shop", "shop"
		for range 3 {
			next, again := s.renew(t, &List{}, made)
			if again || next.IssuedAt != made.IssuedAt+1 {
				t.Errorf("%d follows %d, again %v", next.IssuedAt, made.IssuedAt, again)
			}
		}
		if n := s.client.Exists(t.Context(), renewedKey(made), key).Val(); n != 0 {
			t.Errorf("%d keys are left", n)
		}
	})
}

// In any order of renewals, a renewal voids the tokens that are older than the one it renews, and no other;
// and no two tokens are issued in the same second.
func TestRenewalsInAnyOrderDoWhatAModelDoes(t *testing.T) {
	s, dice := open(t, redisURL(t)), rand.New(rand.NewPCG(1, 2))
	tokens := []token.Token{issued(s.now(t).Unix() - 1000)}
	var oldest, newest int64 // that are valid, and that there are
	newest = tokens[0].IssuedAt
	for step := range 200 {
		old := tokens[max(0, len(tokens)-1-dice.IntN(4))]
		r, err := s.Renew(t.Context(), &List{}, old, life)
		if void := old.IssuedAt < oldest; void != errors.Is(err, ErrVoid) || err != nil && !void {
			t.Fatalf("step %d: it is void %v, %v", step, void, err)
		} else if void {
			continue
		}
		if r.Again != (old.IssuedAt < newest) || r.IssuedAt <= newest {
			t.Fatalf("step %d: of %d, with the newest %d, it made %+v", step, old.IssuedAt, newest, r)
		}
		oldest, newest = max(oldest, old.IssuedAt), r.IssuedAt
		tokens = append(tokens, token.Token{Claims: old.Next(r.IssuedAt, life), Key: "k1"})
		list := &List{}
		must(t, s.Refresh(t.Context(), list, old))
		for _, each := range tokens {
			if list.Voids(each, "42") != (each.IssuedAt < oldest) {
				t.Fatalf("step %d: the token of %d is void %v; the oldest that is valid is of %d", step, each.IssuedAt, list.Voids(each, "42"), oldest)
			}
		}
	}
	if made := len(tokens); made < 50 {
		t.Errorf("only %d tokens were made", made)
	}
}

// BenchmarkRenew shows that the cost of a renewal does not depend on what else was revoked.
func BenchmarkRenew(b *testing.B) {
	for _, others := range []int{0, 100_000} {
		b.Run(fmt.Sprint(others), func(b *testing.B) {
			s := open(b, redisURL(b))
			pipe := s.client.Pipeline()
			for i := range others {
				pipe.HSet(b.Context(), key, fmt.Sprint("device:other-", i), time.Now().UnixMilli())
			}
			_, err := pipe.Exec(b.Context())
			must(b, err)
			old, list := issued(time.Now().Unix()), &List{}
			for b.Loop() {
				r, err := s.Renew(b.Context(), list, old, life)
				must(b, err)
				old.IssuedAt = r.IssuedAt
			}
		})
	}
}
