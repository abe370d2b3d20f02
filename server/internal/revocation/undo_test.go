package revocation

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"jumun/server/internal/redistest"
	"jumun/shared/order"
	"jumun/shared/wire"
)

func redisURL(t testing.TB) string { return redistest.Start(t).URL() }

func TestARevocationIsTakenBackAndNoServerOfBeforeUndoesThat(t *testing.T) {
	onEach(t, func(t *testing.T, s *Store) {
		for _, v := range []wire.Revocation{{Device: "pc-1"}, {MartID: "42"}, {Key: "k1"}, {Device: "pc-1", MartID: "42"}} {
			if was, err := s.Undo(t.Context(), v); was || err != nil {
				t.Errorf("%+v: it was revoked %v, %v", v, was, err)
			}
			counts := func() bool {
				at, err := s.At(t.Context(), v)
				must(t, err)
				return !at[0].IsZero()
			}
			must(t, s.Revoke(t.Context(), v))
			revoked, err := s.At(t.Context(), v)
			must(t, err)
			if was, err := s.Undo(t.Context(), v); !was || err != nil || counts() {
				t.Errorf("%+v: it was revoked %v, and is %v, %v", v, was, counts(), err)
			}
			before := v
			before.At = revoked[0]
			must(t, s.client.HDel(t.Context(), key, fieldOf(v)).Err())
			if must(t, s.Restore(t.Context(), []wire.Revocation{before})); counts() {
				t.Errorf("%+v counts again, since somebody wrote it back", v)
			}
			if must(t, s.Revoke(t.Context(), v)); !counts() {
				t.Errorf("%+v does not count, though it was revoked again", v)
			}
		}
	})
}

func TestWhatTheAdministratorsOfAMartRevokeHasALimitAndKeepsRoomForOthers(t *testing.T) {
	onEach(t, func(t *testing.T, s *Store) {
		s.limits = limits{all: 20, devices: 15, marts: 15, mart: 3}
		at := func(mart order.MartID, n int) error {
			return s.RevokeAt(t.Context(), fmt.Sprint("pc-", n), []order.MartID{mart}, false, Marts)
		}
		for n := range 6 {
			for range 2 { // again costs no room
				if err := at("42", n); errors.Is(err, ErrFull) != (n >= 3) {
					t.Fatalf("the %d of one mart: %v", n+1, err)
				}
			}
		}
		must(t, at("43", 1))
		old := s.now(t).Add(-keepRevocations - time.Hour).UnixMilli()
		s.put(t, key, "at:42/pc-0", fmt.Sprint(old))
		must(t, s.forgetOld(t.Context(), []string{"at:42/pc-0"}))
		must(t, at("42", 7))
		if err := at("42", 8); !errors.Is(err, ErrFull) {
			t.Errorf("one was forgotten, and there is room for two: %v", err)
		}
	})
}

func TestServersOfBeforeVoidAtAllMartsWhatIsRevokedAtOne(t *testing.T) {
	onEach(t, func(t *testing.T, s *Store) {
		theirs := func() bool { // what a server of before sees
			return s.client.HExists(t.Context(), key, "device:pc-1").Val()
		}
		everywhere := func() bool {
			at, err := s.At(t.Context(), wire.Revocation{Device: "pc-1"})
			must(t, err)
			return !at[0].IsZero()
		}
		must(t, s.RevokeAt(t.Context(), "pc-1", []order.MartID{"42"}, false, Marts))
		if theirs() || everywhere() {
			t.Error("it is void at all marts")
		}
		must(t, s.RevokeAt(t.Context(), "pc-1", []order.MartID{"42"}, true, Marts))
		if !theirs() || everywhere() {
			t.Errorf("for servers of before: %v; for us: %v", theirs(), everywhere())
		}
		must(t, s.RevokeAt(t.Context(), "shop/pc-1", []order.MartID{"42"}, true, Marts))
		if s.client.HExists(t.Context(), key, "device:shop/pc-1").Val() {
			t.Error("servers of before know a lent key")
		}
		must(t, s.Revoke(t.Context(), wire.Revocation{Device: "pc-1"}))
		must(t, s.RevokeAt(t.Context(), "pc-1", []order.MartID{"42"}, true, Marts))
		if !everywhere() {
			t.Error("revoking it at one mart took back that it was revoked at all")
		}
	})
}

func TestAHintNamesWhatHasChanged(t *testing.T) {
	s := open(t, redisURL(t))
	hints := s.hints(t)
	must(t, s.Revoke(t.Context(), wire.Revocation{Device: "pc-1"}, wire.Revocation{Key: "k1"}))
	if said := hinted(t, hints); said != "device:pc-1\nkey:k1" {
		t.Errorf("it said %q", said)
	}
	_, err := s.Undo(t.Context(), wire.Revocation{Key: "k1"})
	must(t, err)
	if said := hinted(t, hints); said != "undo:key:k1" {
		t.Errorf("it said %q", said)
	}
}
