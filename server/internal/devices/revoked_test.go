package devices

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"jumun/server/internal/revocation"
	"jumun/shared/wire"
)

func TestDevicesSaySinceWhenTheyAreRevoked(t *testing.T) {
	hour := func(n int) time.Time { return noon.Add(time.Duration(n) * time.Hour) }
	tests := []struct {
		name    string
		revoked map[string]time.Time
		want    time.Time
	}{
		{"nothing was", nil, time.Time{}},
		{"another device was", map[string]time.Time{"device:pc-2": hour(1), "mart:43": hour(1), "key:pc-1": hour(1)}, time.Time{}},
		{"the device was", map[string]time.Time{"device:pc-1": hour(1)}, hour(1)},
		{"the device was, before it was paired by the clock", map[string]time.Time{"device:pc-1": hour(-1)}, hour(-1)},
		{"its mart was", map[string]time.Time{"mart:42": hour(1)}, hour(1)},
		{"its mart was, in the second in which it was paired", map[string]time.Time{"mart:42": noon}, noon},
		{"its mart was, before it was paired", map[string]time.Time{"mart:42": noon.Add(-time.Millisecond)}, time.Time{}},
		{"every mart was, and later the device", map[string]time.Time{"mart:*": hour(1), "device:pc-1": hour(2)}, hour(1)},
		{"every mart was, before it was paired", map[string]time.Time{"mart:*": hour(-1)}, time.Time{}},
	}
	onEach(t, func(t *testing.T, r *Registry) {
		d := device("pc-1")
		d.PairedAt = noon.Add(999 * time.Millisecond) // tokens know whole seconds only
		must(t, r.Enrol(t.Context(), d))
		for _, tt := range tests {
			must(t, r.client.Del(context.WithoutCancel(t.Context()), "jumun:revocations").Err())
			for field, at := range tt.revoked {
				r.put(t, "jumun:revocations", field, fmt.Sprint(at.UnixMilli()))
			}
			if got := r.only(t); !got.RevokedAt.Equal(tt.want) {
				t.Errorf("%s: since %v", tt.name, got.RevokedAt)
			}
		}
	})
}

func TestRevokingAMartRevokesTheDevicesWhoseTokensComeFromAClockThatIsAhead(t *testing.T) {
	onEach(t, func(t *testing.T, r *Registry) {
		ahead, elsewhere := device("ahead"), device("elsewhere")
		ahead.PairedAt = r.now(t).Add(48 * time.Hour)
		elsewhere.MartID, elsewhere.PairedAt = "43", ahead.PairedAt
		for _, d := range []wire.Device{device("pc-1"), ahead, elsewhere} {
			must(t, r.Enrol(t.Context(), d))
		}
		must(t, r.Revoke(t.Context(), wire.Revocation{MartID: "42"}))
		for _, d := range append(r.list(t, "42"), r.list(t, "43")...) {
			if d.RevokedAt.IsZero() != (d.ID == "elsewhere") {
				t.Errorf("%s: revoked at %v", d.ID, d.RevokedAt)
			}
		}
	})
}

func TestDevicesOfALentKeyThatAreAheadTakeNoPlaceOfTheMart(t *testing.T) {
	onEach(t, func(t *testing.T, r *Registry) {
		r.put(t, "jumun:revocations", "count:lent/42", "1000") // as many as lent keys may
		for _, id := range []string{"shop/1", "ahead", "shop/2"} {
			d := device(id)
			d.PairedAt = r.now(t).Add(48 * time.Hour)
			must(t, r.Enrol(t.Context(), d))
		}
		if err := r.Revoke(t.Context(), wire.Revocation{MartID: "42"}); !errors.Is(err, revocation.ErrFull) {
			t.Errorf("what has no room is not said: %v", err)
		}
		for _, d := range r.list(t, "42") {
			if d.RevokedAt.IsZero() == (d.ID == "ahead") {
				t.Errorf("%s: revoked at %v", d.ID, d.RevokedAt)
			}
		}
	})
}
