package alarm

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/settings"
	"jumun/shared/order"
)

// A life is a Decider to which anything happens, and what its surroundings know of it.
type life struct {
	*Decider
	rand   *rand.Rand
	now    time.Time
	cards  []ipc.Card
	paused time.Time
	broken bool
	alarm  Alarm
}

func (l *life) one(list ...string) string { return list[l.rand.IntN(len(list))] }

func (l *life) settings() settings.Settings {
	return settings.Settings{
		Mart: "42", Volume: l.rand.Float64(), Repeat: l.rand.IntN(4), Remind: l.rand.IntN(4), Patience: l.rand.IntN(40),
		Aging: settings.Aging{Late: l.rand.IntN(5), VeryLate: l.rand.IntN(9)},
		Hours: settings.Hours{
			Open: l.one("", "11:50", "12:10", "18:00"), Close: l.one("", "12:05", "13:00", "02:00", "?"),
			Outside: l.one(settings.OutsideRing, settings.OutsidePopup, settings.OutsideSilent),
		},
	}
}

// happen makes one random thing happen, the likelier ones more often.
func (l *life) happen() {
	soon := l.now.Add(time.Duration(l.rand.IntN(600)-60) * time.Second)
	events := []func(){
		l.order, l.order, l.order, l.confirm, l.confirm, l.cancel,
		func() { l.SetSettings(l.settings()) },
		func() { l.SetConnection(ipc.Connected, l.now) },
		func() { l.SetConnection(ipc.Connected, l.now) },
		func() { l.SetConnection(l.one(ipc.Connecting, ipc.Connecting, ipc.Refused, ipc.NotSet), l.now) },
		func() { l.Pause(l.now, soon.Sub(l.now)); l.paused = soon },
		func() { l.SetGap(l.rand.IntN(2) == 0) },
		func() { l.StartTest(l.now) },
		l.EndTest,
		func() { l.StartOfficeTest(order.ID(l.one("1-0", "2-0")), l.now) },
		l.ReadOfficeTest,
		func() { l.Preview(ipc.Play{Sound: ipc.SoundChime}, l.now) },
		func() { l.SetMuted(l.one("", "", ipc.Muted), l.now) },
		func() { l.SetDiskError(l.one("", "full")) },
		func() { l.SetWindowError(l.one("", "no OpenGL")) },
		l.speaker, l.speaker, l.speaker,
	}
	events[l.rand.IntN(len(events))]()
}

func (l *life) order() {
	recorded := l.now.Add(time.Duration(l.rand.IntN(400)-350) * time.Second)
	l.cards = append(slices.Clone(l.cards), card(l.rand.Int(), recorded))
	l.SetOrders(l.cards)
}

// cancel withdraws the oldest order, unless it is withdrawn.
func (l *life) cancel() {
	if len(l.cards) > 0 {
		l.cards = slices.Clone(l.cards)
		l.cards[0].ID, l.cards[0].Kind = order.ID(l.cards[0].Kind), ipc.CardCancelled
	}
	l.SetOrders(l.cards)
}

// waiting returns how many orders were not withdrawn.
func (l *life) waiting() (n int) {
	for _, c := range l.cards {
		if c.Kind != ipc.CardCancelled {
			n++
		}
	}
	return n
}

func (l *life) confirm() {
	if len(l.cards) > 0 {
		l.cards = slices.Clone(l.cards[1:])
	}
	l.SetOrders(l.cards)
}

// speaker answers as a player process would: the sound or the check works, or fails.
func (l *life) speaker() {
	if l.alarm.CheckSpeaker {
		l.CheckStarted(l.now)
	}
	switch p := l.alarm.Play; {
	case p == nil && !l.alarm.CheckSpeaker || l.rand.IntN(4) == 0: // it says nothing yet
	case l.rand.IntN(3) == 0:
		l.SoundFailed(ipc.NoDevice, l.now)
		l.broken = true
	default:
		l.SpeakerWorks(l.now)
		l.broken = false
		if p != nil && !p.Repeat {
			l.SoundEnded()
		}
	}
}

func (l *life) mustNotBeSilent(t *testing.T) {
	t.Helper()
	quiet := l.now.Before(l.paused) || l.alarm.Closed && l.Decider.settings.Hours.Outside != settings.OutsideRing
	cancelled := l.alarm.Play != nil && l.alarm.Play.Sound == ipc.SoundCancelled // which comes before them, once
	if rings := l.alarm.Play != nil && l.alarm.Play.Repeat; !l.broken && !cancelled && rings != (l.waiting() > 0 && !quiet) {
		t.Fatalf("%d orders wait, quiet %v: plays %+v", len(l.cards), quiet, l.alarm.Play)
	}
	if l.alarm.Orders != l.waiting() {
		t.Fatalf("%d orders, want %d", l.alarm.Orders, l.waiting())
	}
}

// mustHold fails if the Alarm changes before its NextChange, at some random moments.
func (l *life) mustHold(t *testing.T) {
	t.Helper()
	end := l.alarm.NextChange
	if end.IsZero() {
		end = l.now.Add(100 * time.Hour)
	}
	moments := []time.Time{l.now, end.Add(-1)}
	for range 4 {
		moments = append(moments, l.now.Add(time.Duration(l.rand.Int64N(int64(end.Sub(l.now))))))
	}
	slices.SortFunc(moments, time.Time.Compare)
	for _, at := range moments[:1+l.rand.IntN(len(moments))] {
		l.now = at
		if a := l.Decide(at); differ(a, l.alarm) {
			t.Fatalf("at %v of %v:\n%+v\nbefore:\n%+v", at, end, a, l.alarm)
		}
	}
}

func TestWhateverHappensNoOrderIsSilentAndNothingChangesBeforeNextChange(t *testing.T) {
	for seed := range uint64(40) {
		l := &life{Decider: &Decider{}, rand: rand.New(rand.NewPCG(seed, 0)), now: noon}
		l.SetSettings(l.settings())
		for range 200 {
			for range 1 + l.rand.IntN(2) {
				l.happen()
			}
			l.alarm = l.Decide(l.now)
			l.mustNotBeSilent(t)
			l.mustHold(t)
			if was := l.alarm; l.rand.IntN(3) > 0 && !was.NextChange.IsZero() {
				l.now = was.NextChange
				l.alarm = l.Decide(l.now)
				l.mustNotBeSilent(t)
				if was.NextChange = l.alarm.NextChange; !differ(was, l.alarm) {
					t.Fatalf("seed %d: NextChange changed nothing at %v: %+v", seed, l.now, l.alarm)
				}
			}
		}
	}
}
