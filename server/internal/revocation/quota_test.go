package revocation

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"jumun/shared/order"
	"jumun/shared/wire"
)

func TestAdministratorsOfSomeMartsFillHalfOfTheListAtMost(t *testing.T) {
	onEach(t, func(t *testing.T, s *Store) {
		s.limits = limits{all: 30, devices: 25, marts: 10, mart: 20}
		full := 0
		for n := range 20 {
			err := s.RevokeAt(t.Context(), fmt.Sprint("pc-", n), []order.MartID{"42", "43"}, n%2 == 0, Marts)
			if errors.Is(err, ErrFull) {
				full++
			} else if err != nil {
				t.Fatal(err)
			}
		}
		if n := s.client.HLen(t.Context(), key).Val(); n > 10+2 || full == 0 { // and two counts
			t.Errorf("there are %d fields, and %d requests had no room", n, full)
		}
		must(t, s.Revoke(t.Context(), wire.Revocation{Device: "stolen"}))
		must(t, s.RevokeAt(t.Context(), "stolen", []order.MartID{"42"}, true, Whole))
	})
}

func TestWhatIsRevokedUnderLentKeysHasPlacesOfItsOwnWhichUndoGivesBack(t *testing.T) {
	onEach(t, func(t *testing.T, s *Store) {
		s.limits = limits{all: 100, devices: 100, marts: 100, mart: 3, lent: 3, lentMart: 2}
		revoke := func(holder string, mart order.MartID, share Share) error {
			return s.RevokeAt(t.Context(), holder, []order.MartID{mart}, false, share)
		}
		wantFull := func(what string, err error) {
			t.Helper()
			if !errors.Is(err, ErrFull) {
				t.Errorf("%s: %v", what, err)
			}
		}
		must(t, revoke("x-1", "42", Lent))
		must(t, revoke("x-2", "42", Lent))
		wantFull("a third one under a lent key", revoke("x-3", "42", Lent))
		must(t, revoke("x-1", "43", Lent))
		wantFull("more than lent keys may at all marts", revoke("x-2", "43", Lent))
		for n := range 3 {
			must(t, revoke(fmt.Sprint("pc-", n), "42", Marts))
		}
		wantFull("a fourth one of the mart", revoke("pc-3", "42", Marts))
		for _, holder := range []string{"x-1", "pc-0"} {
			_, err := s.Undo(t.Context(), wire.Revocation{Device: holder, MartID: "42"})
			must(t, err)
		}
		must(t, revoke("x-3", "42", Lent))
		must(t, revoke("pc-3", "42", Marts))
		wantFull("what was taken back, again", revoke("pc-0", "42", Marts))
		wantFull("what was taken back, again, under a lent key", revoke("x-1", "42", Lent))

		s.put(t, key, "at:42/x-2", fmt.Sprint(s.now(t).Add(-keepRevocations-time.Hour).UnixMilli()))
		must(t, s.forgetOld(t.Context(), []string{"at:42/x-2"}))
		must(t, revoke("x-1", "42", Lent))
		wantFull("one was forgotten, and there is room for two", revoke("x-4", "42", Lent))
	})
}
