package command

import (
	"testing"
	"time"

	"jumun/shared/wire"
)

func TestAPCThatWasPairedAgainIsToldFromOneThatIsAway(t *testing.T) {
	day := func(n int) time.Time { return time.Date(2026, 7, n, 9, 0, 0, 0, time.UTC) }
	before := wire.Device{ID: "device-a", Name: "카운터", PairedAt: day(1), SeenAt: day(3)}
	now := wire.Device{ID: "device-b", Name: "카운터", PairedAt: day(4), SeenAt: day(5), Connected: true}
	other := wire.Device{ID: "device-c", Name: "주방", PairedAt: day(1), SeenAt: day(3)}
	both := wire.Device{ID: "device-d", Name: "카운터", PairedAt: day(2), SeenAt: day(5)} // has been there since: another PC of that name
	list := []wire.Device{before, now, other, both}
	for i, want := range []string{"away, paired again", "connected", "away", "away"} {
		if got := deviceState(list, list[i]); got != want {
			t.Errorf("%s is %s, want %s", list[i].ID, got, want)
		}
	}
	now.RevokedAt = day(5)
	if got := deviceState([]wire.Device{before, now}, before); got != "away" {
		t.Errorf("it was paired again as one that was revoked: %s", got)
	}
}
