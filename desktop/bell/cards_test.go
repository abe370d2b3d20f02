package bell

import (
	"testing"
	"time"

	"jumun/desktop/pipe"
)

func TestACardAges(t *testing.T) {
	tests := []struct {
		name  string
		aging pipe.Aging
		at    time.Time
		now   float64 // seconds
		age   int
		wake  float64 // 0: never
	}{
		{"just made", pipe.Aging{Late: 3, VeryLate: 5}, at(0), 1, pipe.AgeNew, 180},
		{"nearly late", pipe.Aging{Late: 3, VeryLate: 5}, at(0), 179, pipe.AgeNew, 180},
		{"late", pipe.Aging{Late: 3, VeryLate: 5}, at(0), 180, pipe.AgeLate, 300},
		{"very late", pipe.Aging{Late: 3, VeryLate: 5}, at(0), 300, pipe.AgeVeryLate, 0},
		{"of the future", pipe.Aging{Late: 3, VeryLate: 5}, at(3600), 300, pipe.AgeNew, 3780},
		{"of no known time", pipe.Aging{Late: 3, VeryLate: 5}, time.Time{}, 300, pipe.AgeNew, 0},
		{"never late", pipe.Aging{VeryLate: 5}, at(0), 299, pipe.AgeNew, 300},
		{"never very late", pipe.Aging{Late: 3}, at(0), 1e6, pipe.AgeLate, 0},
		{"very late before late", pipe.Aging{Late: 5, VeryLate: 3}, at(0), 180, pipe.AgeVeryLate, 0},
		{"not at all", pipe.Aging{}, at(0), 1e6, pipe.AgeNew, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := with(pipe.Settings{Aging: tt.aging})
			given := []pipe.Card{card(1, tt.at)}
			b.Wait(given)
			a := b.Next(at(tt.now))
			if a.Cards[0].Age != tt.age || given[0].Age != pipe.AgeNew {
				t.Errorf("age %d, want %d; what was given has %d", a.Cards[0].Age, tt.age, given[0].Age)
			}
			if want := at(tt.wake); tt.wake != 0 && !a.Wake.Equal(want) || tt.wake == 0 && !a.Wake.IsZero() {
				t.Errorf("wake %v, want %v", a.Wake, want)
			}
		})
	}
}

func TestHiddenOrdersAreCounted(t *testing.T) {
	b := with(outside(night, silent))
	b.Missing(true)
	b.Wait([]pipe.Card{card(1, at(1)), card(2, at(1))})
	a := b.Next(at(1))
	if a.Orders != 2 || len(a.Cards) != 1 || a.Cards[0].Kind != pipe.CardGap || a.Sign != pipe.SignAttention {
		t.Errorf("%d orders, cards %+v, sign %s", a.Orders, a.Cards, a.Sign)
	}
}

// Each row undoes what the one before was about: what is next worse is told then.
func TestTheWorstIsOnTheBannerFirst(t *testing.T) {
	b := with(outside(night, popup))
	b.Wait([]pipe.Card{card(1, at(-60))})
	b.Next(at(0))
	b.Broke(pipe.NoDevice, at(1))
	b.Muted(pipe.Muted, at(1))
	b.Stored("full")
	b.Pause(at(100))
	b.Linked(pipe.Refused, at(1))
	steps := []struct {
		undo func()
		want string
		sign string
	}{
		{func() {}, BannerRefused, pipe.Refused},
		{func() { b.Linked(pipe.Connecting, at(1)) }, BannerLost, pipe.Lost},
		{func() { b.Linked(pipe.Connected, at(30)) }, BannerDisk, pipe.SignAttention},
		{func() { b.Stored("") }, BannerSilent, pipe.SignAttention},
		{func() { b.Heard(at(30)) }, BannerMuted, pipe.SignAttention},
		{func() { b.Muted("", at(30)) }, BannerMissed, pipe.SignWaiting},
		{func() { b.Wait([]pipe.Card{card(2, at(30))}) }, BannerPaused, pipe.SignWaiting},
		{func() { b.Pause(time.Time{}) }, BannerClosed, pipe.SignWaiting},
		{func() { b.Wait(nil) }, "", pipe.Connected},
	}
	for _, s := range steps {
		s.undo()
		if a := b.Next(at(30)); a.Banner != s.want || a.Sign != s.sign {
			t.Errorf("banner %q, sign %q; want %q, %q", a.Banner, a.Sign, s.want, s.sign)
		}
	}
}
