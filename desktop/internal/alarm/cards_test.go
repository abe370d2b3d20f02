package alarm

import (
	"testing"
	"time"

	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/settings"
)

func TestACardAges(t *testing.T) {
	tests := []struct {
		name  string
		aging settings.Aging
		at    time.Time
		now   float64 // seconds
		age   int
		wake  float64 // 0: never
	}{
		{"just made", settings.Aging{Late: 3, VeryLate: 5}, at(0), 1, ipc.AgeNew, 180},
		{"nearly late", settings.Aging{Late: 3, VeryLate: 5}, at(0), 179, ipc.AgeNew, 180},
		{"late", settings.Aging{Late: 3, VeryLate: 5}, at(0), 180, ipc.AgeLate, 300},
		{"very late", settings.Aging{Late: 3, VeryLate: 5}, at(0), 300, ipc.AgeVeryLate, 0},
		{"of the future", settings.Aging{Late: 3, VeryLate: 5}, at(3600), 300, ipc.AgeNew, 3780},
		{"of no known time", settings.Aging{Late: 3, VeryLate: 5}, time.Time{}, 300, ipc.AgeNew, 0},
		{"never late", settings.Aging{VeryLate: 5}, at(0), 299, ipc.AgeNew, 300},
		{"never very late", settings.Aging{Late: 3}, at(0), 1e6, ipc.AgeLate, 0},
		{"very late before late", settings.Aging{Late: 5, VeryLate: 3}, at(0), 180, ipc.AgeVeryLate, 0},
		{"not at all", settings.Aging{}, at(0), 1e6, ipc.AgeNew, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := with(settings.Settings{Aging: tt.aging})
			given := []ipc.Card{card(1, tt.at)}
			b.SetOrders(given)
			a := b.Decide(at(tt.now))
			if a.Cards[0].Age != tt.age || given[0].Age != ipc.AgeNew {
				t.Errorf("age %d, want %d; what was given has %d", a.Cards[0].Age, tt.age, given[0].Age)
			}
			if want := at(tt.wake); tt.wake != 0 && !a.NextChange.Equal(want) || tt.wake == 0 && !a.NextChange.IsZero() {
				t.Errorf("wake %v, want %v", a.NextChange, want)
			}
		})
	}
}

func TestHiddenOrdersAreCounted(t *testing.T) {
	b := with(outside(night, silent))
	b.SetGap(true)
	b.SetOrders([]ipc.Card{card(1, at(1)), card(2, at(1))})
	a := b.Decide(at(1))
	if a.Orders != 2 || len(a.Cards) != 1 || a.Cards[0].Kind != ipc.CardGap || a.Icon != ipc.IconAttention {
		t.Errorf("%d orders, cards %+v, sign %s", a.Orders, a.Cards, a.Icon)
	}
}

// Each row undoes what the one before was about: what is next worse is told then.
func TestTheWorstIsOnTheBannerFirst(t *testing.T) {
	b := with(outside(night, popup))
	b.SetOrders([]ipc.Card{card(1, at(-60))})
	b.Decide(at(0))
	b.SoundFailed(ipc.NoDevice, at(1))
	b.SetMuted(ipc.Muted, at(1))
	b.SetDiskError("full")
	b.PauseUntil(at(100))
	b.SetConnection(ipc.Refused, at(1))
	steps := []struct {
		undo func()
		want string
		sign string
	}{
		{func() {}, BannerRefused, ipc.Refused},
		{func() { b.SetConnection(ipc.Connecting, at(1)) }, BannerLost, ipc.Lost},
		{func() { b.SetConnection(ipc.Connected, at(30)) }, BannerDisk, ipc.IconAttention},
		{func() { b.SetDiskError("") }, BannerSilent, ipc.IconAttention},
		{func() { b.SpeakerWorks(at(30)) }, BannerMuted, ipc.IconAttention},
		{func() { b.SetMuted("", at(30)) }, BannerMissed, ipc.IconWaiting},
		{func() { b.SetOrders([]ipc.Card{card(2, at(30))}) }, BannerPaused, ipc.IconWaiting},
		{func() { b.PauseUntil(time.Time{}) }, BannerClosed, ipc.IconWaiting},
		{func() { b.SetOrders(nil) }, "", ipc.Connected},
	}
	for _, s := range steps {
		s.undo()
		if a := b.Decide(at(30)); a.Banner != s.want || a.Icon != s.sign {
			t.Errorf("banner %q, sign %q; want %q, %q", a.Banner, a.Icon, s.want, s.sign)
		}
	}
}
