package agent

import (
	"context"
	"errors"
	"log/slog"
	"reflect"
	"slices"
	"time"

	"jumun/desktop/internal/alarm"
	"jumun/desktop/internal/client"
	"jumun/desktop/internal/ipc"
	"jumun/shared/order"
	"jumun/shared/wire"
)

const (
	// officeAnswer is when a test alarm of the head office is answered at the latest: a slow PC needs a while for its first
	// window and its sound. What comes later is told later.
	officeAnswer = 15 * time.Second
	// officeAgain is the pause after an answer that the server did not take, and officeFor for how long it is tried: then
	// nobody at the head office looks any more.
	officeAgain, officeFor = 5 * time.Second, 10 * time.Minute
)

// An officeTest is the last test alarm that the head office has sent, and what this PC did with it.
type officeTest struct {
	id         order.ID // of its event; "": none has come
	answer     wire.TestAnswer
	told       *wire.TestAnswer // what the server was told; nil: nothing yet
	soundKnown bool             // it sounded, or does not any more
	deadline   time.Time        // the server is told then, whatever is known
}

// startOfficeTest plays and shows a test alarm that the head office sent at a time by the server's clock. One of more than
// a minute ago lay in a buffer while this PC slept.
func (a *Agent) startOfficeTest(id order.ID, sent time.Time) {
	now := time.Now()
	age := now.Sub(sent) - a.clockAhead
	if id == a.office.id || age > wire.TestFresh {
		a.Log.Info("a test alarm of the head office is not played: it is old, or a repeat", "id", id, "age", age.Round(time.Second))
		return
	}
	a.currentAlarm(now) // the decider may not know yet what orders have come, or were confirmed
	a.office = officeTest{id: id, deadline: now.Add(officeAnswer)}
	if why := a.decider.StartOfficeTest(id, now); why != "" {
		a.office.answer.Problems, a.office.soundKnown = []string{why}, true
	}
	a.Log.Info("the head office tests the alarm", "id", id, "problems", a.office.answer.Problems)
}

// isOfficePlay reports whether a sound is that of a test alarm of the head office: nothing else is listened to but the
// sound of a test of this PC.
func isOfficePlay(p ipc.Play) bool { return p.Listen && p.Sound != ipc.SoundTest }

// soundEnded takes that a sound was played to its end, and why it was not heard well.
func (t *officeTest) soundEnded(play ipc.Play, why string) {
	if !isOfficePlay(play) || t.soundKnown {
		return
	}
	t.soundKnown = true
	t.answer.Sounded = why == "" || why == ipc.Quiet
	if why != "" {
		t.problem(wire.PresenceSpeaker)
	}
}

// problem adds what is wrong, once.
func (t *officeTest) problem(name string) {
	if !slices.Contains(t.answer.Problems, name) {
		t.answer.Problems = append(t.answer.Problems, name)
	}
}

// wasShown takes which cards are on the screen.
func (t *officeTest) wasShown(shown []ipc.Key) {
	t.answer.Shown = t.answer.Shown || slices.ContainsFunc(shown, func(k ipc.Key) bool { return k.Kind == ipc.CardOffice && k.ID == t.id })
}

// readOfficeTest takes that a person has pressed the button of the card.
func (a *Agent) readOfficeTest(id order.ID) {
	a.decider.ReadOfficeTest()
	if id == a.office.id {
		a.Log.Info("a person has heard the test alarm of the head office", "id", id)
		a.office.answer.Heard = true
	}
}

// updateOfficeTest tells the server what became of the test, once that is known, and what changes after it.
func (a *Agent) updateOfficeTest(now time.Time, is alarm.Alarm) {
	t := &a.office
	if t.id == "" {
		return
	}
	due, busy := a.decider.OfficeTest(now)
	if !due && !t.soundKnown {
		t.soundKnown = true
		if busy {
			t.problem(wire.TestBusy)
		}
	}
	if t.told == nil && now.Before(t.deadline) && !(t.soundKnown && (t.answer.Shown || is.WindowBroken || busy)) {
		return
	}
	if t.told == nil {
		for _, problem := range a.presence(is).Problems {
			if problem != wire.PresenceSleeps && problem != wire.PresenceDisk { // these are about orders to come
				t.problem(problem)
			}
		}
	}
	if t.told == nil || !reflect.DeepEqual(*t.told, t.answer) {
		told := t.answer
		t.told = &told
		a.connection.answers.set(officeReport{t.id, told})
	}
}

// An officeReport is what the server is told of a test alarm.
type officeReport struct {
	id order.ID
	wire.TestAnswer
}

// An officeAnswerer tells the server what this PC did with the last test alarm of the head office.
type officeAnswerer struct {
	answer  func(context.Context, order.ID, wire.TestAnswer) error
	changed chan officeReport // holds the newest
	log     *slog.Logger
}

func newOfficeAnswerer(answer func(context.Context, order.ID, wire.TestAnswer) error, log *slog.Logger) *officeAnswerer {
	return &officeAnswerer{answer: answer, changed: make(chan officeReport, 1), log: log}
}

// set takes what to tell. It never waits. One goroutine may call it.
func (o *officeAnswerer) set(r officeReport) {
	if o == nil {
		return
	}
	select {
	case <-o.changed: // it was not sent yet
	default:
	}
	o.changed <- r
}

// run sends answers until ctx ends.
func (o *officeAnswerer) run(ctx context.Context) {
	var r officeReport
	var again <-chan time.Time // nil: nothing waits
	var until time.Time
	for {
		select {
		case r = <-o.changed:
			until = time.Now().Add(officeFor)
		case <-again:
		case <-ctx.Done():
			return
		}
		again = nil
		if err := o.answer(ctx, r.id, r.TestAnswer); err != nil {
			o.log.Info("the server did not take the answer to a test alarm", "id", r.id, "err", err)
			if !errors.Is(err, client.ErrPointless) && time.Now().Before(until) {
				again = time.After(officeAgain)
			}
		}
	}
}
