package alarm

import (
	"testing"
	"time"

	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/settings"
)

func cancelledCard(n int, when float64) ipc.Card {
	c := card(n, at(when))
	c.ID, c.Kind = "1-0", ipc.CardCancelled
	return c
}

func TestAWithdrawalIsHeardOnceAndShownUntilItIsRead(t *testing.T) {
	const ringing = "order, again and again"
	other := card(2, at(0))
	tests := []struct {
		name     string
		settings settings.Settings
		happen   func(d *Decider)
		sound    string
		cards    int
		icon     string
	}{
		{"its ringing stops, and it has a sound of its own", settings.Settings{}, func(d *Decider) {
			d.SetOrders([]ipc.Card{card(1, at(0))})
			d.Decide(at(1))
			d.SetOrders([]ipc.Card{cancelledCard(1, 2)})
		}, "cancelled", 1, ipc.IconWaiting},
		{"it was heard", settings.Settings{}, func(d *Decider) {
			d.SetOrders([]ipc.Card{cancelledCard(1, 2)})
			d.Decide(at(2))
			d.SoundEnded()
			d.SetOrders([]ipc.Card{cancelledCard(1, 2)})
		}, "", 1, ipc.IconWaiting},
		{"it interrupts other orders, once", settings.Settings{}, func(d *Decider) {
			d.SetOrders([]ipc.Card{other, cancelledCard(1, 2)})
		}, "cancelled", 2, ipc.IconWaiting},
		{"and then they ring on", settings.Settings{}, func(d *Decider) {
			d.SetOrders([]ipc.Card{other, cancelledCard(1, 2)})
			d.Decide(at(2))
			d.SoundEnded()
		}, ringing, 2, ipc.IconWaiting},
		{"the next one is heard too", settings.Settings{}, func(d *Decider) {
			d.SetOrders([]ipc.Card{cancelledCard(1, 2)})
			d.Decide(at(2))
			d.SoundEnded()
			another := cancelledCard(1, 2)
			another.ID = "2-0"
			d.SetOrders([]ipc.Card{cancelledCard(1, 2), another})
		}, "cancelled", 2, ipc.IconWaiting},
		{"it was read before it was heard", settings.Settings{}, func(d *Decider) {
			d.SetOrders([]ipc.Card{cancelledCard(1, 2)})
			d.SetOrders(nil)
		}, "", 0, ipc.Connected},
		{"no speaker: it is tried again", settings.Settings{}, func(d *Decider) {
			d.SetOrders([]ipc.Card{cancelledCard(1, 2)})
			d.Decide(at(2))
			d.SoundFailed(ipc.NoDevice, at(2))
			d.SpeakerWorks(at(2))
		}, "cancelled", 1, ipc.IconWaiting},
		{"during a pause it is only shown", settings.Settings{}, func(d *Decider) {
			d.Pause(at(0), 100*time.Second)
			d.SetOrders([]ipc.Card{cancelledCard(1, 2)})
		}, "", 1, ipc.IconWaiting},
		{"outside business hours, in the tray only", outside(night, silent), func(d *Decider) {
			d.SetOrders([]ipc.Card{cancelledCard(1, 2)})
		}, "", 0, ipc.IconWaiting},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := with(tt.settings)
			tt.happen(d)
			a := d.Decide(at(3))
			if sound(a) != tt.sound || len(a.Cards) != tt.cards || a.Icon != tt.icon {
				t.Errorf("sound %q, %d cards, icon %s", sound(a), len(a.Cards), a.Icon)
			}
			for _, c := range a.Cards {
				if c.Kind == ipc.CardCancelled && c.Age != ipc.AgeNew {
					t.Error("it ages")
				}
			}
		})
	}
}

func TestAnOrderThatCannotBeReadIsAGapOfItsOwnKind(t *testing.T) {
	d := with(settings.Settings{})
	unreadable := func(gap, unreadable bool) string {
		d.SetGap(gap)
		d.SetUnreadable(unreadable)
		a := d.Decide(at(1))
		heard := sound(a)
		d.SoundEnded()
		if len(a.Cards) > 0 {
			return heard + " " + a.Cards[0].Kind
		}
		return heard
	}
	for i, want := range []string{"lost gap", "lost unreadable", " unreadable", ""} {
		if got := unreadable(i < 3, i == 1 || i == 2); got != want {
			t.Errorf("step %d: %q, want %q", i, got, want)
		}
	}
}
