package alarm

import (
	"testing"
	"time"

	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/settings"
)

func TestACardAges(t *testing.T) {
	tests := []struct {
		name   string
		aging  settings.Aging
		at     time.Time
		now    float64 // seconds
		age    int
		change float64 // 0: never
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
			d := with(settings.Settings{Aging: tt.aging})
			given := []ipc.Card{card(1, tt.at)}
			d.SetOrders(given)
			a := d.Decide(at(tt.now))
			if a.Cards[0].Age != tt.age || given[0].Age != ipc.AgeNew {
				t.Errorf("age %d, want %d; what was given has %d", a.Cards[0].Age, tt.age, given[0].Age)
			}
			if want := at(tt.change); tt.change != 0 && !a.NextChange.Equal(want) || tt.change == 0 && !a.NextChange.IsZero() {
				t.Errorf("next change %v, want %v", a.NextChange, want)
			}
		})
	}
}

func TestHiddenOrdersAreCounted(t *testing.T) {
	d := with(outside(night, silent))
	d.SetGap(true)
	d.SetOrders([]ipc.Card{card(1, at(1)), card(2, at(1))})
	a := d.Decide(at(1))
	if a.Orders != 2 || len(a.Cards) != 1 || a.Cards[0].Kind != ipc.CardGap || a.Icon != ipc.IconAttention {
		t.Errorf("%d orders, cards %+v, sign %s", a.Orders, a.Cards, a.Icon)
	}
}

// Each step undoes what the step before showed: then the next worse is shown.
func TestTheBannerShowsTheWorstFirst(t *testing.T) {
	d := with(outside(night, popup))
	d.SetOrders([]ipc.Card{card(1, at(-60))})
	d.Decide(at(0))
	d.SoundFailed(ipc.NoDevice, at(1))
	d.SetMuted(ipc.Muted, at(1))
	d.SetDiskError("full")
	d.Pause(at(0), 100*time.Second)
	d.SetConnection(ipc.Refused, at(1))
	steps := []struct {
		undo func()
		want string
		sign string
	}{
		{func() {}, BannerRefused, ipc.Refused},
		{func() { d.SetConnection(ipc.Connecting, at(1)) }, BannerLost, ipc.Lost},
		{func() { d.SetConnection(ipc.Connected, at(30)) }, BannerDisk, ipc.IconAttention},
		{func() { d.SetDiskError("") }, BannerSilent, ipc.IconAttention},
		{func() { d.SpeakerWorks(at(30)) }, BannerMuted, ipc.IconAttention},
		{func() { d.SetMuted("", at(30)) }, BannerMissed, ipc.IconWaiting},
		{func() { d.SetOrders([]ipc.Card{card(2, at(30))}) }, BannerPaused, ipc.IconWaiting},
		{func() { d.Pause(at(0), 0) }, BannerClosed, ipc.IconWaiting},
		{func() { d.SetOrders(nil) }, "", ipc.Connected},
	}
	for _, s := range steps {
		s.undo()
		if a := d.Decide(at(30)); a.Banner != s.want || a.Icon != s.sign {
			t.Errorf("banner %q, sign %q; want %q, %q", a.Banner, a.Icon, s.want, s.sign)
		}
	}
}
